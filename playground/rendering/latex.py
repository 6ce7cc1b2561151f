r"""LaTeX of one formula as MathML, or nothing where it cannot be shown right.

math-core reads it: it refuses what it does not know. What it would misread without a word (a line
break outside a table, a percent sign as the start of a comment) is written differently before;
that no letter and no digit was lost is checked afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from playground.rendering.mathml import fit, text_of

if TYPE_CHECKING:
    from math_core import LatexToMathML

# math-core calls itself for each level, and tries again from each bracket that nothing closes:
# a hundred levels end the process in a small stack, twenty-five open brackets take ten seconds.
MAX_LEVELS = 30
MAX_UNCLOSED = 4

# Commands of KaTeX that math-core lacks, by others that look the same. Sizes are left out.
_SAME = {
    **dict.fromkeys(("dotsb", "dotsm", "dotsi"), r"\cdots"),
    **dict.fromkeys(("dotsc", "dotso", "mathellipsis"), r"\ldots"),
    "centerdot": r"\cdot",
    "sdot": r"\cdot",
    "thickapprox": r"\approx",
    "thicksim": r"\sim",
    "varpropto": r"\propto",
    "smallsetminus": r"\setminus",
    "smallint": r"\int",
    "intop": r"\int\limits",
    "smallfrown": r"\frown",
    "smallsmile": r"\smile",
    "shortmid": r"\mid",
    "shortparallel": r"\parallel",
    "nshortmid": r"\nmid",
    "nshortparallel": r"\nparallel",
    "wideparen": r"\overparen{#1}",
    "varliminf": r"\underline{\lim}",
    "varlimsup": r"\overline{\lim}",
    "varinjlim": r"\underrightarrow{\lim}",
    "varprojlim": r"\underleftarrow{\lim}",
    **dict.fromkeys(("llap", "rlap", "mathllap", "mathrlap", "mathclap", "clap"), "{#1}"),
    **dict.fromkeys(("smash", "vcenter", "mathnormal"), "{#1}"),
    **dict.fromkeys(("textnormal", "textup", "textmd", "mbox", "hbox"), r"\text{#1}"),
    "pmb": r"\boldsymbol{#1}",
    "cancelto": r"{\cancel{#2}}^{#1}",
    "degreeCelsius": "°C",
    "TeX": r"\text{TeX}",
    "LaTeX": r"\text{LaTeX}",
    "KaTeX": r"\text{KaTeX}",
    **dict.fromkeys(("tiny", "sixptsize", "scriptsize", "footnotesize", "small"), ""),
    **dict.fromkeys(("normalsize", "large", "Large", "LARGE", "huge", "Huge"), ""),
    **dict.fromkeys(("displaylimits", "allowbreak", "mathstrut", "relax"), ""),
}

_LENGTH = r"-?[\d.]{1,6}\s?(?:pt|em|ex|mm|cm|mu|in)"
_TEXT = re.compile(r"\\(text(?:rm|bf|it|tt|sf|normal|up|md)?|mbox|hbox)\s*\{([^{}]*)\}")
_ENVIRONMENTS = {
    "align": "align*",
    "equation": "equation*",
    "gather": "gather*",
    "multline": "multline*",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "flalign": "align*",
    "flalign*": "align*",
    "alignat": "align*",
    "alignat*": "align*",
    "alignedat": "aligned",
    "split": "aligned",
    **{f"{kind}matrix*": f"{kind}matrix" for kind in ("", "p", "b", "B", "v", "V", "small")},
    "smallmatrix": "matrix",
    "dcases*": "dcases",
    "cases*": "cases",
    "darray": "array",
}
_REWRITTEN = (
    (re.compile(r"\\(?:cr|newline|tabularnewline)(?![a-zA-Z])"), r"\\\\"),
    (re.compile(rf"\\\\(?:\s?\*)?(?:\s?\[\s?{_LENGTH}\s?\])?"), r"\\\\"),
    (re.compile(r"(?<!\\)((?:\\\\)*)%"), r"\1\\%"),
    (re.compile(r"^(\s*\\tag\*?\s*\{[^{}]*\})(.+)$", re.DOTALL), r"\2\1"),
    (re.compile(r"\\tag\*\s*\{([^{}]*)\}"), r"\\qquad\\text{\1}"),
    (re.compile(r"\\tag\s*\{([^{}]*)\}"), r"\\qquad\\text{(\1)}"),
    (re.compile(r"\\(?:notag|nonumber)(?![a-zA-Z])|\\label\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\(?:text)?color(?:\[\w{1,9}\])?\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\colorbox\s*\{[^{}]*\}"), r"\\text"),
    (re.compile(r"\\smash\[[tb]\]"), r"\\smash"),
    (re.compile(r"\\begin\{(align(?:ed)?at\*?)\}\s*\{\d{1,2}\}"), r"\\begin{\1}"),
    (re.compile(r"\\begin\{(\w{0,5}matrix\*|aligned|gathered|split)\}\s*\[\w\]"), r"\\begin{\1}"),
    # What stands between the columns of an array.
    (re.compile(r"@\{[^{}]*\}(?=(?:[^{}]|@\{[^{}]*\})*\})"), ""),
    (
        re.compile(r"\\mathop\s*\{\s*\\arg\s*\\(min|max)\s*\}(?:\s*\\limits)?"),
        r"\\operatorname*{arg\\,\1}",
    ),
    (re.compile(r"\\require\s*\{\w+\}"), ""),
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]{1,20}\*?)\}")
# Definitions of the writer's own, and what math-core shows as something else.
_REFUSED = re.compile(
    r"\\(?:textasciitilde|(?:re)?newcommand|providecommand|[egx]?def|g?let|futurelet|newenvironment"
    r"|DeclareMathOperator)(?![a-zA-Z])"
)
_SIGN = re.compile(
    r"\\begin\{[^{}]*\}|\\end\{[^{}]*\}|\\substack\s*\{|\\[a-zA-Z]+|\\.|[{}&]", re.DOTALL
)
_OPENING = re.compile(r"\\begin(?=\{)|\\substack|\\left\Z|\{")
_OPENS = re.compile(
    r"(?<!\\)(?<!\\left)[(\[]|(?<!\\left)\\\{|(?<!\\left)\\l(?:angle|floor|ceil|vert|Vert|brack|brace|group|moustache)|\\[ul]lcorner"
    r"|\\l[lL]bracket|\\lparen"
)
_CLOSES = re.compile(
    r"(?<!\\)(?<!\\right)[)\]]|(?<!\\right)\\\}|(?<!\\right)\\r(?:angle|floor|ceil|vert|Vert|brack|brace|group|moustache)|\\[ul]rcorner"
    r"|\\rr?[bB]racket|\\rparen"
)
_NO_CONTENT = re.compile(
    rf"\\begin\{{(?:sub)?array\}}\s*\{{[^{{}}]*\}}|\\(?:begin|end)\{{[^{{}}]*\}}|\\[a-zA-Z]+|{_LENGTH}"
)


class UnreadableError(Exception):
    """A formula that is shown as its source."""


def to_mathml(latex: str, *, display: bool) -> str:
    """Return the formula as MathML, or nothing where it cannot be shown right."""
    from math_core import LatexError  # half a megabyte, for few answers

    try:
        latex = _rewritten(latex)
        written = fit(_converter().convert_with_local_state(latex, displaystyle=display))
    except (LatexError, UnreadableError, ValueError):
        return ""
    return "" if _lost(latex, text_of(written)) else written


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(macros=_SAME, fancy_error=False, allow_unreliable_rendering=True)


def _rewritten(latex: str) -> str:
    """Return the same formula in words that math-core reads rightly."""
    if _REFUSED.search(latex):
        raise UnreadableError  # thirty that each double the last one fit into one short formula
    latex = _TEXT.sub(_words, latex)
    for pattern, replacement in _REWRITTEN:
        latex = pattern.sub(replacement, latex)
    latex = _ENVIRONMENT.sub(_environment, latex)
    if _unclosed(latex) > MAX_UNCLOSED:
        raise UnreadableError
    return _structured(re.sub(r"(?:\\\\|\s)+\Z", "", latex))


def _environment(match: re.Match[str]) -> str:
    """Equations of an answer are not numbered: each formula would begin at 1."""
    return rf"\{match[1]}{{{_ENVIRONMENTS.get(match[2], match[2])}}}"


def _words(match: re.Match[str]) -> str:
    """Words may hold a formula between dollars, and signs that need a backslash in TeX."""
    pieces = re.split(r"(?<!\\)\$", match[2])
    if len(pieces) % 2 == 0:
        raise UnreadableError
    for place in range(0, len(pieces), 2):
        signs = re.sub(r"(?<!\\)([_&#])", r"\\\1", pieces[place])
        pieces[place] = re.sub(r"(\\[%$#&_]) ", r"\1~", signs)
    inside = [f"{{{one}}}" if at % 2 else rf"\{match[1]}{{{one}}}" for at, one in enumerate(pieces)]
    return "".join(inside)


def _unclosed(latex: str) -> int:
    """Count the brackets that are open at the end. Of what kind one is does not matter."""
    opens = {match.start() for match in _OPENS.finditer(latex)}
    depth = 0
    for place in sorted(opens | {match.start() for match in _CLOSES.finditer(latex)}):
        depth = depth + 1 if place in opens else max(depth - 1, 0)
    return depth


def _structured(latex: str) -> str:
    r"""Give lines that stand in no table one of their own, and `\substack` what it stands for."""
    around: list[str] = []
    loose: set[str] = set()  # what parts rows and columns where there is no table
    written, at = [], 0
    for match in _SIGN.finditer(latex):
        sign = match[0]
        if sign == "}" and around and around[-1] == "substack":
            replaced = r"\end{subarray}}"
        else:
            replaced = r"{\begin{subarray}{c}" if sign.startswith(r"\substack") else sign
        _step(around, sign)
        if sign in (r"\\", "&"):
            if around and around[-1] in ("{", "left"):
                raise UnreadableError
            loose |= {sign} if not around else set()
        written += [latex[at : match.start()], replaced]
        at = match.end()
    if around:
        raise UnreadableError
    body = "".join([*written, latex[at:]])
    kind = "aligned" if "&" in loose else "gathered"
    return rf"\begin{{{kind}}}{body}\end{{{kind}}}" if loose else body


def _step(around: list[str], sign: str) -> None:
    """Keep account of what a place in the formula is inside of."""
    opening = _OPENING.match(sign)
    if opening:
        around.append(opening[0].strip("\\"))
    elif sign in ("}", r"\right") or sign.startswith(r"\end{"):
        if not around:
            raise UnreadableError
        around.pop()
    if len(around) > MAX_LEVELS:
        raise UnreadableError


def _lost(latex: str, shown: str) -> bool:
    """Say whether a letter or digit of the formula is not to be seen."""
    return bool(_letters(_NO_CONTENT.sub(" ", latex)) - _letters(shown))


def _letters(text: str) -> Counter[str]:
    return Counter(filter(str.isalnum, unicodedata.normalize("NFKC", text)))
