"""Lines as plain values, and what is kept of them beside an image."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.images import store
from playground.images.models import Image, ImageReading
from playground.reading.lines import Reading, ReadLine
from tests.conftest import png

CORNERS = ((0.1, 0.2), (0.5, 0.2), (0.5, 0.3), (0.1, 0.3))
READING = Reading((ReadLine("TOTAL 429.57", 0.98, CORNERS),), 800, 600, 1.9)


def test_a_reading_comes_back_from_json_as_it_was() -> None:
    assert Reading.from_json(json.loads(json.dumps(READING.to_json()))) == READING


@pytest.mark.django_db
def test_what_was_read_takes_the_place_of_why_it_could_not_be() -> None:
    image = store.store(png())
    ImageReading.objects.keep_refusal(image, "Reader 1", "It took too long.")
    assert ImageReading.objects.get().reading is None
    ImageReading.objects.keep(image, "Reader 1", READING)
    kept = ImageReading.objects.get(pk=image.pk)
    assert (kept.reading, kept.why_not) == (READING, "")


@pytest.mark.django_db
def test_an_image_that_was_read_once_stays_read() -> None:
    image = store.store(png())
    ImageReading.objects.keep(image, "Reader 1", READING)
    ImageReading.objects.keep_refusal(image, "Reader 1", "It took too long.")
    assert ImageReading.objects.get().reading == READING


@pytest.mark.django_db
def test_a_row_holds_what_was_read_or_why_not() -> None:
    image, now = store.store(png()), timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        ImageReading.objects.create(image=image, reader="Reader 1", read_at=now)


@pytest.mark.django_db
def test_the_words_of_an_image_go_with_it() -> None:
    ImageReading.objects.keep(store.store(png()), "Reader 1", READING)
    Image.objects.all().delete()
    assert not ImageReading.objects.exists()
