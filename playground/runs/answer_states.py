"""What an answer is beside its text: empty, perhaps cut off, perhaps a refusal.

The provider gives no reason for an end, so the last two are guesses and are shown as such.
"""

import re

EMPTY, CUT_OFF, REFUSED = "empty", "cut_off", "refused"
WORDS = {EMPTY: "Empty", CUT_OFF: "Maybe cut off", REFUSED: "Maybe refused"}

MAX_REFUSAL_LENGTH = 600  # characters
REFUSAL = re.compile(
    r"^\W*(i['’]?m sorry|i am sorry|sorry|unfortunately)?\W*(but )?"
    r"(i (can['’]?t|cannot|am (not able|unable)|won['’]?t)|i['’]?m (not able|unable))"
    r"[^.]{0,40}\b(assist|help|answer|identify|provide|comply|fulfil|discuss|create|do that)",
    re.IGNORECASE,
)
# What a sentence, a table or code ends with.
ENDS = tuple(".!?…。！？؟|)]}>`*\"'”’")


def state_of(text: str, max_tokens: int | None) -> str:
    """Return EMPTY, CUT_OFF, REFUSED or nothing. A cut is guessed only where tokens were set."""
    text = text.strip()
    if not text:
        return EMPTY
    if len(text) <= MAX_REFUSAL_LENGTH and REFUSAL.search(text):
        return REFUSED
    if max_tokens is not None and _breaks_off(text, max_tokens):
        return CUT_OFF
    return ""


def _breaks_off(text: str, max_tokens: int) -> bool:
    if text.count("```") % 2:
        return True
    # A token is about four characters: an answer far below the limit ended by itself.
    near_the_limit = len(text) > max_tokens * 1.5
    return near_the_limit and not text.endswith(ENDS)
