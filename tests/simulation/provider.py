"""The provider and a chat server: what they accepted is the truth about what is charged.

Both answer at the one place where the transport leaves the process, so that all of ours is real.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.simulation import wire
from tests.simulation.chat import Chat

if TYPE_CHECKING:
    import requests

    from tests.simulation.world import World

ANSWERS = (
    "A **teal** square: 3 × 2 = 6.",
    "Zwei Bären\r\nund ein Fuchs 🦊",
    '{"found": [1, 2]}',
    "| a | b |\n|---|---|\n| 1 | 2 |",
)
REFUSALS = {"429": (429, "slow down"), "500": (500, "oops"), "502": (502, "bad gateway")}
REFUSALS |= {"401": (401, "no such key"), "404": (404, "no such thing")}
SURE = {"refused", "429", "401"}  # of a submission: nothing was accepted, and that is known
UNHEARD = {"cut unaccepted", "hang unaccepted", "500"}  # nothing was accepted, and nobody knows
READ_SECONDS = 60.0


@dataclass
class Accepted:
    """A submission that the provider took, and will be paid for. bodies: as its end was served."""

    id: str
    run: Any
    prompt: str
    by: str
    at: datetime
    ends: float  # by the clock's seconds
    status: str
    outputs: list[str]
    webhook: str = ""
    seconds: float = 0.0  # that it takes
    price: str = "0.0125"
    bodies: list[bytes] = field(default_factory=list)


class Provider:
    def __init__(self, world: World, seed: int) -> None:
        self.world, self._seed = world, seed
        self.accepted: list[Accepted] = []
        self.listed: dict[str, int] = {}  # how often each stood in a list that was answered

    def send(self, _session: Any, request: requests.PreparedRequest, **_given: Any) -> Any:
        """Stands in for Session.send."""
        self.world.clock.check()
        self.world.clock.pause(0.02)
        path = urlsplit(str(request.url)).path
        data = request.body.read() if request.body else b""  # type: ignore[union-attr]
        if path.endswith("/chat/completions"):
            return Chat(self).answer(json.loads(data))
        if path.endswith("/any-llm/vision"):
            return self._post(str(request.url), json.loads(data))
        if path.endswith("/result"):
            return self._answer("poll", partial(self._result, path.split("/")[-2]))
        if path == "/api/v3/predictions":
            return self._answer("list", partial(self._list, json.loads(data)))
        if path == "/api/v3/billings/search":
            return self._json(self._billings(json.loads(data)["prediction_uuids"]))
        if path == "/api/v3/media/uploads":
            return self._json({}, 404)
        assert path == "/api/v3/media/upload/binary", path
        kept = {"download_url": "http://provider.test/kept/1"}
        return self._answer("upload", lambda: kept)

    def _post(self, url: str, body: dict[str, Any]) -> Any:
        fault = self.world.fault("post")
        what, size = (fault.what, fault.size) if fault else ("", 0.0)
        if what == "kill":
            self.world.kill_current()
        if what in SURE | UNHEARD:
            return self.unaccepted(what)
        webhook = parse_qs(urlsplit(url).query).get("webhook", [""])[0]
        made = self.accept(body["prompt"], "wavespeed", webhook)
        self.world.call_back(made)
        if what == "slow":
            self.world.clock.pause(min(size, 55.0))
        data = {"id": made.id, "status": "created"} if what != "no id" else {"status": "created"}
        return self._broken(what, {"code": 200, "message": "success", "data": data})

    def unaccepted(self, what: str) -> Any:
        if what == "refused":
            wire.refuse()
        if what == "cut unaccepted":
            wire.cut()
        if what == "hang unaccepted":
            wire.time_out(self.world.clock, READ_SECONDS)
        return self._refusal(what)

    def accept(self, prompt: str, by: str, webhook: str = "") -> Accepted:
        number, clock = len(self.accepted), self.world.clock
        drawn = random.Random(f"{self._seed}/{number}")
        status = drawn.choice(("completed",) * 8 + ("failed", "never"))
        seconds = drawn.choice((0.0, 0.3, 1.0, 3.0, 10.0)) if status != "never" else 1e9
        count = 1 if by == "local" else drawn.choice((1, 1, 2))
        outputs = [f"{drawn.choice(ANSWERS)} {number}" for _ in range(count)]
        run = clock.actor.sending if clock.actor else None
        ends, id_ = clock.now + seconds, f"p-{self._seed}-{number}"
        made = Accepted(id_, run, prompt, by, clock.wall(), ends, status, outputs, webhook, seconds)
        self.accepted.append(made)
        return made

    def _result(self, prediction: str) -> dict[str, Any]:
        made = next(one for one in self.accepted if one.id == prediction)
        return self._state(made)

    def _state(self, made: Accepted) -> dict[str, Any]:
        over = self.world.clock.now >= made.ends
        status = made.status if over else "processing"
        data = {"id": made.id, "status": status, "created_at": made.at.isoformat(), "model": "m"}
        if status == "completed":
            data |= {"outputs": made.outputs, "timings": {"inference": 900}}
        if status == "failed":
            data |= {"error": "out of memory"}
        return data

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        after, before = (
            datetime.fromisoformat(asked[name]) for name in ("created_after", "created_before")
        )
        within = [
            one
            for one in self.accepted
            if after <= one.at <= before + timedelta(seconds=1) and one.by == "wavespeed"
        ]
        for one in within:
            self.listed[one.id] = self.listed.get(one.id, 0) + 1
        return {"items": [self._state(one) for one in reversed(within)]}

    def _billings(self, ids: list[str]) -> dict[str, Any]:
        known = [one for one in self.accepted if one.id in ids and one.status == "completed"]
        return {
            "items": [
                {
                    "prediction": {"uuid": one.id, "status": "completed"},
                    "order": {"state": "done"},
                    "billing_type": "deduct",
                    "price": one.price,
                }
                for one in known
            ]
        }

    def _answer(self, site: str, made: Any) -> Any:
        """Answer a question that may be repeated."""
        fault = self.world.fault(site)
        what = fault.what if fault else ""
        if what == "kill":
            self.world.kill_current()
        if fault and what == "slow":
            self.world.clock.pause(min(fault.size, 55.0))
        return self._broken(what, {"code": 200, "message": "success", "data": made()})

    def _broken(self, what: str, envelope: dict[str, Any]) -> Any:
        """Answer, or break where a fault says so: whatever was asked is done by now."""
        if what == "kill after":
            self.world.kill_current()
        if what == "cut":
            wire.cut()
        if what == "hang":
            wire.time_out(self.world.clock, READ_SECONDS)
        if what in REFUSALS:
            return self._refusal(what)
        body = json.dumps(envelope, ensure_ascii=False).encode()
        if what == "half":
            return wire.Response(200, {}, wire.Raw(self.world.clock, wire.halved(body)))
        data = envelope["data"]
        for made in self.accepted:
            if data.get("id") == made.id and data.get("status") in {"completed", "failed"}:
                made.bodies.append(body)
        return wire.Response(200, {}, wire.Raw(self.world.clock, [body]))

    def _json(self, data: Any, status: int = 200) -> Any:
        body = json.dumps({"code": status, "message": "", "data": data}).encode()
        return wire.Response(status, {}, wire.Raw(self.world.clock, [body]))

    def _refusal(self, what: str) -> Any:
        status, words = REFUSALS[what]
        body = json.dumps({"code": status, "message": words}).encode()
        return wire.Response(status, {"Retry-After": "3"}, wire.Raw(self.world.clock, [body]))
