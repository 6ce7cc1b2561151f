"""Parts an answer from the reasoning that its model wrote into it, between marks of its own.

Marks are known where they are no words of the answer: `<think>` at the start of a line outside of
code, others at the start of the answer. Anything that is doubtful stays in the answer.
"""

import re
from typing import NamedTuple

_NAMES = r"think|thinking|seed:think|longcat_think"
_FIRST_NAMES = rf"{_NAMES}|thought|thoughts|reasoning"
_TOKENS = r"\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|start_thinking\|>"
_TOKENS += r"|<\|channel>thought\b|<unused94>(?:thought\b)?"  # Gemma 4, MedGemma
_CHANNEL = r"(?:<\|start\|>assistant)?<\|channel\|>"
_ANALYSIS = rf"{_CHANNEL}(?:analysis|thought)(?:<\|message\|>)?"
_CLOSING = (
    rf"</(?:{_FIRST_NAMES})\s{{0,10}}>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>"
    r"|<\|end_thinking\|>|<channel\|>|<unused95>"
    rf"|(?:<\|end\|>)?{_CHANNEL}final(?:<\|message\|>)?"
)
_FIRST = re.compile(
    rf"[\s\ufeff\u200b]*"
    rf"(?:<(?:{_FIRST_NAMES})\b[^<>\n]{{0,100}}(?<!/)>|{_TOKENS}|{_ANALYSIS})",
    re.IGNORECASE,
)
_LINE = re.compile(
    rf"^[ \t]*(?:(?P<fence>`{{3,}}|~{{3,}})[^\n]*|(?P<opens><(?:{_NAMES})>|{_TOKENS}|{_ANALYSIS}))"
    rf"|(?P<closes></(?:{_NAMES})>|\[/THINK\]|◁/think▷)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_OPENED = re.compile(rf"<(?:{_NAMES})\b|\[THINK\]|◁think▷", re.IGNORECASE)
_INSIDE = re.compile(
    rf"(?P<opens>^[ \t]*<(?:{_NAMES})>)|(?P<closes>{_CLOSING})", re.IGNORECASE | re.MULTILINE
)


# Marks of templates around an answer whose reasoning was marked in the same way.
_AROUND = re.compile(
    r"\A\s*<\|(?:begin_of_solution|start_response)\|>"
    r"|<\|(?:end_of_solution|end_response|return|end)\|>\s*\Z",
    re.IGNORECASE,
)


class Parted(NamedTuple):
    """An answer without its reasoning, and the reasoning; blank where there is none."""

    answer: str
    reasoning: str


def part(text: str) -> Parted:
    """Return both. A mark without an end goes on to the end of the text."""
    kept: list[str] = []
    thoughts: list[str] = []
    fence = ""
    at = 0
    while first := _FIRST.match(text, at):
        at = _think(text, first.end(), thoughts)
    begun = at
    while match := _LINE.search(text, at):
        at = match.end()
        if match["fence"]:
            fence = _after(fence, match[0].strip(), match["fence"])
        elif fence:
            continue
        elif match["opens"]:
            kept.append(text[begun : match.start()])
            begun = at = _think(text, match.end(), thoughts)
        elif not thoughts and not _OPENED.search(text, 0, match.start()):
            # Some templates write the opening mark into the prompt.
            thoughts.append(text[: match.start()])
            begun = at
    if not thoughts:
        return Parted(text, "")
    kept.append(text[begun:])
    answer = _AROUND.sub("", "".join(kept)).strip()
    return Parted(answer, "\n\n".join(filter(None, map(str.strip, thoughts))))


def _think(text: str, start: int, thoughts: list[str]) -> int:
    """Keep the reasoning that begins here; return where it ends."""
    depth = 1
    for match in _INSIDE.finditer(text, start):
        depth += 1 if match["opens"] else -1
        if not depth:
            thoughts.append(text[start : match.start()])
            return match.end()
    thoughts.append(text[start:])
    return len(text)


def _after(fence: str, line: str, mark: str) -> str:
    """The fence that is open after this line."""
    if not fence:
        return mark
    closes = line == mark and mark.startswith(fence)
    return "" if closes else fence
