"""Inline text as answers write it: bold beside Chinese and Korean, `<br>`, bare addresses.

Emphasis follows the amendment that is proposed to CommonMark for these scripts, which write no
spaces: a letter or mark of theirs lets a delimiter open or close as a space would. So does a mark
of ASCII on a letter of theirs, since Korean and Thai have no others. A single star between two
digits is a sign of arithmetic: 1920*1080.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from markdown_it.common.normalize_url import normalizeLink, validateLink
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

from playground.rendering.allowlist import is_kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.utils import EnvType

_BREAK = re.compile(r"</?br {0,3}/?>[ \t]*\n?", re.I)
# In angle brackets, what is no address that a link may have is a name of XML, and text.
_NAME = re.compile(r"<(?!(?:https?|mailto):)[a-z][a-z0-9.+-]{1,31}:[^\s<>]*>", re.I)
MAX_MARKS_ON_CJK = 4  # characters beside a delimiter that are looked at
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai to Khmer
_LETTERS = "\u00c0-\u024f\u0370-\u052f"
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9_@/.-])(?:https?://|www\.(?=[a-z0-9-]{{1,63}}\.[a-z]{{2}}))"
    rf"[A-Za-z0-9.\-{_LETTERS}]{{1,253}}(?::\d{{1,5}}(?!\d))?"
    rf"(?:[/?#](?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%{_LETTERS}]|(?<=[/=_{_WIDE}])[{_WIDE}]){{0,2000}})?"
    r"|(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}"
    r"(?![A-Za-z0-9@])",
    re.I,
)


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before, after = self._at(start - 1), self._at(end)
        if self.src[start:end] == "*" and f"{before}{after}".isdigit():
            return Scanned(can_open=False, can_close=False, length=1)
        if not (is_cjk(before) or is_cjk(after)):
            opens = canSplitWord and _marks_cjk(self.src[end : end + MAX_MARKS_ON_CJK])
            reach = max(start - MAX_MARKS_ON_CJK, 0)
            closes = canSplitWord and _marks_cjk(self.src[reach:start][::-1])
            return Scanned(scanned.can_open or opens, scanned.can_close or closes, scanned.length)
        left = not isWhiteSpace(ord(after)) and (not _is_mark(after) or _may_stand(before))
        right = not isWhiteSpace(ord(before)) and (not _is_mark(before) or _may_stand(after))
        opens = left and (canSplitWord or not right or _is_punctuation(before))
        closes = right and (canSplitWord or not left or _is_punctuation(after))
        return Scanned(opens, closes, scanned.length)

    def _at(self, place: int) -> str:
        return self.src[place] if 0 <= place < self.posMax else " "


class Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def is_cjk(character: str) -> bool:
    """Whether it is a letter or mark of these scripts. Emoji are as wide, but are none."""
    code = ord(character)
    wide = code >= 0x1100 and east_asian_width(character) in "WFH"
    return bool(_UNSPACED.match(character)) or (
        wide and not (0x2300 <= code < 0x2E80 or 0x1F000 <= code < 0x20000)
    )


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_mark(character: str) -> bool:
    return _is_punctuation(character) and not is_cjk(character)


def _marks_cjk(nearest: str) -> bool:
    """Whether these characters, the nearest one first, are marks and then a letter of theirs."""
    letter = next((one for one in nearest if not _is_mark(one)), " ")
    return letter != nearest[:1] and is_cjk(letter)


def _may_stand(character: str) -> bool:
    """Whether a mark on the other side of a delimiter may be inside of the emphasis."""
    return isWhiteSpace(ord(character)) or _is_punctuation(character) or is_cjk(character)


def use_inline(parser: MarkdownIt) -> None:
    """Teach the parser a bare `<br>`; all other HTML stays text, `<dc:title>` too."""
    parser.inline.ruler.before("autolink", "br", _break)
    parser.inline.ruler.before("autolink", "name", _name)


def _match(pattern: re.Pattern[str], state: StateInline) -> re.Match[str] | None:
    at = state.pos
    return pattern.match(state.src, at, state.posMax) if state.src[at] == "<" else None


def _name(state: StateInline, silent: bool) -> bool:
    match = _match(_NAME, state)
    if match:
        state.pending += "" if silent else match[0]
        state.pos = match.end()
    return bool(match)


def _break(state: StateInline, silent: bool) -> bool:
    match = _match(_BREAK, state)
    if match:
        if not silent:
            state.push("hardbreak", "br", 0)
        state.pos = match.end()
    return bool(match)


def with_addresses(token: Token) -> Iterator[Token]:
    """Split a text into what stands between its bare addresses, and links for these."""
    at = 0
    for match in _ADDRESS.finditer(token.content):
        shown = _trimmed(match[0])
        target = normalizeLink(_target(shown))
        if shown and validateLink(target) and is_kept(target):
            yield Token("text", "", 0, content=token.content[at : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": target})
            yield Token("text", "", 0, content=shown)
            yield Token("link_close", "a", -1)
            at = match.start() + len(shown)
    if at:
        token.content = token.content[at:]
    yield token


def _target(address: str) -> str:
    if "://" in address:
        return address
    return f"http://{address}" if address.lower().startswith("www.") else f"mailto:{address}"


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it."""
    while address and address[-1] in ".,:;!?'*_~)":
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return "" if address.endswith("//") else address
