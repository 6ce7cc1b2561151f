"""Judges every answer of the API: either it holds the data asked for, or it is a ProviderError.

There are two codes that must not be mixed: the envelope's, which resembles HTTP's, and that of a
prediction, 0 when fine. Where the second appears in refusals is undocumented: both are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, ProviderError
from playground.providers.cleaning import clean_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.transport import Answer

DETAIL_LIMIT = 500

APPLICATION_KINDS = {
    1200: ErrorKind.MODERATION,
    1400: ErrorKind.INVALID,
    1401: ErrorKind.INVALID,
    1402: ErrorKind.IMAGE,
    1403: ErrorKind.FAILED,
    1405: ErrorKind.FAILED,
    1406: ErrorKind.FAILED,
    1407: ErrorKind.CREDIT,
}

_HTTP_KINDS = {
    401: ErrorKind.KEY,
    402: ErrorKind.CREDIT,
    403: ErrorKind.KEY,
    404: ErrorKind.NOT_FOUND,
    413: ErrorKind.TOO_LARGE,
    429: ErrorKind.RATE,
}
_MAY_MEAN_CREDIT = {400, 401, 403, 422}
_CREDIT_WORDS = re.compile(r"\b(credits?|balance|top[- ]?up)\b", re.IGNORECASE)
_SECRETS = re.compile(r"\bbearer\s+\S+|\bwsk_\S+", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class Verdicts:
    """What to call the three failures whose meaning depends on what was being done."""

    not_sent: ErrorKind
    uncertain: ErrorKind  # no answer, an unreadable one, 408, 5xx
    malformed: ErrorKind  # readable, and not what was asked for


SUBMITTING = Verdicts(ErrorKind.NOT_SENT, ErrorKind.UNKNOWN, ErrorKind.UNKNOWN)
READING = Verdicts(ErrorKind.TEMPORARY, ErrorKind.TEMPORARY, ErrorKind.MALFORMED)


def open_envelope(answer: Answer, verdicts: Verdicts, tidy: Callable[[str], str]) -> dict[str, Any]:
    """Return the whole body of a success, cleaned and tidied. Raises ProviderError for the rest."""
    try:
        body = clean_json(answer.json(), tidy)
    except ValueError:
        raise _unreadable(answer, verdicts, tidy) from None
    code = _code(body)
    if not answer.ok or (not _is_success(code) and not _holds_prediction(body)):
        kind = _kind(answer.status, body, verdicts.uncertain)
        detail = message_of(body) or f"HTTP {answer.status}"
        raise _error(kind, detail, answer, body)
    if not isinstance(body, dict):
        raise _error(verdicts.malformed, "the answer is not an object", answer, body)
    return body


def is_prediction_id(value: object) -> bool:
    """Whether the value can be an id: it ends up in the path of a request."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def describe(text: str) -> str:
    """Return words of the provider as they may be kept and shown: no secrets, not too long."""
    return _SECRETS.sub("[secret]", text).strip()[:DETAIL_LIMIT]


def message_of(body: Any) -> str:
    """Return what a refusal says, wherever it says it, or nothing."""
    if not isinstance(body, dict):
        return ""
    data = body.get("data")
    places = [body.get(name) for name in ("message", "error", "detail", "errors")]
    places.append(data.get("error") if isinstance(data, dict) else None)
    words = next(filter(None, map(_words, places)), "")
    code = _words(body.get("error_code"))
    return describe(f"{words} [{code}]" if code else words)


def as_int(value: object) -> int | None:
    """Return a whole number, also when it came as text; None for everything else."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return _words(value.get("message") or value.get("msg"))
    return value if isinstance(value, str) else ""


def _code(body: Any) -> int | None:
    return as_int(body.get("code")) if isinstance(body, dict) else None


def _is_success(code: int | None) -> bool:
    return code is None or code == 0 or 200 <= code < 300


def _holds_prediction(body: Any) -> bool:
    """An id with a status proves that there is a prediction, whatever the envelope says."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return False
    return is_prediction_id(data.get("id")) and isinstance(data.get("status"), str)


def _kind(status: int, body: Any, uncertain: ErrorKind) -> ErrorKind:
    code = _code(body)
    refused = status if status >= 300 else code or 0
    if 400 <= status < 500 or status < 300:
        inner = body.get("data") if isinstance(body, dict) else None
        for place in (code, as_int(inner.get("code")) if isinstance(inner, dict) else None):
            if place in APPLICATION_KINDS and refused not in (408, 429):
                return APPLICATION_KINDS[place]
    if refused in _MAY_MEAN_CREDIT and _CREDIT_WORDS.search(message_of(body)):
        return ErrorKind.CREDIT
    if 400 <= refused < 500 and refused != 408:
        return _HTTP_KINDS.get(refused, ErrorKind.INVALID)
    return uncertain


def _unreadable(answer: Answer, verdicts: Verdicts, tidy: Callable[[str], str]) -> ProviderError:
    kind = verdicts.uncertain if answer.ok else _kind(answer.status, None, verdicts.uncertain)
    said = "" if answer.text.lstrip().startswith("<") else tidy(answer.text[: 4 * DETAIL_LIMIT])
    detail = answer.problem or said.strip() or "no JSON"
    return _error(kind, f"HTTP {answer.status}: {detail}", answer, None)


def _error(kind: ErrorKind, detail: str, answer: Answer, body: Any) -> ProviderError:
    return ProviderError(
        kind,
        describe(detail),
        retry_after=answer.retry_after,
        status=answer.status,
        body=body,
    )
