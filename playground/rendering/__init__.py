"""The only place that turns an answer's Markdown into HTML.

What comes out is text: no script, no picture, no control, no address but http, https and mailto.
Rendering happens once, when a run ends; the result is stored together with RENDERER_VERSION.
"""

import html
import re
from dataclasses import dataclass

from playground.rendering.allowlist import sanitise
from playground.rendering.bounds import divide
from playground.rendering.highlighting import highlight
from playground.rendering.markup import to_html

__all__ = ["RENDERER_VERSION", "Rendered", "highlight", "render", "shortened"]

# Raise it when the same text would render differently: stored answers can then be rendered anew.
RENDERER_VERSION = 6

CUT = "Formatted up to here. The rest follows as plain text."

SHORTENED = "Shown up to here. The files of this run have all of it."
_REST = f'<p><em>{CUT}</em></p>\n<pre class="raw-text">\n'
_HALF = re.compile(r"&[^;]{0,7}\Z")  # of an escaped sign

# Neither PostgreSQL nor UTF-8 can store these, and a paid answer must not be lost over them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Rendered:
    """An answer as HTML that is safe to put on a page.

    cut: only the first part was formatted, the rest follows as plain text. failed: all of it is
    plain text, because it would not render.
    """

    html: str
    version: int
    cut: bool
    failed: bool


def render(text: str) -> Rendered:
    """Return the answer as HTML. Never raises; the same text always gives the same HTML."""
    part, rest = divide(_UNSTORABLE.sub("\ufffd", text))
    drawn, failed = _formatted(part)
    return Rendered(drawn + _as_it_came(rest), RENDERER_VERSION, cut=bool(rest), failed=failed)


def shortened(rendered: str, text: str, most: int) -> str:
    """Return what `render` made of the text, or as much of it as there is room for, and says so."""
    if len(rendered) <= most:
        return rendered
    start = len(rendered.rpartition(_REST)[0]) + len(_REST)  # where no sanitised HTML follows
    if len(_REST) < start < most:
        drawn = _HALF.sub("", rendered[:most]) + "</pre>"
    else:
        drawn = _raw(text[: most // 6])  # what is escaped is six times as long
    return f"{drawn}\n<p><em>{SHORTENED}</em></p>"


def _formatted(text: str) -> tuple[str, bool]:
    """Return the HTML, and whether it had to be plain text."""
    if not text.strip():
        return "", False
    try:
        return sanitise(to_html(text)), False
    except Exception:  # noqa: BLE001 - a fault in here must show the text, never lose a paid answer
        return _raw(text), True


def _as_it_came(rest: str) -> str:
    return f"<p><em>{CUT}</em></p>\n{_raw(rest)}" if rest.strip() else ""


def _raw(text: str) -> str:
    """A parser drops a newline that follows `<pre>`, so the text gets one to lose."""
    return f'<pre class="raw-text">\n{html.escape(text)}</pre>'
