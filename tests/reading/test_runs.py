"""The text reader in the product: chosen in advance without a key, free, said to be no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from playground.catalog import entries, offered
from playground.evidence.read_answer import read_answer
from playground.images import reading, store
from playground.images.models import ImageReading
from playground.providers.endpoint import TEXT_READER, THIS_MACHINE
from playground.reading import process
from playground.reading.lines import Reading, ReadLine
from playground.reading.process import ReadingError
from playground.runs.failures import explain
from playground.runs.status import RunStatus
from playground.spending.prices import estimate
from playground.submission.request import AttachedImage
from tests.conftest import FLASH, form, markup
from tests.reading.test_process import RECEIPT

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from playground.reading.process import Reader
    from playground.runs.models.run import Run
    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
CHOSEN = 'data-remove-model="{}"'
TOTAL = ReadLine("429.57", 0.99, ((0.6, 0.58), (0.7, 0.58), (0.7, 0.61), (0.6, 0.61)))


def attached() -> AttachedImage:
    return AttachedImage(image=store.store(RECEIPT), name="receipt.webp")


@pytest.fixture
def switched_on(settings: SettingsWrapper) -> None:
    """The reader as far as pages know of it: no process is started."""
    settings.READER = True


@pytest.fixture
def read(switched_on: None, carried: Press, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose image says one thing."""
    found = Reading((TOTAL,), 800, 600, 1.9)
    stand_in = type("StandIn", (), {"read": lambda *_: found})
    monkeypatch.setattr(reading, "reader", stand_in)
    return carried(model=TEXT_READER, images=(attached(),))


@pytest.mark.django_db(transaction=True)  # another thread looks whether somebody cancelled
def test_a_receipt_is_answered_with_its_lines_and_total(reader: Reader, carried: Press) -> None:
    run = carried(model=TEXT_READER, images=(attached(),))
    assert (run.provider, run.status) == (THIS_MACHINE, RunStatus.COMPLETED)
    assert "| 13 | TOTAL SEK | 429.57 |" in run.output
    assert len(read_answer(run, run.output_html, "line").rows) == 16
    assert ImageReading.objects.get().reading is not None


def test_without_a_key_it_is_chosen_in_advance(switched_on: None, client: Client) -> None:
    page = markup(client.get("/"))
    assert CHOSEN.format(TEXT_READER) in page
    assert "1 run, no charge" in page
    assert "On this machine, no key needed" in page
    assert "It does not see the prompt." in page


def test_with_a_key_the_model_of_the_catalogue_is(
    switched_on: None, client: Client, upstream: FakeWaveSpeed
) -> None:
    assert CHOSEN.format(entries.default_model_id()) in markup(client.get("/"))


def test_switched_off_it_is_nowhere(client: Client) -> None:
    page = markup(client.get("/"))
    assert "Text reader" not in page
    assert CHOSEN.format(entries.default_model_id()) in page
    assert not offered.may_run(TEXT_READER)


def test_a_machine_that_cannot_have_it_says_why(
    switched_on: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LIBRARIES", ("onnxruntime-of-elsewhere",))
    page = markup(client.get("/"))
    assert "Not here: onnxruntime-of-elsewhere has no build for this machine." in page
    assert CHOSEN.format(entries.default_model_id()) in page


def test_nothing_else_of_this_machine_can_be_run(switched_on: None, client: Client) -> None:
    answer = client.post("/runs/", form(models=[f"another@{THIS_MACHINE}"]))
    assert answer.status_code == 422


def test_it_costs_nothing_beside_a_model_that_does(
    switched_on: None, upstream: FakeWaveSpeed
) -> None:
    both = estimate([entries.find(TEXT_READER), entries.find(FLASH)])
    assert (both.is_free, both.units) == (False, 1)
    assert estimate([entries.find(TEXT_READER)]).is_free


def test_its_page_says_what_it_does_and_draws_what_it_read(read: Run, client: Client) -> None:
    page = markup(client.get(read.get_absolute_url()))
    assert "It does not understand questions." in page
    assert "<title>429.57, line 1</title>" in page


def test_its_card_has_the_image_beside_the_answer(read: Run, client: Client) -> None:
    card = markup(client.get(reverse("run-status", args=[read.pk])))
    assert "<title>429.57, line 1</title>" in card
    assert "1.9 s, no charge" in card
    assert "1 line, read with 0.99" in card


def test_its_files_say_that_no_model_answered(read: Run, client: Client) -> None:
    text = client.get(read.get_absolute_url(), headers={"accept": "text/markdown"})
    assert "understands no questions" in text.content.decode()


def test_a_run_that_read_nothing_was_not_charged(
    switched_on: None, carried: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Reading:
        raise ReadingError("The reader was stopped after 20 seconds.")

    monkeypatch.setattr(reading, "reader", type("StandIn", (), {"read": refuse}))
    run = carried(model=TEXT_READER, images=(attached(),))
    assert (run.status, run.error_detail) == (
        RunStatus.FAILED,
        "The reader was stopped after 20 seconds.",
    )
    assert "Nothing was charged." in explain(run).remedy
