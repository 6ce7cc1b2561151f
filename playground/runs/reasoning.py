"""Takes the passages out of an answer that a model marked as its reasoning.

The provider documents no mark. These are the ones in use; reasoning that a model writes into its
answer without a mark cannot be told from the answer.
"""

import re

NAMES = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_START = re.compile(rf"<({NAMES})\b[^<>]{{0,100}}>", re.IGNORECASE)
_END = re.compile(rf"</({NAMES})\s{{0,10}}>", re.IGNORECASE)
# The first of several that are on: some chat templates write the opening mark into the prompt.
_CHANNEL = re.compile(
    r"<\|channel\|>analysis<\|message\|>.*?(?=<\|channel\|>final|\Z)", re.DOTALL | re.IGNORECASE
)
_BRACKETS = re.compile(r"\[THINK\].*?(\[/THINK\]|\Z)|◁think▷.*?(◁/think▷|\Z)", re.DOTALL)


def without_reasoning(text: str) -> str:
    """Return the answer without marked passages. One without an end goes on to the end."""
    text = _BRACKETS.sub("", _CHANNEL.sub("", text))
    kept, depth, at = "", 0, 0
    for start, end, opens in _marks(text):
        if depth == 0:
            kept = kept + text[at:start] if opens else ""  # an end alone: all before was reasoning
        depth = depth + 1 if opens else max(depth - 1, 0)
        at = end
    kept += text[at:] if depth == 0 else ""
    return kept.strip() if kept != text else text


def _marks(text: str) -> list[tuple[int, int, bool]]:
    """Where each mark starts and ends, and whether it opens."""
    starts = [(one.start(), one.end(), True) for one in _START.finditer(text)]
    return sorted(starts + [(one.start(), one.end(), False) for one in _END.finditer(text)])
