"""What a worker does for evidence: reads the images of runs that were asked about, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.evidence import checking
from playground.evidence.models import EvidenceCheck
from playground.evidence.standing import DONE, IN_VAIN, READING, standing_of
from playground.images import reading, store
from playground.images.models import ImageReading
from playground.reading.process import ReadingError
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.evidence.kept import answered
from tests.evidence.readings import RECEIPT, reading_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import SettingsWrapper

    from playground.reading.lines import Reading
    from playground.runs.models.run import Run

pytestmark = pytest.mark.django_db


class Reader:
    """Stands in for the process, which takes seconds. why_not: what it fails with."""

    def __init__(self) -> None:
        self.count, self.why_not = 0, ""

    def read(self, data: bytes, arm: object = None) -> Reading:
        self.count += 1
        if self.why_not:
            raise ReadingError(self.why_not)
        return reading_of(RECEIPT)


@pytest.fixture
def reader(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    monkeypatch.setattr(reading, "reader", lambda: made)
    monkeypatch.setattr(reading, "why_not_here", lambda: "")
    return made


@pytest.fixture
def run(ask: Callable[..., Run]) -> Run:
    images = tuple(AttachedImage(image=store.store(png(one))) for one in ("teal", "plum"))
    return answered(ask(images=images), "In all 429.57.")


def test_the_images_of_a_run_are_read_once(run: Run, reader: Reader) -> None:
    checking.ask([run])
    before = standing_of([run]).state
    checking.read_images(run.pk)
    checking.read_images(run.pk)
    assert (before, standing_of([run]).state, reader.count) == (READING, DONE, 2)


def test_an_image_that_was_read_for_another_run_is_not_read_again(
    run: Run, reader: Reader, ask: Callable[..., Run]
) -> None:
    checking.ask([run])
    checking.read_images(run.pk)
    other = answered(ask(images=(AttachedImage(image=store.store(png("teal"))),)), "429.57")
    checking.ask([other])
    assert standing_of([other]).state == DONE


def test_nothing_is_read_for_whom_nobody_asked(run: Run, reader: Reader) -> None:
    checking.read_images(run.pk)
    checking.ask([run])
    checking.stop([run])
    checking.read_images(run.pk)
    assert reader.count == 0


def test_an_image_that_cannot_be_read_is_tried_again_only_when_asked(
    run: Run, reader: Reader
) -> None:
    reader.why_not = "The reader was stopped after 20 seconds."
    checking.ask([run])
    checking.read_images(run.pk)
    checking.read_images(run.pk)
    assert (reader.count, standing_of([run]).state) == (2, IN_VAIN)
    checking.ask([run])
    assert standing_of([run]).state == READING


def test_one_image_of_two_is_enough_to_show_evidence(run: Run, reader: Reader) -> None:
    first, second = (entry.image for entry in run.images.order_by("position"))
    checking.ask([run])
    ImageReading.objects.keep_refusal(first, "of the tests", "Too large.")
    ImageReading.objects.keep(second, "of the tests", reading_of(RECEIPT))
    assert standing_of([run]).state == DONE


def test_an_image_that_is_gone_says_so(run: Run, reader: Reader) -> None:
    for entry in run.images.all():
        store.variant(entry.image).file.delete(save=False)
        entry.image.file.delete(save=False)
    checking.ask([run])
    checking.read_images(run.pk)
    assert standing_of([run]).why_not == checking.GONE


def test_the_sweep_tells_the_workers_of_what_waits(
    run: Run, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    checking.ask([run])
    monkeypatch.setattr(checking, "dispatch_check", lambda *ids: told.extend(ids))
    checking.sweep()
    checking.read_images(run.pk)
    checking.sweep()
    assert told == [run.pk]


def test_deleting_a_run_for_good_deletes_that_it_was_checked(run: Run) -> None:
    checking.ask([run])
    run.delete()
    assert not EvidenceCheck.objects.exists()
