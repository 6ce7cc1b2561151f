"""Markdown to HTML: CommonMark with tables, strikethrough, footnotes, tasks, maths, coloured code.

Lines stay lines: readers of receipts need them. HTML in the text is text, but for `<br>`. Headings
begin at h3, as the page has its own h1 and h2: `#` and `##` become h3, `###` h4, `####` h5, deeper
ones h6. A picture becomes a link that names it.
"""

from __future__ import annotations

import html
from time import thread_time
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from playground.rendering.allowlist import is_external
from playground.rendering.blocks import mark_notes, tick, use_blocks
from playground.rendering.bounds import bound
from playground.rendering.direction import set_directions
from playground.rendering.highlighting import MAX_SECONDS, highlight
from playground.rendering.inline import Inline, use_inline, with_addresses
from playground.rendering.maths import use_maths, written_block

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

    from markdown_it.renderer import RendererProtocol
    from markdown_it.rules_core import StateCore

# Characters of all addresses in one answer: a reference defined once can be used 25,000 times.
MAX_ADDRESSES = 300_000
MAX_COLOURED = 30_000  # characters of all code blocks of one answer

_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
_ALIGNMENTS = {"text-align:right": "align-end", "text-align:center": "align-center"}
_SCROLLS = 'tabindex="0" role="group"'


def to_html(text: str) -> str:
    """Return the HTML of the text, not yet sanitised."""
    return str(_PARSER.render(text, {}))


def _build() -> MarkdownIt:
    parser = MarkdownIt()
    parser.inline = Inline()
    parser.configure("commonmark", {"html": False, "linkify": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    bound(parser)
    use_blocks(parser)
    use_inline(parser)
    use_maths(parser)
    parser.core.ruler.push("answer", _shape)
    parser.add_render_rule("fence", _write_code)
    parser.add_render_rule("code_block", _write_code)
    parser.add_render_rule("table_open", _write_table_open)
    parser.add_render_rule("table_close", _write_table_close)
    return parser


def _shape(state: StateCore) -> None:
    """Fit the tokens to the page: headings, alignments, tasks, notes, links and directions."""
    left = MAX_ADDRESSES
    for place, token in enumerate(state.tokens):
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type == "inline" and token.children:
            if place > 1 and state.tokens[place - 2].type == "list_item_open":
                tick(token)
            token.children, left = _shape_links(token.children, left)
    state.tokens = mark_notes(state.tokens)
    set_directions(state.tokens, state.src)


def _align(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if style in _ALIGNMENTS:
        token.attrs["class"] = _ALIGNMENTS[style]


def _shape_links(tokens: list[Token], left: int) -> tuple[list[Token], int]:
    """Return the tokens with links outwards only, and how many characters of addresses are left."""
    shaped: list[Token] = []
    kept = inside = False
    for token in _linked(tokens):
        if token.type == "link_open":
            address = str(token.attrs["href"])
            left -= len(address)
            kept, inside = left >= 0 and is_external(address), True
            if kept:
                token.attrs = {"href": address}
                shaped.append(token)
        elif token.type == "link_close":
            inside = False
            shaped.extend([token] if kept else [])
        elif token.type == "image":
            left -= len(str(token.attrs["src"]))
            shaped.extend(_as_link(token, linked=left >= 0 and not inside))
        else:
            shaped.append(token)
    return shaped, left


def _linked(tokens: list[Token]) -> Iterator[Token]:
    """The tokens, with bare addresses outside of links as links."""
    inside = False
    for token in tokens:
        inside = token.type == "link_open" or (inside and token.type != "link_close")
        if token.type == "text" and not inside:
            yield from with_addresses(token)
        else:
            yield token


def _as_link(image: Token, *, linked: bool) -> list[Token]:
    text = Token("text", "", 0, content=f"[image: {_plain(image.children or []) or 'no text'}]")
    address = str(image.attrs["src"])
    if not linked or not is_external(address) or address.lower().startswith("mailto:"):
        return [text]
    opening = Token("link_open", "a", 1, attrs={"href": address})
    return [opening, text, Token("link_close", "a", -1)]


def _plain(tokens: Sequence[Token]) -> str:
    """Return the alternative text of a picture: what its Markdown says, without its marks."""
    return "".join(_plain(token.children or []) or token.content for token in tokens)


def _write_code(
    renderer: object, tokens: Sequence[Token], index: int, options: object, env: dict[str, Any]
) -> str:
    code = tokens[index].content.removesuffix("\n")
    if tokens[index].info.strip() == "math":
        return written_block(code, env)
    direction = _written_direction(tokens[index])
    spans = _coloured(code, (tokens[index].info.split() or [""])[0], env)
    attributes = f'{_SCROLLS} aria-label="code block"'
    return f'<div class="code"{direction}><pre {attributes}><code>{spans}</code></pre></div>\n'


def _coloured(code: str, language: str, env: MutableMapping[str, Any]) -> str:
    """Colour one block, if what its answer may spend on colours is not used up."""
    env["coloured"] = env.get("coloured", 0) + len(code)
    if env["coloured"] > MAX_COLOURED:
        return html.escape(code)
    before = thread_time()
    spans = highlight(code, language, MAX_SECONDS - env.get("colouring", 0.0))
    env["colouring"] = env.get("colouring", 0.0) + thread_time() - before
    return spans


def _write_table_open(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, *unused: object
) -> str:
    direction = _written_direction(tokens[index])
    return f'<div class="table-scroll" {_SCROLLS} aria-label="table"{direction}><table>\n'


def _written_direction(token: Token) -> str:
    return f' dir="{token.attrs["dir"]}"' if "dir" in token.attrs else ""


def _write_table_close(*unused: object) -> str:
    return "</table></div>\n"


_PARSER = _build()
