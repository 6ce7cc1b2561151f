"""Blocks that answers have beside those of CommonMark: nested fences, footnotes, tasks.

A line of dashes below several lines is the rule of a receipt, no underline of a heading.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markdown_it.rules_block.fence import fence
from markdown_it.rules_block.lheading import lheading
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererProtocol
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

MAX_SEARCHED_LINES = 20_000  # of one answer, for the ends of fences with fences inside

_MARKDOWN = re.compile(
    r"(`{3,}|~{3,})\s*(?:\{?\.?(?:markdown|md|mdx|qmd|rmd|gfm|commonmark)\b|(?:text|txt|plaintext)?$)",
    re.I,
)
_LATE = re.compile(r"([^`]*[^`\s])[ \t]*(`{3,})[ \t]*([\w+#.-]{0,20})")
_FENCE = re.compile(r"(`{3,}|~{3,})\s*(.*)")
_REFERENCE = re.compile(r"\[\^([^\s\[\]]{1,60})\]")
_TASK = re.compile(r"\[([ xX])\](?=\s)")


def use_blocks(parser: MarkdownIt) -> None:
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", _nesting_fence, interrupts)  # type: ignore[arg-type]
    parser.block.ruler.at("lheading", _heading_of_one_line)
    parser.block.ruler.before("lheading", "late_fence", _late_fence, {"alt": ["paragraph"]})
    parser.block.ruler.before(
        "reference", "footnote", footnote_def, {"alt": ["paragraph", "reference"]}
    )
    parser.inline.ruler.before("link", "footnote", _reference)
    parser.add_render_rule("footnote_mark", _write_mark)


def _nesting_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence of Markdown or plain text ends where its own fences have ended, if it ends so."""
    opening = _MARKDOWN.match(_line(state, start))
    if silent or not opening or state.is_code_block(start):
        return fence(state, start, end, silent)
    last = _last_line(state, start, end, opening[1])
    if last is None:
        return fence(state, start, end, silent)
    _push_fence(state, start, last, opening[1], _line(state, start)[len(opening[1]) :])
    return True


def _late_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence behind words, if a line of its own ends it: that would begin another one."""
    found = _LATE.fullmatch(_line(state, start))
    if not found or state.is_code_block(start):
        return False
    if not found[3] and (start + 1 >= end or state.isEmpty(start + 1)):
        return False  # the ticks alone are what is spoken of
    last = _last_line(state, start, end, found[2])
    if last is None or silent:
        return last is not None
    state.push("paragraph_open", "p", 1).map = [start, start + 1]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = found[1].strip(), [start, start + 1], []
    state.push("paragraph_close", "p", -1)
    _push_fence(state, start, last, found[2], found[3])
    return True


def _push_fence(state: StateBlock, start: int, last: int, mark: str, info: str) -> None:
    token = state.push("fence", "code", 0)
    token.info, token.markup, token.map = info, mark, [start, last + 1]
    token.content = state.getLines(start + 1, last, state.sCount[start], keepLastLF=True)
    state.line = last + 1


def _heading_of_one_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line, around = state.line, state.parentType
    if not lheading(state, start, end, silent):
        return False
    if "\n" in state.tokens[-2].content:
        del state.tokens[-3:]
        state.line, state.parentType = line, around
        return False
    return True


def _last_line(state: StateBlock, start: int, end: int, mark: str) -> int | None:
    left = MAX_SEARCHED_LINES - state.env.get("searched", 0)
    depth = 0
    for number in range(start + 1, min(end, start + left)):
        state.env["searched"] = state.env.get("searched", 0) + 1
        line = _line(state, number)
        if line and state.sCount[number] < state.blkIndent:
            return None
        found = _FENCE.fullmatch(line)
        if not found or found[1][0] != mark[0] or "`" in found[2]:
            continue
        if found[2]:
            depth += 1
        elif depth:
            depth -= 1
        elif len(found[1]) >= len(mark):
            return number
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _reference(state: StateInline, silent: bool) -> bool:
    """The mark of a footnote that the answer has. It and the note stay where they were written."""
    if not state.src.startswith("[^", state.pos):
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match or f":{match[1]}" not in state.env.get("footnotes", {}).get("refs", {}):
        return False
    if not silent:
        state.push("footnote_mark", "sup", 0).content = match[1]
    state.pos = match.end()
    return True


def mark_notes(tokens: list[Token]) -> list[Token]:
    """Let each footnote begin with its mark; without an address to go to, nothing else is left."""
    kept: list[Token] = []
    mark = ""
    for token in tokens:
        if token.type == "footnote_reference_open":
            mark = str(token.meta["label"])
        elif token.type != "footnote_reference_close":
            if mark and token.type == "inline":
                space = Token("text", "", 0, content=" ")
                token.children = [_mark(mark), space, *(token.children or [])]
                mark = ""
            kept.append(token)
    return kept


def _mark(label: str) -> Token:
    return Token("footnote_mark", "sup", 0, content=label)


def tick(inline: Token) -> None:
    """Show `[ ]` and `[x]` at the start of a list item as boxes. Nothing can be pressed."""
    first = inline.children[0] if inline.children else None
    match = _TASK.match(first.content) if first and first.type == "text" else None
    if first and match:
        first.content = ("☐" if match[1] == " " else "☑") + first.content[match.end() :]


def _write_mark(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, *unused: object
) -> str:
    return f"<sup>{html.escape(tokens[index].content)}</sup>"
