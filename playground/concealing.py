"""Takes out of the answers of a blind comparison what says whose they are: marked reasoning, names
of models, and sentences in which a model names itself or its maker.

Only what is drawn is changed, never the row: after the reveal the answer stands as it came. Names
of the whole catalogue go, from all answers alike, as a gap would name its model otherwise. Brands
stay where they are not about the writer: a picture may well show one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from playground import catalog
from playground.rendering import render
from playground.shown.reasoning import without_reasoning

if TYPE_CHECKING:
    from playground.models import Run

HIDDEN = "[name hidden]"
_BRANDS = "anthropic|claude|gemini|google|gpt|chatgpt|openai|llama|meta|mistral|qwen|deepseek|grok"
_MADE = r"(?:made|built|created|developed|trained) by"
_SELF = rf"\b(?:(?:i am|i['’]m|my name is)(?: an?)?|(?:i was|model|assistant|ai),? {_MADE})"
_NAMED = re.compile(rf"({_SELF}[ *_]+)(?:{_BRANDS})\b(?:[\w.-]*\w)?", re.IGNORECASE)


def conceal(run: Run) -> None:
    """Change the answer of this object, for drawing. Do not save it; calling it twice is once."""
    if not run.output_html:  # without an answer, `output` need not even be read
        return
    text = anonymous(run.output)
    if text != run.output:
        run.output, run.output_html = text, render(text).html


def anonymous(text: str) -> str:
    text = _NAMED.sub(rf"\1{HIDDEN}", without_reasoning(text))
    return _models().sub(HIDDEN, text)


@cache
def _models() -> re.Pattern[str]:
    names = {name for model in catalog.models() for name in (model.id, model.name)}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
