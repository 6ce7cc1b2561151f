"""Colours code with Pygments class names: spans only, everything escaped, no inline style."""

import html
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO
from time import thread_time
from typing import Any

from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

MAX_HIGHLIGHTED = 200_000
MAX_SECONDS = 0.5

# Named, because an unknown name makes Pygments search every installed package for a lexer.
_NAMES = """
bash c c++ cpp cs csharp css diff dockerfile go golang html http java javascript js
json jsx kotlin latex lua make makefile markdown md perl php powershell py python r rb
ruby rs rust sass scala scss sh shell sql swift tex toml ts tsx typescript xml yaml yml
zsh
"""
LANGUAGES = frozenset(_NAMES.split())


def highlight(code: str, language: str, seconds: float = MAX_SECONDS) -> str:
    """Return the code as escaped HTML, coloured where the language is known and the code short.

    seconds: of this thread's CPU, after which the code stays plain. Most lexers take quadratic
    time on some text; all of them give up their tokens one by one, so they can be stopped.
    """
    if language.lower() not in LANGUAGES or len(code) > MAX_HIGHLIGHTED:
        return html.escape(code)
    lexer = get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    spans = StringIO()
    try:
        _formatter().format(_until(thread_time() + seconds, lexer.get_tokens(code)), spans)
    except TimeoutError:
        return html.escape(code)
    return spans.getvalue() if code.endswith("\n") else spans.getvalue().removesuffix("\n")


def _until(deadline: float, tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        if thread_time() > deadline:
            raise TimeoutError
        yield token


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True)
