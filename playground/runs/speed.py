"""How fast an answer was written, where it arrived in pieces and its tokens were counted."""

from typing import Protocol

LEAST_MS = 50  # of writing; in less the network decides and not the model


class Written(Protocol):
    """A run, or what is shown of one."""

    @property
    def tokens_out(self) -> int | None: ...
    @property
    def inference_ms(self) -> int | None: ...
    @property
    def first_token_ms(self) -> int | None: ...


def tokens_per_second(run: Written) -> float | None:
    """Return the tokens after the first one by the time that they took."""
    if run.tokens_out is None or run.inference_ms is None or run.first_token_ms is None:
        return None
    writing_ms = run.inference_ms - run.first_token_ms
    if run.tokens_out < 2 or writing_ms < LEAST_MS:
        return None
    return round((run.tokens_out - 1) * 1000 / writing_ms, 1)
