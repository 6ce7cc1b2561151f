"""Takes out of the answers of a blind comparison what says whose they are: marked reasoning, names
of models, and sentences in which a model names itself or its maker.

Pages draw a RedactedRun, never the row: after the reveal the answer stands as it came. Names
of the whole catalogue go, from all answers alike, as a gap would name its model otherwise. Brands
stay where they are not about the writer: a picture may well show one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.rendering import render
from playground.runs.reasoning import without_reasoning

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.worker.lookup import Lookup

HIDDEN = "[name hidden]"
MIN_NAME_LENGTH = 4  # characters of a server's model; a shorter one is a word like others
_BRANDS = "anthropic|claude|gemini|google|gpt|chatgpt|openai|llama|meta|mistral|qwen|deepseek|grok"
_MADE = r"(?:made|built|created|developed|trained) by"
_SELF = rf"\b(?:(?:i am|i['’]m|my name is)(?: an?)?|(?:i was|model|assistant|ai),? {_MADE})"
_NAMED = re.compile(rf"({_SELF}[ *_]+)(?:{_BRANDS})\b(?:[\w.-]*\w)?", re.IGNORECASE)


@dataclass(frozen=True)
class RedactedRun:
    """What a blind comparison may show of one of its runs, under the names that the row has.

    What would name the model is not in here: prices, tokens, reasoning and sources, which few have.
    last_error, error_detail: whether there is such a text, for it may name the model as well.
    """

    pk: uuid.UUID
    comparison_id: uuid.UUID | None
    position: int
    status: str
    has_ended: bool
    may_change: bool
    elapsed: float
    submit_started_at: datetime | None
    not_before: datetime | None
    last_error: bool
    partial: str
    is_demo: bool
    max_tokens: int | None = None
    output: str = ""
    output_html: str = ""
    output_cut: bool = False
    finish_reason: str = ""
    answer_state: str = ""
    flagged: bool = False
    error_detail: bool = False
    is_sealed: bool = True


class Anonymiser:
    """Takes the names out of one blind comparison. One serves all cards of a page."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def run(self, run: Run) -> RedactedRun:
        """Return what may be shown of a run. Of one that goes on, no answer is read."""
        going_on = RedactedRun(
            pk=run.pk,
            comparison_id=run.comparison_id,
            position=run.position,
            status=run.status,
            has_ended=run.has_ended,
            may_change=run.may_change,
            elapsed=run.elapsed,
            submit_started_at=run.submit_started_at,
            not_before=run.not_before,
            last_error=bool(run.last_error),
            partial=anonymous(run.partial, self._own_names) if run.partial else "",
            is_demo=run.is_demo,
        )
        return self._ended(going_on, run) if run.has_ended else going_on

    def _ended(self, redacted: RedactedRun, run: Run) -> RedactedRun:
        output, output_html = self._answer(run)
        return replace(
            redacted,
            max_tokens=run.max_tokens,
            output=output,
            output_html=output_html,
            output_cut=run.output_cut,
            finish_reason=run.finish_reason,
            answer_state=run.answer_state,
            flagged=run.flagged,
            error_detail=bool(run.error_detail),
        )

    def _answer(self, run: Run) -> tuple[str, str]:
        """The answer as text and as HTML. Without one, `output` need not even be read."""
        if not run.output_html:
            return "", ""
        text = anonymous(run.output, self._own_names)
        return text, run.output_html if text == run.output else render(text).html

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        """What the models of servers in this comparison are called: they are in no catalogue."""
        runs = self._comparison.runs.order_by("model_id")
        ids = runs.values_list("model_id", flat=True).distinct()
        models = [entries.find(one) for one in ids if not entries.contains(one)]
        names = {name for one in models for name in (one.id, one.wire_id, one.name)}
        return tuple(sorted(name for name in names if len(name) >= MIN_NAME_LENGTH))


def anonymous(text: str, own: tuple[str, ...] = ()) -> str:
    """own: further names that go, of models that are in no catalogue."""
    text = _NAMED.sub(rf"\1{HIDDEN}", without_reasoning(text))
    text = _models().sub(HIDDEN, text)
    return _pattern(own).sub(HIDDEN, text) if own else text


def redacted_lookup(lookup: Lookup) -> Lookup:
    """Return the lookup without what would name the model: the texts of what was found."""
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
