r"""LaTeX between $..$, $$..$$, \(..\) or \[..\] becomes MathML, without a script or a picture.

What the converter cannot read, and all that is over the bounds, is shown as it was written.
The rules are our own because the ones of mdit-py-plugins miss `$x$` at the start of a paragraph
that ends in a digit, and look for the end of an unclosed block through the whole text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree.ElementTree import tostring

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererProtocol
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

MAX_FORMULA = 2_000
MAX_FORMULAS = 500
MAX_LATEX = 20_000  # characters of all formulas of one answer

_SCROLLS = 'class="maths" tabindex="0" role="group" aria-label="formula"'
_BLOCK_LINES = 100
_BLOCK_MARKS = {"$$": "$$", "\\[": "\\]"}

# As in Pandoc a single dollar opens before, and closes after, something other than a space, and
# no digit follows: "$5 and $6" is money. Looking for the end stops at the next opening mark.
_INLINE = (
    (re.compile(r"\$\$((?:[^$\\]|\\.){1,10000}+)\$\$", re.DOTALL), True),
    (re.compile(r"(?<!\w)\$(?!\s)((?:[^$\\]|\\.){1,10000}+)(?<!\s)\$(?!\d)", re.DOTALL), False),
    (re.compile(r"\\\(((?:[^\\]|\\[^()\[\]]){1,10000}+)\\\)", re.DOTALL), False),
    (re.compile(r"\\\[((?:[^\\]|\\[^()\[\]]){1,10000}+)\\\]", re.DOTALL), True),
)

# The converter does not know these, but others that look the same; nor the space after a line.
_REPLACED = (
    (re.compile(r"\\(begin|end)\{(?:aligned|align|eqnarray)\*?\}"), r"\\\1{align*}"),
    (re.compile(r"\\(begin|end)\{gather(?:ed)?\*?\}"), r"\\\1{matrix}"),
    (re.compile(r"\\\\\[-?[\d.]{1,6}(?:pt|em|ex|mm|cm)\]"), r"\\\\"),
)


class _NoMacros(dict[str, tuple[list[str], int]]):
    """Refuses definitions: thirty that each double the last one fit into one short formula."""

    def __setitem__(self, name: str, definition: tuple[list[str], int]) -> NoReturn:
        raise ValueError(name)


def use_maths(parser: MarkdownIt) -> None:
    """Teach the parser to read formulas and to write them."""
    parser.inline.ruler.before("escape", "maths", _inline_maths)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "maths", _block_maths, interrupts)
    parser.add_render_rule("maths", _write_maths)


def _inline_maths(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    for pattern, display in _INLINE:
        match = pattern.match(state.src, state.pos, state.posMax)
        if match and match[1].strip():
            if not silent:
                token = state.push("maths", "math", 0)
                token.content, token.meta["display"] = match[1].strip(), display
            state.pos = match.end()
            return True
    return False


def _block_maths(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = _line(state, start)[:2]
    if opening not in _BLOCK_MARKS or state.is_code_block(start):
        return False
    last = _last_line(state, start, end, opening)
    if last is None:
        return False
    latex = state.getLines(start, last + 1, state.blkIndent, keepLastLF=False).strip()[2:-2].strip()
    if latex and not silent:
        token = state.push("maths", "math", 0)
        token.content, token.block, token.map = latex, True, [start, last + 1]
        token.meta["display"] = True
        state.line = last + 1
    return bool(latex)


def _last_line(state: StateBlock, start: int, end: int, opening: str) -> int | None:
    """Return the line that the closing mark ends; None where text follows it or there is none."""
    closing = _BLOCK_MARKS[opening]
    for number in range(start, min(end, start + _BLOCK_LINES)):
        line = _line(state, number)
        after = line[2:] if number == start else line
        if closing in after:
            return number if after.index(closing) == len(after) - 2 else None
        if not line or opening in after or state.sCount[number] < state.blkIndent:
            return None
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _write_maths(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    token = tokens[index]
    written = ""
    if _within_bounds(token.content, env):
        written = _mathml(token.content, display=token.meta["display"])
    written = written or f"<code>{html.escape(token.content)}</code>"
    if token.block and written.startswith("<code>"):
        return f"<p>{written}</p>\n"
    # A wide formula scrolls, also by keyboard.
    return f"<div {_SCROLLS}>{written}</div>\n" if token.block else written


def _within_bounds(latex: str, env: MutableMapping[str, Any]) -> bool:
    """Count the formula in. One that is too long alone does not use up what others may need."""
    if len(latex) > MAX_FORMULA:
        return False
    env["formulas"] = env.get("formulas", 0) + 1
    env["latex"] = env.get("latex", 0) + len(latex)
    return bool(env["formulas"] <= MAX_FORMULAS and env["latex"] <= MAX_LATEX)


def _mathml(latex: str, *, display: bool) -> str:
    """Return the formula as MathML, or nothing where it cannot be read."""
    from latex2mathml.converter import Converter  # 4 MB in each process, for few answers

    converter = Converter(display="block" if display else "inline")
    converter.macros = _NoMacros()
    for pattern, replacement in _REPLACED:
        latex = pattern.sub(replacement, latex)
    try:
        root = converter.convert_to_element(latex)
        root.attrib.pop("xmlns")
        for element in root.iter():
            # The converter puts entities into text and leaves the rest unescaped.
            element.text = html.unescape(element.text or "")
        return tostring(root, encoding="unicode", short_empty_elements=False)
    except Exception:  # noqa: BLE001 - it raises whatever its tables raise on LaTeX unknown to it
        return ""
