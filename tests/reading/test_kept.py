"""What is read is kept with the picture, and read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.images import reading, store
from playground.images.models import ImageReading
from playground.reading import process
from playground.reading.process import NAME, Bounds, Reader, ReadingError
from tests.reading.test_process import written

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def test_a_picture_is_read_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    image = store.store(written("TOTAL"))
    first = reading.read_image(image)
    monkeypatch.setattr(Reader, "read", None)
    assert reading.read_image(image) == first
    assert (first.lines[0].text, ImageReading.objects.get().reader) == ("TOTAL", NAME)


def test_a_picture_that_was_made_smaller_is_read_and_not_kept(reader: Reader) -> None:
    image = store.store(written("TOTAL"))
    smaller = store.variant(image, 100)
    assert reading.read_sent(smaller.sha256).width == 100
    assert not ImageReading.objects.exists()


def test_why_a_picture_was_not_read_is_kept(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, small = store.store(written("one")), Reader(tmp_path / "lock", Bounds(megabytes=40))
    monkeypatch.setattr(reading, "reader", lambda: small)
    with pytest.raises(ReadingError):
        reading.read_image(image)
    small.end()
    assert "more than 40 MB" in ImageReading.objects.get().why_not


def test_nothing_is_read_where_the_reader_is_switched_off(settings: SettingsWrapper) -> None:
    settings.READER = False
    with pytest.raises(ReadingError, match="READER is 0"):
        reading.read_image(store.store(written("one")))
    assert not ImageReading.objects.exists()


def test_a_machine_without_the_library_says_so(
    settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READER = True
    monkeypatch.setattr(process, "LIBRARIES", ("no_such_library",))
    assert reading.why_not_here() == "Not here: no_such_library has no build for this machine."
