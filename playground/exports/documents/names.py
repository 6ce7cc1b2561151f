"""Names of files that every system can keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.text import slugify

from playground.exports.redaction import ShownComparison

if TYPE_CHECKING:
    from playground.exports.redaction import ShownImage, ShownRun
    from playground.images.models import Image

MAX_NAME_LENGTH = 40  # characters of a prompt or of a picture's name
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def file_name(shown: ShownRun | ShownComparison, extension: str = "") -> str:
    """Return the day and the first words: `2026-05-01-what-is-this.zip`."""
    comparing = isinstance(shown, ShownComparison)
    words = shown.heading if isinstance(shown, ShownComparison) else shown.prompt[:200]
    kind = "comparison" if comparing else "run"
    day = timezone.localtime(shown.created_at).date()
    stem = f"{day.isoformat()}-{slugify(words)[:MAX_NAME_LENGTH].strip('-_') or kind}"
    return f"{stem}.{extension}" if extension else stem


def original_name(image: Image) -> str:
    """Return the hash by which a run's JSON names the picture as it came in, and its format."""
    return f"{image.sha256}.{image.format.lower()}"


def picture_name(number: int, image: ShownImage, content_type: str) -> str:
    """Return `3-receipt.jpg`: its number, what the person called it, what it really is."""
    called = slugify(image.name.rpartition(".")[0] or image.name)[:MAX_NAME_LENGTH].strip("-_")
    stem = f"{number}-{called}" if called else str(number)
    return f"{stem}.{EXTENSIONS.get(content_type, 'bin')}"
