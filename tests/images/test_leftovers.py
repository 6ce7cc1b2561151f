"""A picture and its row: whatever dies between them leaves neither alone."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from playground.history import deletion
from playground.images import leftovers, store
from playground.images.models import Image
from playground.runs.models.run import Run
from playground.storage.media import StorageAwayError
from playground.submission.request import AttachedImage
from tests.conftest import png

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
TWO_DAYS = 2 * 86400.0


def aged(name: str) -> str:
    """Make the file two days old."""
    moment = time.time() - TWO_DAYS
    os.utime(default_storage.path(name), (moment, moment))
    return name


def written(name: str) -> str:
    return aged(default_storage.save(name, ContentFile(b"left")))


@pytest.mark.parametrize(
    "name", ["images/ee/{0}.png", "images/ee/{0}-800.webp", "sent/ee/{0}", "sent/ee/{0}.x.part"]
)
def test_a_file_that_no_row_names_goes_after_a_day(name: str) -> None:
    left = written(name.format("ee" * 32))
    leftovers.sweep()
    assert not default_storage.exists(left)


def test_a_file_whose_row_may_still_come_stays() -> None:
    name = default_storage.save(f"sent/ef/{'ef' * 32}", ContentFile(b"about to get its row"))
    leftovers.sweep()
    assert default_storage.exists(name)
    default_storage.delete(name)


def test_the_files_of_a_picture_stay_and_what_was_left_unfinished_goes() -> None:
    image = store.store(png("peru"))
    names = [image.file.name, image.thumbnail_name(224), image.variants.get().file.name]
    unfinished = written(f"{image.file.name}.0123.part")
    for name in names:
        aged(name)
    leftovers.sweep()
    assert [default_storage.exists(name) for name in (*names, unfinished)] == [True] * 3 + [False]


def test_a_picture_stored_again_makes_its_leftover_young_again() -> None:
    image = store.store(png("plum"))
    aged(image.file.name)
    Image.objects.all().delete()
    store.store(png("plum"))
    age = timezone.now() - default_storage.get_modified_time(image.file.name)
    assert age < timedelta(hours=1)


def test_a_picture_chosen_again_meanwhile_is_not_discarded() -> None:
    before = store.store(png("navy"))
    store.store(png("navy"))
    assert not store.discard(before)
    assert default_storage.exists(before.file.name)


def test_a_picture_whose_files_cannot_be_deleted_is_discarded_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sha256 = store.store(png("tan")).pk
    with monkeypatch.context() as away:
        away.setattr(default_storage, "delete", _away)
        with pytest.raises(StorageAwayError):
            store.discard(Image.objects.get(pk=sha256))
    image = Image.objects.get(pk=sha256)
    assert store.discard(image)
    assert not default_storage.exists(image.file.name)


def _away(_name: str) -> None:
    raise StorageAwayError("the storage did not answer")


def test_a_picture_goes_only_once_it_is_sure_that_its_run_is_gone(
    carried: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = store.store(png("gold"))
    run = carried(images=(AttachedImage(image=picture),))
    Run.objects.filter(pk=run.pk).update(deleted_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(deletion, "_delete_rows", _then_fail(deletion._delete_rows))
    with pytest.raises(StorageAwayError):
        deletion.purge()
    assert Run.everything.filter(pk=run.pk).exists()
    assert default_storage.exists(picture.file.name)


def _then_fail(act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*given: Any) -> None:
        act(*given)
        _away("")

    return acted
