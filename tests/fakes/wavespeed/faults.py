"""What can go wrong, and when: faults wait in line and are used up by the requests they match."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = (
    "submit",
    "poll",
    "ticket",
    "put",
    "legacy",
    "balance",
    "price",
    "pricing",
    "billings",
    "list",
    "chat",
    "oracle",
    "models",
)


@dataclass(frozen=True)
class Fault:
    """One way to misbehave. The class methods below make the usual ones.

    kind: answer, hang, truncated, short, drip, reset or data. accepted: do what was asked, and
    count it, before misbehaving. body: text and bytes go out as they are, the rest as JSON.
    """

    kind: str = "answer"
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    accepted: bool = False

    @classmethod
    def answer(
        cls,
        status: int,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        accepted: bool = False,
    ) -> Fault:
        """Give this answer. Without a body: an envelope with the status as its code."""
        given = {"code": status, "message": f"fault {status}", "data": None}
        return cls("answer", status, given if body is None else body, headers or {}, 0, accepted)

    @classmethod
    def envelope(cls, code: Any, message: str = "refused", data: Any = None) -> Fault:
        """Refuse under HTTP 200."""
        return cls.answer(200, {"code": code, "message": message, "data": data})

    @classmethod
    def html(cls, status: int) -> Fault:
        """Answer with a page."""
        page = f"<!doctype html><title>{status}</title><h1>Gateway</h1>"
        return cls.answer(status, page, headers={"Content-Type": "text/html"})

    @classmethod
    def empty(cls, status: int = 200, *, accepted: bool = False) -> Fault:
        """Answer with no body."""
        return cls.answer(status, b"", accepted=accepted)

    @classmethod
    def hang(cls, seconds: float, *, accepted: bool = False) -> Fault:
        """Say nothing for that long, then hang up."""
        return cls("hang", seconds=seconds, accepted=accepted)

    @classmethod
    def reset(cls, *, accepted: bool = False) -> Fault:
        """Reset the connection: before the body is read, or after it was acted on."""
        return cls("reset", accepted=accepted)

    @classmethod
    def truncated(cls) -> Fault:
        """Give half of the true answer, as if it were whole."""
        return cls("truncated", accepted=True)

    @classmethod
    def short(cls) -> Fault:
        """Promise more bytes than are sent."""
        return cls("short", accepted=True)

    @classmethod
    def drip(cls, seconds: float) -> Fault:
        """Give the true answer byte by byte with that long between two."""
        return cls("drip", seconds=seconds, accepted=True)

    @classmethod
    def data(cls, **changes: Any) -> Fault:
        """Give the true answer with some fields of `data` changed."""
        return cls("data", body=changes, accepted=True)

    @classmethod
    def null(cls) -> Fault:
        """Give the true answer with `data` null."""
        return cls("data", body=None, accepted=True)


class FaultLine:
    """Faults waiting for the requests they match, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[list[Any]] = []

    def add(self, where: str, fault: Fault, times: int, model: str | None) -> None:
        if where not in PLACES:
            raise ValueError(f"{where!r} is not one of {', '.join(PLACES)}")
        with self._lock:
            self._waiting.append([where, fault, times, model])

    def take(self, where: str, model: Callable[[], str]) -> Fault | None:
        """Return the fault for this request. `model` is asked only if a fault wants to know."""
        with self._lock:
            for entry in self._waiting:
                if entry[0] != where or (entry[3] is not None and entry[3] != model()):
                    continue
                entry[2] -= 1
                if entry[2] <= 0:
                    self._waiting.remove(entry)
                fault: Fault = entry[1]
                return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
