"""Judges every answer of the API: either it holds the data asked for, or it is a ProviderError.

There are two codes that must not be mixed: the envelope's, which resembles HTTP's, and that of a
prediction, 0 when fine. Where the second appears in refusals is undocumented: both are looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playground.providers.base import ErrorKind, ProviderError
from playground.providers.http_errors import (
    MAX_DETAIL_LENGTH,
    Verdicts,
    describe,
    kind_of,
    message_of,
)
from playground.providers.sanitising import clean_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.transport import Answer

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

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def open_envelope(answer: Answer, verdicts: Verdicts, tidy: Callable[[str], str]) -> dict[str, Any]:
    """Return the whole body of a success, cleaned and tidied. Raises ProviderError for the rest."""
    try:
        body = clean_json(answer.json(), tidy)
    except ValueError:
        raise _unreadable(answer, verdicts, tidy) from None
    code = _code(body)
    is_success = code is None or code == 0 or 200 <= code < 300
    if not answer.ok or (not is_success and not _holds_prediction(body)):
        kind = _kind(answer.status, body, verdicts.uncertain)
        detail = message_of(body) or f"HTTP {answer.status}"
        raise _error(kind, detail, answer, body)
    if not isinstance(body, dict):
        raise _error(verdicts.malformed, "the answer is not an object", answer, body)
    return body


def is_prediction_id(value: object) -> bool:
    """Whether the value can be an id: it ends up in the path of a request."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def as_int(value: object) -> int | None:
    """Return a whole number, also when it came as text; None for everything else."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _code(body: Any) -> int | None:
    return as_int(body.get("code")) if isinstance(body, dict) else None


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
    return kind_of(refused, message_of(body), uncertain)


def _unreadable(answer: Answer, verdicts: Verdicts, tidy: Callable[[str], str]) -> ProviderError:
    kind = verdicts.uncertain if answer.ok else _kind(answer.status, None, verdicts.uncertain)
    said = (
        "" if answer.text.lstrip().startswith("<") else tidy(answer.text[: 4 * MAX_DETAIL_LENGTH])
    )
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
