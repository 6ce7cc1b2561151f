"""Keeps every cell of a row: CommonMark's tables drop what is behind the last column.

A bar inside code or a formula parts no cells there: `| $|x|$ | 2 |`. What is over all the same
stands in the last cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markdown_it.rules_block.table import escapedSplit

from playground.rendering.dollars import DOLLARS, is_formula

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it.rules_block import StateBlock


MAX_BARS = 20  # in one formula or piece of code
MAX_TRIED = 5_000  # places of one answer where one may end


def keep_all_cells(state: StateBlock, begun: int) -> None:
    """Fill the rows anew that have more cells than columns. begun: the first token of the table."""
    tokens = state.tokens[begun:]
    places = [place for place, token in enumerate(tokens) if token.type == "tr_open"]
    columns = sum(token.type == "th_open" for token in tokens)
    for place in places[1:]:
        cells = _cells(state, (tokens[place].map or [0])[0])
        if len(cells) > columns:
            for number, cell in enumerate(_fitted(cells, columns, state.env)):
                tokens[place + 2 + 3 * number].content = cell.strip()


def _cells(state: StateBlock, line: int) -> list[str]:
    row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    cells = escapedSplit(row)
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _fitted(cells: list[str], columns: int, env: MutableMapping[str, Any]) -> list[str]:
    fitted: list[str] = []
    at = 0
    while at < len(cells):
        begins = cells[at].count("`") % 2 or cells[at].count("$") % 2
        left = MAX_TRIED - env.get("tried_bars", 0)
        over = len(cells) - at + len(fitted) - columns if begins else 0
        ends = range(at + 1, at + 1 + min(over, MAX_BARS, left))
        env["tried_bars"] = env.get("tried_bars", 0) + len(ends)
        end = next((one for one in ends if _is_one("|".join(cells[at : one + 1]))), at)
        fitted.append("|".join(cells[at : end + 1]))
        at = end + 1
    return [*fitted[: columns - 1], " | ".join(map(str.strip, fitted[columns - 1 :]))]


def _is_one(text: str) -> bool:
    """Whether these cells are one, whose bars stand in code or in a formula."""
    first = text.partition("|")[0]
    if first.count("`") % 2:
        return text.count("`") % 2 == 0
    if not first.count("$") % 2 or text.count("$") % 2:
        return False
    match = DOLLARS.search(text)
    return bool(match and "|" in match[1] and is_formula(match, text))
