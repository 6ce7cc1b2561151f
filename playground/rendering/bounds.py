"""What one answer may cost to render. Whatever is over a bound is shown as plain text.

Every bound was set by measuring: the worst input known takes under 1.5 s of one core.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block.table import table
from markdown_it.token import Token

from playground.rendering.tables import keep_all_cells

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

MAX_CHARACTERS = 100_000
MAX_DEPTH = 40  # levels of tokens: a quotation is one, a list with its item two
MAX_COLUMNS = 100
MAX_CELLS = 20_000  # of all tables of one answer
MAX_MARKS = 8_000

# Characters at which the inline parser stops and tries its rules: what inline text costs.
_MARK = re.compile(r"[!$&*<\[\\\]_`~]")
_NEAR_THE_END = 10_000


def divide(text: str) -> tuple[str, str]:
    """Return the part that is rendered, ending at a line or a word if one is near, and the rest."""
    if len(text) <= MAX_CHARACTERS:
        return text, ""
    ends = (text.rfind(one, MAX_CHARACTERS - _NEAR_THE_END, MAX_CHARACTERS) for one in "\n ")
    end = next((one for one in ends if one >= 0), MAX_CHARACTERS)
    return text[:end], text[end:]


def bound(parser: MarkdownIt) -> None:
    # The guard below must come first, or the parser skips what is nested too deeply.
    parser.options.maxNesting = MAX_DEPTH + 4
    parser.block.ruler.before("table", "depth", _flatten)
    parser.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.before("inline", "marks", _bound_marks)


def _flatten(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Show what is nested too deeply as a paragraph: the parser would drop it without a word."""
    if state.level <= MAX_DEPTH:
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        text = state.push("inline", "", 0)
        text.content = state.getLines(start, end, state.blkIndent, keepLastLF=False).strip()
        text.map, text.children = [start, end], []
        state.push("paragraph_close", "p", -1)
        state.line = end
    return True


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A short row is filled up with empty cells, so a table can be far larger than its text.

    Rows over the bound are left to the next rule, which shows them as a paragraph.
    """
    columns = _line(state, start).count("|") + 1
    rows, begun = (MAX_CELLS - state.env.get("cells", 0)) // columns, len(state.tokens)
    if columns > MAX_COLUMNS or not table(state, start, min(end, start + rows), silent):
        return False
    if not silent:
        keep_all_cells(state, begun)
        state.env["cells"] = state.env.get("cells", 0) + columns * (state.line - start)
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _bound_marks(state: StateCore) -> None:
    """Leave as plain text every paragraph after the answer has used up its marks."""
    left = MAX_MARKS
    for token in state.tokens:
        if token.type == "inline":
            left -= len(_MARK.findall(token.content))
            if left < 0:
                # The inline rule adds to the children what it finds in the content.
                token.children = [Token("text", "", 0, content=token.content)]
                token.content = ""
