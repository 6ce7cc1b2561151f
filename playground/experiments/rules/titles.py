"""What the kinds of rules are called, and how a rule is set, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES = {
    "equals": "Equals",
    "contains": "Contains",
    "matches": "Matches a pattern",
    "number": "Number within",
    "choice": "Choice letter",
    "json": "JSON, by fields",
    "cer": "Character error rate",
    "wer": "Word error rate",
    "boxes": "Boxes, by overlap",
}
MAX_WORDS = 60  # characters of a setting


def words_of(options: Mapping[str, Any]) -> str:
    """As in `Number within ± 0.005, take last`. options: of a rule, as JSON has them."""
    settings = {name: value for name, value in options.items() if name != "rule"}
    title = TITLES.get(str(options.get("rule")), "")
    if options.get("rule") == "number":
        unit = " %" if settings.pop("percent", False) else ""
        title += f" ± {settings.pop('within', 0):g}{unit}"
    said = [
        _said(name, value) for name, value in settings.items() if value not in (False, "", None)
    ]
    return ", ".join([title, *said])


def _said(name: str, value: Any) -> str:
    words = name.replace("_", " ")
    return words if value is True else f"{words} {str(value)[:MAX_WORDS]}"
