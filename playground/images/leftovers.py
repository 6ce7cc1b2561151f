"""Deletes files that no row names: their process died between file and row."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from playground.images.models import Image, ImageVariant, PdfFile

AGE = timedelta(days=1)  # what is younger may be about to get its row
UNFINISHED = ".part"  # of a write that did not come to its end
KINDS = {
    "images": Image.objects.all(),
    "sent": ImageVariant.objects.all(),
    "pdfs": PdfFile.objects.all(),
}


def sweep() -> int:
    """Delete them in all folders. Returns how many files went."""
    found = (f"{kind}/{part}" for kind in KINDS for part in _listed(kind)[0])
    return sum(_sweep(folder) for folder in found)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:  # no picture was stored yet
        return [], []


def _sweep(folder: str) -> int:
    names = _listed(folder)[1]
    known = _known(folder, {_content(name) for name in names})
    nameless = [one for one in names if one.endswith(UNFINISHED) or _content(one) not in known]
    return sum(_delete_old(f"{folder}/{name}") for name in nameless)


def _content(name: str) -> str:
    """Return the hash that a file is named by; thumbnails and unfinished files say more."""
    return name.partition(".")[0].partition("-")[0]


def _known(folder: str, contents: Iterable[str]) -> set[str]:
    rows = KINDS[folder.partition("/")[0]].filter(sha256__in=list(contents))
    return set(rows.values_list("sha256", flat=True))


def _delete_old(name: str) -> bool:
    try:
        if default_storage.get_modified_time(name) > timezone.now() - AGE:
            return False
    except FileNotFoundError:
        return False
    default_storage.delete(name)
    return True
