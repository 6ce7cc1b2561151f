"""The fields of a document, and what each may hold. What is null counts as left out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.experiments.document.problems import inside
from playground.experiments.models.test_set import MAX_CASE_IMAGES, MAX_CASES, MAX_NAME_LENGTH
from playground.experiments.plan import MAX_RULES, MAX_VARIANTS
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.models.tag import MAX_TAG_LENGTH
from playground.runs.tagging import MAX_TAGS_PER_RUN
from playground.submission.request import EDGES, MAX_OUTPUT_TOKENS, PRIORITY_NAMES
from playground.submission.variables import MAX_VARIABLES, names_in
from playground.web.json_values import TEXT, is_flag, is_number, is_text, is_whole
from playground.web.params import MAX_TOKEN_LENGTH, uuid_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playground.experiments.document.problems import Problems
    from playground.providers.parameters.kinds import Kind as ParameterKind

MAX_TEXT_LENGTH = 100_000  # characters of a prompt, and of what a case says
UNKNOWN = "There is no such field. Leave it out, or correct its name."


class Kind(NamedTuple):
    """What a field may hold. words: the same as a part of a sentence."""

    fits: Callable[[Any], bool]
    words: str


def _is_long_text(value: Any) -> bool:
    return is_text(value) and len(value) <= MAX_TEXT_LENGTH


def _is_line(most: int) -> Callable[[Any], bool]:
    return lambda value: is_text(value) and 1 <= len(value) <= most


def _list(most: int, fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(fits, value))


def _is_scalar(value: Any) -> bool:
    return is_flag(value) or is_number(value) or _is_long_text(value) or hasattr(value, "isoformat")


def _are_variables(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MAX_VARIABLES
        and all(names_in(f"{{{{{name}}}}}") == [name] for name in value)
        and all(map(_is_scalar, value.values()))
    )


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: is_number(value) and low <= value <= high


def _whole_within(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: is_whole(value) and low <= value <= high


def _is_parameter(kind: ParameterKind, value: Any) -> bool:
    try:
        return kind.check(value) is not None
    except (ValueError, TypeError, RecursionError):  # TOML has dates, which JSON has not
        return False


def _anything(_value: Any) -> bool:
    return True


long_text = Kind(_is_long_text, f"{TEXT}, of at most {MAX_TEXT_LENGTH:,} characters")
OPTIONS = {
    "temperature": Kind(_within(0, 2), "a number from 0 to 2"),
    "max_tokens": Kind(_whole_within(1, MAX_OUTPUT_TOKENS), "a whole number from 1"),
    "reasoning": Kind(is_flag, "true or false"),
    "priority": Kind(lambda one: one in PRIORITY_NAMES, " or ".join(PRIORITY_NAMES)),
    "max_edge": Kind(lambda one: is_whole(one) and one in EDGES, "0, 1024 or 2048"),
}
PARAMETER_KINDS = {
    name: Kind(partial(_is_parameter, one.kind), one.kind.words) for name, one in PARAMETERS.items()
}
WHOLE = {
    "name": Kind(_is_line(MAX_NAME_LENGTH), f"a text of 1 to {MAX_NAME_LENGTH} characters"),
    "prompt": long_text,
    "system_prompt": long_text,
    "variants": Kind(
        lambda one: isinstance(one, list) and 1 <= len(one) <= MAX_VARIANTS,
        f"a list of 1 to {MAX_VARIANTS} objects",
    ),
    "repeats": Kind(_whole_within(1, MAX_VARIANTS), f"a whole number from 1 to {MAX_VARIANTS}"),
    "marks": Kind(
        lambda one: isinstance(one, list) and 1 <= len(one) <= MAX_RULES,
        f"a list of 1 to {MAX_RULES} objects",
    ),
    "cases": Kind(
        lambda one: isinstance(one, list) and 1 <= len(one) <= MAX_CASES,
        f"a list of 1 to {MAX_CASES:,} objects",
    ),
    "test_set": Kind(lambda one: is_text(one) and uuid_or_none(one) is not None, "an id"),
    "idempotency_key": Kind(
        _is_line(MAX_TOKEN_LENGTH), f"a text of 1 to {MAX_TOKEN_LENGTH} characters"
    ),
}
VARIANT = {
    "model": Kind(_is_line(200), "the id of a model"),
    "prompt": long_text,
    "system_prompt": long_text,
    **OPTIONS,
    **PARAMETER_KINDS,
}
CASE = {
    "images": Kind(_list(MAX_CASE_IMAGES, is_text), f"a list of at most {MAX_CASE_IMAGES} texts"),
    "variables": Kind(
        _are_variables,
        f"an object of at most {MAX_VARIABLES} texts, each name a word of letters and digits",
    ),
    "question": long_text,
    "expected": Kind(_anything, "anything"),
    "tags": Kind(
        _list(MAX_TAGS_PER_RUN, _is_line(MAX_TAG_LENGTH)),
        f"a list of at most {MAX_TAGS_PER_RUN} texts of 1 to {MAX_TAG_LENGTH} characters",
    ),
    "note": long_text,
}


def checked(value: Any, path: str, known: Mapping[str, Kind], problems: Problems) -> dict[str, Any]:
    """Return what is right of an object, and note what is not."""
    if not isinstance(value, dict):
        problems.add(path or "__all__", "This has to be an object.")
        return {}
    found = {}
    for name, one in value.items():
        if name not in known:
            problems.add(inside(path, name), UNKNOWN)
        elif one is not None and not known[name].fits(one):
            problems.add(inside(path, name), f"This has to be {known[name].words}.")
        elif one is not None:
            found[name] = one
    return found
