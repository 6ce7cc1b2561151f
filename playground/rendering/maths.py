r"""Finds formulas: $..$, $$..$$, \(..\), \[..\] and \begin{align}..\end{align}, and writes them.

What cannot be read, and all that is over the bounds, is shown as it was written. The rules are our
own because the ones of mdit-py-plugins miss `$x$` at the start of a paragraph that ends in a digit,
and look for the end of an unclosed block through the whole text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from playground.rendering.dollars import DOLLARS, is_formula, is_prose
from playground.rendering.latex import to_mathml

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MAX_FORMULA = 2_000
MAX_FORMULAS = 500
MAX_LATEX = 20_000  # characters of all formulas of one answer

_SCROLLS = 'class="maths" tabindex="0" role="group" aria-label="formula"'
_BLOCK_LINES = 100
_BLOCK_MARKS = {"$$": "$$", "\\[": "\\]"}
_NAMES = (
    "align|aligned|alignat|alignedat|array|cases|dcases|rcases|eqnarray|equation|flalign|gather"
)
_NAMES += "|gathered|multline|split|[pbBvV]?matrix"
_BEGIN = re.compile(rf"\\begin\{{((?:{_NAMES})\*?)\}}")
_ENVIRONMENT = re.compile(rf"\\begin\{{({_NAMES})(\*?)\}}(?s:.{{1,{MAX_FORMULA}}}?)\\end\{{\1\2\}}")

# Looking for the end stops at the next opening mark. A dollar may stand inside `$$`: \text{if $x$}.
_INLINE = (
    (re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$)){1,10000}+)\$\$(?!\$(?!\$))", re.DOTALL), True),
    (re.compile(r"\\\(((?:[^\\]|\\[^()\[\]]){1,10000}+)\\\)", re.DOTALL), False),
    (re.compile(r"\\\[((?:[^\\]|\\[^()\[\]]){1,10000}+)\\\]", re.DOTALL), True),
)
_DEAR = re.compile(r"\${3,}")  # how dear a place is: no marks of a formula
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def use_maths(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "maths", _inline_maths)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "maths", _block_maths, interrupts)
    parser.block.ruler.before("fence", "equations", _block_equations, interrupts)
    parser.add_render_rule("maths", _write_maths)


def _inline_maths(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    dear = _DEAR.match(state.src, state.pos, state.posMax)
    if dear:
        state.pending += "" if silent else dear[0]
        state.pos = dear.end()
        return True
    found = _inline_found(state)
    if found and not silent:
        token = state.push("maths", "math", 0)
        token.content, token.meta["display"] = found[0], found[1]
    if found:
        state.pos = found[2]
    return bool(found)


_BACKTICKS = re.compile(r"\A`([^`]+)`\Z")  # as GitHub and GitLab write a formula: $`x`$


def _inline_found(state: StateInline) -> tuple[str, bool, int] | None:
    """Return the formula that begins here, whether it is a displayed one, and where it ends."""
    for pattern, display in _INLINE:
        match = pattern.match(state.src, state.pos, state.posMax)
        if match and match[1].strip() and not (match[0][0] == "$" and is_prose(match[1])):
            return match[1].strip(), display, match.end()
    match = _ENVIRONMENT.match(state.src, state.pos, state.posMax)
    if match:
        return match[0], True, match.end()
    match = DOLLARS.match(state.src, state.pos, state.posMax)
    if match and is_formula(match, state.src):
        return _BACKTICKS.sub(r"\1", match[1].strip()), False, match.end()
    return None


def _block_maths(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = _line(state, start)[:2]
    if opening not in _BLOCK_MARKS or state.is_code_block(start):
        return False
    last = _last_line(state, start, end, opening)
    if last is None:
        return False
    latex = _lines(state, start, last)[2:-2].strip()
    if latex and not silent:
        _push_block(state, _as_rows(latex), start, last)
    return bool(latex)


def _last_line(state: StateBlock, start: int, end: int, opening: str) -> int | None:
    """Return the line that the closing mark ends; None where text follows it or there is none.

    Lines may be left empty after a mark that stands alone.
    """
    closing = _BLOCK_MARKS[opening]
    may_pause = opening == "\\[" or _line(state, start) == opening
    for number in range(start, min(end, start + _BLOCK_LINES)):
        line = _line(state, number)
        after = line[2:] if number == start else line
        if closing in after:
            return number if after.index(closing) == len(after) - 2 else None
        if not line and may_pause:
            continue
        if not line or opening in after or state.sCount[number] < state.blkIndent:
            return None
    return None


def _block_equations(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = _BEGIN.match(_line(state, start))
    if not match or state.is_code_block(start):
        return False
    closing = f"\\end{{{match[1]}}}"
    for number in range(start, min(end, start + _BLOCK_LINES)):
        line = _line(state, number)
        if closing in line:
            whole = line.rstrip(".,;").endswith(closing) and line.count(closing) == 1
            if whole and not silent:
                _push_block(
                    state, _EMPTY_LINES.sub("\n", _lines(state, start, number)), start, number
                )
            return whole
        if line and state.sCount[number] < state.blkIndent:
            return False
    return False


def _push_block(state: StateBlock, latex: str, start: int, last: int) -> None:
    token = state.push("maths", "math", 0)
    token.content, token.block, token.map = latex, True, [start, last + 1]
    token.meta["display"] = True
    state.line = last + 1


def _as_rows(latex: str) -> str:
    """TeX knows no empty line in a formula. What stands around one in an answer are two rows."""
    parts = _EMPTY_LINES.split(latex)
    if len(parts) == 1:
        return latex
    if any(part.count("{") != part.count("}") or r"\begin" in part for part in parts):
        return "\n".join(parts)
    return " \\\\\n".join(part.strip() for part in parts)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _lines(state: StateBlock, start: int, last: int) -> str:
    return str(state.getLines(start, last + 1, state.blkIndent, keepLastLF=False).strip())


def _write_maths(
    renderer: object, tokens: Sequence[Token], index: int, options: object, env: dict[str, Any]
) -> str:
    token = tokens[index]
    if token.block:
        return written_block(token.content, env)
    return _written(token.content, env, display=token.meta["display"])


def written_block(latex: str, env: MutableMapping[str, Any]) -> str:
    """Return a formula that stands alone. A wide one scrolls, also by keyboard."""
    written = _written(latex, env, display=True)
    if written.startswith("<code>"):
        return f"<p>{written}</p>\n"
    return f"<div {_SCROLLS}>{written}</div>\n"


def _written(latex: str, env: MutableMapping[str, Any], *, display: bool) -> str:
    written = to_mathml(latex, display=display) if _within_bounds(latex, env) else ""
    return written or f"<code>{html.escape(latex)}</code>"


def _within_bounds(latex: str, env: MutableMapping[str, Any]) -> bool:
    """Count the formula in. One that is too long alone does not use up what others may need."""
    if len(latex) > MAX_FORMULA:
        return False
    env["formulas"] = env.get("formulas", 0) + 1
    env["latex"] = env.get("latex", 0) + len(latex)
    return bool(env["formulas"] <= MAX_FORMULAS and env["latex"] <= MAX_LATEX)
