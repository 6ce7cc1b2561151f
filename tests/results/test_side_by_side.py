"""Runs of different forms beside each other: what each was asked, and cards that act alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import Options, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, markup
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.results.test_comparisons import HTMX, one_failed

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def run(prompt: str, model: str = FLASH, options: Options | None = None) -> Run:
    asked = RunRequest(prompt=prompt, models=(model,), options=options or Options())
    started = create.submit(asked)
    assert isinstance(started, Run)
    execution.execute(started.pk)
    return started


def side_by_side(client: Client, *runs: Run) -> str:
    return markup(client.get("/compare/", {"run": [one.pk for one in runs]}))


def test_runs_that_were_asked_apart_each_say_what(client: Client, upstream: FakeWaveSpeed) -> None:
    text = side_by_side(client, run("Is it a cat?"), run("Is it a dog?", GPT))
    cards = [card.split("</article>")[0] for card in text.split("<article")[1:]]
    assert ["Is it a cat?" in card for card in cards] == [True, False]
    assert ["Is it a dog?" in card for card in cards] == [False, True]
    assert '<h1 dir="auto">2 runs side by side</h1>' in text
    assert "Edit and run again" not in text  # which of the two?


def test_an_option_is_something_asked_too(client: Client, upstream: FakeWaveSpeed) -> None:
    text = side_by_side(client, run("Is it a cat?"), run("Is it a cat?", GPT, Options(0.5)))
    assert ("Model defaults" in text, "Temperature 0.5" in text) == (True, True)


def test_runs_that_were_asked_the_same_show_it_once(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    text = side_by_side(client, run("Is it a cat?"), run("Is it a cat?", GPT))
    assert ("compare-input" in text, "result-asked" in text) == (True, False)


def test_no_meter_stands_there_that_no_poll_would_move(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    assert 'id="meter"' not in side_by_side(client, run("Is it a cat?"), run("Is it a dog?"))


@pytest.mark.parametrize("view", ["alone", "apart"])
def test_a_cell_that_is_retried_beside_others_goes_on_polling_alone(
    client: Client, upstream: FakeWaveSpeed, view: str
) -> None:
    failed = one_failed(upstream).cells()[1]
    posted = {"form_token": "t", "view": view}
    text = client.post(f"/runs/{failed.pk}/retry/", posted, headers=HTMX).content.decode()
    assert f"/status/?view={view}" in text
    assert "comparison-poll" not in text
    assert ("result-asked" in text) == (view == "apart")


def test_a_flagged_answer_is_not_opened_word_by_word(
    client: Client, upstream: FakeWaveSpeed
) -> None:
    upstream.fault("poll", Fault.data(has_nsfw_contents=[True], outputs=["closed words"]))
    runs = [run("Is it a cat?", model) for model in (FLASH, GPT, FLASH)]
    address = {"run": [one.pk for one in runs], "diff": [one.pk for one in runs[:2]]}
    text = client.get("/compare/", address).content.decode()
    assert ('id="pair"' in text, text.count(f'<option value="{runs[0].pk}"')) == (False, 0)
