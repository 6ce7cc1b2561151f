"""What a person decided about an import: what columns mean, and what becomes of lacking rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground import imaging
from playground.experiments.import_cases import STORED
from playground.experiments.sources.columns import KINDS, Meaning, variable_name
from playground.images import store

if TYPE_CHECKING:
    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor
    from playground.experiments.models.importing import Import

MAX_VALUE_LENGTH = 100_000
SEPARATORS = {";": "by semicolon", ",": "by comma", "": "one tag"}
MEANINGS = {
    Meaning.IMAGE: "Image file",
    Meaning.VARIABLE: "Variable",
    Meaning.QUESTION: "Own question",
    Meaning.EXPECTED: "Expected value",
    Meaning.TAGS: "Tags",
    Meaning.NOTE: "Note",
    Meaning.LEAVE_OUT: "Leave out",
}
KIND_WORDS = {kind: kind.upper() if kind == "json" else kind.capitalize() for kind in KINDS}


def mapping_of(request: HttpRequest, found: dict[str, Any]) -> dict[str, Any]:
    """Return what the form says of the columns; where it says nothing, what was found."""
    meanings, variables = dict(found["meanings"]), dict(found["variables"])
    for place, column in enumerate(found["columns"]):
        meaning = request.POST.get(f"as-{place}", "")
        meanings[column] = meaning if meaning in set(Meaning) else meanings[column]
        name = request.POST.get(f"var-{place}", "").strip().strip("{}").strip()
        variables[column] = variable_name(name) if name else variables[column]
    parts, kind = request.POST.get("parts", found["parts"]), request.POST.get("kind", "")
    return {
        "meanings": meanings,
        "variables": variables,
        "parts": parts if parts in SEPARATORS else found["parts"],
        "kind": kind if kind in KINDS else found["kind"],
    }


def mends_of(request: HttpRequest, import_: Import, visitor: Visitor) -> tuple[dict[str, Any], str]:
    """Return what becomes of each row, and why an image that was sent was refused, if one was."""
    mends, problem = dict(import_.mends), ""
    if "out-all" in request.POST:
        return mends | {str(one): {"out": True} for one in import_.found["lacking"]}, ""
    for lack in import_.found["lacks"]:
        number = str(lack["number"])
        choice = request.POST.get(f"row-{number}", "")
        if choice in {"out", "bare"}:
            mends[number] = {choice: True}
        elif choice == "mend":
            try:
                mends[number] = _mend(request, lack, mends.get(number, {}), visitor)
            except imaging.PictureRefused as refusal:
                problem = problem or f"Row {number}: {refusal}"
    return mends, problem


def _mend(
    request: HttpRequest,
    lack: dict[str, Any],
    before: dict[str, Any],
    visitor: Visitor,
) -> dict[str, Any]:
    """Return what was put in the place of what the row lacks. Raises PictureRefused."""
    number = lack["number"]
    kept = {name: value for name, value in before.items() if name in {"expected", "images"}}
    typed = request.POST.get(f"expected-{number}", "").replace("\x00", "").strip()
    if lack["kind"] == "expected" and typed:
        return kept | {"expected": typed[:MAX_VALUE_LENGTH]}
    file = request.FILES.get(f"file-{number}")
    taken = ""
    if lack["kind"] == "image" and file:
        name = str(file.name or "image").replace("\x00", "")[-200:]
        if (file.size or 0) > imaging.limits.MAX_BYTES:
            raise imaging.over_bytes(file.size or 0).about(name)
        taken = f"{STORED}{store.store(file.read(), name, visitor.account).pk}/{name}"
    elif lack["kind"] == "image" and lack["near"]:
        taken = lack["near"]
    images = {lack["image"]: taken} if taken else {}
    return kept | {"images": kept.get("images", {}) | images}
