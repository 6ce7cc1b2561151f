"""How servers answered when they were last asked for their models, for whoever set them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from playground.connections.models import ServerAnswer
from playground.providers.base import ErrorKind
from playground.storage.writes import orderly_writes

if TYPE_CHECKING:
    from playground.connections.models import SavedServer
    from playground.providers.base import ProviderError

ELSEWHERE = {ErrorKind.NOT_FOUND, ErrorKind.MALFORMED}
REFUSED = {ErrorKind.INVALID, ErrorKind.CREDIT, ErrorKind.MODERATION}
MAX_DETAIL_LENGTH = 300  # characters of a detail


def note(provider: str, error: ProviderError | None = None) -> None:
    values = {
        "asked_at": timezone.now(),
        "problem": error.kind if error else "",
        "detail": error.detail[:MAX_DETAIL_LENGTH] if error else "",
    }
    with orderly_writes():
        ServerAnswer.objects.update_or_create(provider=provider, defaults=values)


def answers() -> dict[str, ServerAnswer]:
    return {one.provider: one for one in ServerAnswer.objects.all()}


def is_asked(answer: ServerAnswer | None, row: SavedServer | None) -> bool:
    """Whether it was asked since it was set up as it is now."""
    return bool(answer and (row is None or answer.asked_at >= row.set_at))


def words(answer: ServerAnswer | None) -> str:
    """What is wrong and what to do about it; empty where nothing is."""
    if not answer or not answer.problem:
        return ""
    detail = answer.detail.rstrip(".")
    said = f": {detail}" if detail else ""
    if answer.problem == ErrorKind.KEY:
        return f"It does not let this playground in{said}. Set its key."
    if answer.problem in ELSEWHERE:
        return (
            f"It has no list of models at this address{said}. See whether the address is right. "
            "Where it has none at all, its models can be typed."
        )
    if answer.problem in REFUSED:  # LiteLLM answers 400 to a wrong key
        return f"It refuses to list its models{said}. See whether its key and address are right."
    return f"It gave no list of models{said}. See that it runs and that this server can reach it."
