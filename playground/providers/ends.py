"""What the word means with which a model ended, whoever's word it is."""

from enum import StrEnum


class End(StrEnum):
    """What a reason for an end comes down to."""

    NONE = "none"  # no end was told: the answer goes on, or broke off
    WHOLE = "whole"
    LIMIT = "limit"  # of tokens: the text stops in the middle
    FILTERED = "filtered"  # by a policy, before or within the text
    REFUSED = "refused"  # by the model
    FAILED = "failed"


_NONE = {"null", "none", "nil", "undefined", "unspecified"}
_LIMIT = {
    *("length", "max_tokens", "max_output_tokens", "max_completion_tokens", "max_new_tokens"),
    *("max_length", "model_length", "model_context_window_exceeded", "context_length_exceeded"),
    *("token_limit", "tokens_limit", "error_limit", "max_tokens_reached", "out_of_tokens"),
    *("context_window_exceeded", "truncated"),
}
_FILTERED = {
    *("content_filter", "content_filtered", "safety", "recitation", "blocklist"),
    *("prohibited_content", "spii", "image_safety", "image_recitation", "language", "sensitive"),
    *("error_toxic", "guardrail_intervened", "moderation", "blocked", "image_prohibited_content"),
    *("data_inspection_failed", "policy_violation", "flagged"),
}
_REFUSED = {"refusal", "refused"}
_FAILED = {
    *("error", "failed", "network_error", "insufficient_system_resource", "abort", "aborted"),
    *("cancelled", "canceled", "malformed_function_call", "internal_error", "server_error"),
    *("timeout", "malformed_response", "unexpected_tool_call", "incomplete"),
}


# Words that are not listed, by what is in them; the first that fits counts.
_STEMS = (
    (End.FAILED, ("error", "exception", "failure", "overload", "cancel", "shutdown", "ratelimit")),
    (End.FILTERED, ("contentpolicy", "contentblock", "moderat", "guardrail", "censor", "prohibit")),
    (End.LIMIT, ("maxtoken", "maximum", "limit", "length", "truncat", "cutoff")),
)


def _letters(word: str) -> str:
    """Return what is the same for MAX_TOKENS, max-tokens, MaxTokens and FinishReason.MAX_TOKENS."""
    letters = "".join(filter(str.isalpha, word.rpartition(".")[2].lower()))
    return letters.removeprefix("finishreason")


_ENDS = {
    _letters(word): end
    for words, end in (
        (_NONE, End.NONE),
        (_LIMIT, End.LIMIT),
        (_FILTERED, End.FILTERED),
        (_REFUSED, End.REFUSED),
        (_FAILED, End.FAILED),
    )
    for word in words
}


def meaning_of(reason: str) -> End:
    """Return what a reason means; one never heard of is an end like any other."""
    letters = _letters(reason)
    by_stem = (end for end, stems in _STEMS if any(one in letters for one in stems))
    return _ENDS.get(letters) or next(by_stem, End.WHOLE) if reason.strip() else End.NONE
