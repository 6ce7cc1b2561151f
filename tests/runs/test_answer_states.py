"""Empty, perhaps cut off, perhaps refused: said on the card, found in History."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.runs.answer_states import CUT_OFF, EMPTY, REFUSED, state_of
from playground.submission.request import Options
from tests.conftest import FLASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.run import Run
    from tests.fakes.wavespeed import FakeWaveSpeed

WORDS = "The sign shows a long list of words and goes on and"


@pytest.mark.parametrize(
    ("text", "max_tokens", "state"),
    [
        ("", None, EMPTY),
        (" \n ", 10, EMPTY),
        (WORDS, 10, CUT_OFF),
        (f"{WORDS}.", 10, ""),
        (WORDS, None, ""),
        (WORDS, 4000, ""),
        ("```python\nprint(1)", 4000, CUT_OFF),
        ("I'm sorry, but I can't help with identifying people.", None, REFUSED),
        ("I cannot assist with that request.", None, REFUSED),
        ("Sorry, I am unable to answer this.", None, REFUSED),
        ("I can't read the third digit; it is 4 or 9.", None, ""),
        ("The shop is sorry for the delay and cannot help it.", None, ""),
    ],
)
def test_states(text: str, max_tokens: int | None, state: str) -> None:
    assert state_of(text, max_tokens) == state


@pytest.mark.django_db
def test_a_guess_is_shown_as_one_and_can_be_filtered_for(
    client: Client, upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    upstream.configure(answer={FLASH: WORDS})
    run = carried("Cut this off", options=Options(max_tokens=10))
    carried("Leave this whole")
    assert "Maybe cut off" in client.get(f"/runs/{run.pk}/").content.decode()
    text = client.get("/runs/?status=cut_off").content.decode()
    assert "Cut this off" in text
    assert "Leave this whole" not in text
