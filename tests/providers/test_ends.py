"""What the word means with which a model ended."""

from __future__ import annotations

import pytest

from playground.providers.ends import End, meaning_of


@pytest.mark.parametrize(
    "word",
    [
        *("length", "MAX_TOKENS", "max-tokens", "MaxTokens", "FINISH_REASON_MAX_TOKENS"),
        *("FinishReason.MAX_TOKENS", "model_length", "Out of tokens", "truncated"),
        *("max_token", "output_limit", "length_capped", "FINISH_LENGTH", "repetition_truncation"),
    ],
)
def test_a_limit_is_one_however_it_is_written(word: str) -> None:
    assert meaning_of(word) == End.LIMIT


@pytest.mark.parametrize(
    ("word", "end"),
    [
        *((word, End.NONE) for word in ("", " ", "null", "FINISH_REASON_UNSPECIFIED")),
        *((word, End.WHOLE) for word in ("stop", "end_turn", "COMPLETE", "2", "never heard of")),
        *((word, End.FILTERED) for word in ("FinishReason.SAFETY", "DataInspectionFailed")),
        *((word, End.REFUSED) for word in ("refusal", "Refused")),
        *((word, End.FILTERED) for word in ("content_blocked", "moderated", "guardrail")),
        *((word, End.FAILED) for word in ("ERROR", "internalError")),
        *((word, End.FAILED) for word in ("engine_overloaded", "rate_limit", "user_cancelled")),
    ],
)
def test_each_end_has_its_meaning(word: str, end: End) -> None:
    assert meaning_of(word) == end
