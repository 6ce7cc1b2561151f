"""What the runs of a comparison were asked with: what is the same and what differs, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.comparisons.diff.images import SentImage, compare_images, described, listed
from playground.providers.parameters.listed import PARAMETERS
from playground.web.formatting import counted, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from playground.providers.base import Turn

__all__ = ["Difference", "InputDifferences", "Inputs", "SentImage", "input_differences"]

UNSET = "unset"


@dataclass(frozen=True)
class Inputs:
    """What one run was asked with. None: not sent, the model decides. max_edge 0: as they came.

    parameters: the values in words, of those that were set.
    exchange: what was asked and answered before.
    """

    model: str
    prompt: str
    system_prompt: str = ""
    images: tuple[SentImage, ...] = ()
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning: bool = False
    priority: str = ""
    provider: str = ""
    max_edge: int = 0
    exchange: tuple[Turn, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        return self.parameters.get(name, "") if name in PARAMETERS else getattr(self, name)


@dataclass(frozen=True)
class Difference:
    """A field that is not the same for all runs, and its value for each, as shown."""

    field: str
    label: str
    values: list[str]


@dataclass(frozen=True)
class InputDifferences:
    """same: labels of the fields that all runs share. sentence: nothing where there is no run."""

    same: list[str]
    different: list[Difference]
    sentence: str


class _Field(NamedTuple):
    name: str
    label: str
    shown: Callable[[Any], str]


def _text(value: str) -> str:
    return value or UNSET


def _number(value: float | None) -> str:
    return UNSET if value is None else number(value) if isinstance(value, float) else str(value)


def _switch(value: bool) -> str:
    return "on" if value else "off"


def _exchange(value: tuple[Turn, ...]) -> str:
    return counted(len(value), "question") if value else UNSET


def _edge(value: int) -> str:
    return f"{value} px" if value else "as they came"


_FIELDS = (
    _Field("model", "model", _text),
    _Field("provider", "provider", _text),
    _Field("prompt", "prompt", _text),
    _Field("system_prompt", "system prompt", _text),
    _Field("exchange", "exchange before", _exchange),
    _Field("images", "images", described),
    _Field("max_edge", "image size limit", _edge),
    _Field("temperature", "temperature", _number),
    _Field("max_tokens", "max tokens", _number),
    _Field("reasoning", "reasoning", _switch),
    _Field("priority", "priority", _text),
    *(_Field(one.name, one.label.lower(), _text) for one in PARAMETERS.values()),
)
# Of what is the same, the sentence names these; the rest is in the list.
_NAMED = ("model", "prompt", "system_prompt")


def input_differences(cells: Sequence[Inputs]) -> InputDifferences:
    """Compare the inputs of runs, in the order of their columns."""
    same = [f.label for f in _FIELDS if _is_same(cells, f) and _is_given(cells, f)]
    different = [
        Difference(f.name, f.label, [f.shown(cell.value(f.name)) for cell in cells])
        for f in _FIELDS
        if not _is_same(cells, f)
    ]
    return InputDifferences(same, different, _sentence(cells, different))


def _is_same(cells: Sequence[Inputs], field: _Field) -> bool:
    if field.name == "images":
        return not compare_images([cell.images for cell in cells]).different
    return len({cell.value(field.name) for cell in cells}) <= 1


def _is_given(cells: Sequence[Inputs], field: _Field) -> bool:
    """Whether there is something to be the same: two runs without an image share no image."""
    if field.name in ("images", "max_edge"):
        return any(cell.images for cell in cells)
    if field.name in ("system_prompt", "exchange") or field.name in PARAMETERS:
        return any(cell.value(field.name) for cell in cells)
    return True


def _sentence(cells: Sequence[Inputs], different: Sequence[Difference]) -> str:
    if len(cells) < 2:
        return "One run: there is nothing to compare it with." if cells else ""
    images = compare_images([cell.images for cell in cells])
    same = [
        f"same {f.label}"
        for f in _FIELDS
        if f.name in _NAMED and _is_same(cells, f) and _is_given(cells, f)
    ]
    others = [difference for difference in different if difference.field != "images"]
    unset = [d for d in others if _unset_against(d)]
    plain = [d.label for d in others if d not in unset]
    parts = [", ".join([*same, *([images.same] if images.same else [])])]
    parts += [f"{listed(plain)} {'differs' if len(plain) == 1 else 'differ'}"] if plain else []
    parts += [_unset_against(difference) for difference in unset]
    parts += [images.different] if images.different else []
    parts += [] if different else ["nothing differs"]
    sentence = "; ".join(part for part in parts if part)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _unset_against(difference: Difference) -> str:
    """Say "max tokens unset against 512" where that is all there is to say of a field."""
    values = list(Counter(difference.values))
    if UNSET not in values or len(values) != 2 or difference.field in ("model", "provider"):
        return ""
    other = next(value for value in values if value != UNSET)
    if difference.field in ("prompt", "system_prompt"):
        other = "set"
    return f"{difference.label} {UNSET} against {other}"
