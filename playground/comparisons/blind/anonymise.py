"""Takes out of the answers of a blind comparison what says whose they are: marked reasoning, names
of models, and sentences in which a model names itself or its maker.

Only what is drawn is changed, never the row: after the reveal the answer stands as it came. Names
of the whole catalogue go, from all answers alike, as a gap would name its model otherwise. Brands
stay where they are not about the writer: a picture may well show one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.rendering import render
from playground.runs.reasoning import without_reasoning

if TYPE_CHECKING:
    from playground.runs.models.run import Run
    from playground.worker.lookup import Lookup

HIDDEN = "[name hidden]"
MIN_NAME_LENGTH = 4  # characters of a server's model; a shorter one is a word like others
_BRANDS = "anthropic|claude|gemini|google|gpt|chatgpt|openai|llama|meta|mistral|qwen|deepseek|grok"
_MADE = r"(?:made|built|created|developed|trained) by"
_SELF = rf"\b(?:(?:i am|i['’]m|my name is)(?: an?)?|(?:i was|model|assistant|ai),? {_MADE})"
_NAMED = re.compile(rf"({_SELF}[ *_]+)(?:{_BRANDS})\b(?:[\w.-]*\w)?", re.IGNORECASE)


def conceal(run: Run) -> None:
    """Change the texts of this object, for drawing. Do not save it; calling it twice is once."""
    own = _own_names(run)
    if run.partial:
        run.partial = anonymous(run.partial, own)
    run.citations = None  # few models have sources: that there are some would name them
    if not run.output_html:  # without an answer, `output` need not even be read
        return
    text = anonymous(run.output, own)
    if text != run.output:
        run.output, run.output_html = text, render(text).html


def anonymous(text: str, own: tuple[str, ...] = ()) -> str:
    """own: further names that go, of models that are in no catalogue."""
    text = _NAMED.sub(rf"\1{HIDDEN}", without_reasoning(text))
    text = _models().sub(HIDDEN, text)
    return _pattern(own).sub(HIDDEN, text) if own else text


def _own_names(run: Run) -> tuple[str, ...]:
    """What the models of servers in this comparison are called, this run's and the others'."""
    if not run.comparison:
        return ()
    kept = vars(run.comparison)  # read once for all cards of a page
    if "own_names" not in kept:
        ids = run.comparison.runs.order_by("model_id").values_list("model_id", flat=True).distinct()
        models = [entries.find(one) for one in ids if not entries.contains(one)]
        names = {name for one in models for name in (one.id, one.wire_id, one.name)}
        kept["own_names"] = tuple(sorted(name for name in names if len(name) >= MIN_NAME_LENGTH))
    own: tuple[str, ...] = kept["own_names"]
    return own


def concealed(lookup: Lookup | None) -> Lookup | None:
    """Return the lookup without what would name the model: the texts of what was found."""
    if not lookup:
        return None
    found = lookup.candidates
    hidden = [replace(one, output=anonymous(one.output)) for one in found or ()]
    return replace(lookup, candidates=None if found is None else hidden, problem="")


@cache
def _models() -> re.Pattern[str]:
    return _pattern(tuple(name for model in entries.models() for name in (model.id, model.name)))


@lru_cache(maxsize=16)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(set(names), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
