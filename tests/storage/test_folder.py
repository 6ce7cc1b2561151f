"""Files are whole under their names, or not there; a folder that is away is said."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from playground.config.secret_key import secret_key
from playground.images import store
from playground.images.models import Image
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage.folder import FolderStorage
from playground.submission.request import AttachedImage
from playground.worker import execution
from tests.api.conftest import program
from tests.conftest import FLASH, form, png, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

FULL = OSError(errno.ENOSPC, "No space left on device")


def refuse(*_: Any) -> None:
    raise FULL


class Cut(ContentFile):
    """The disk is full after its first half."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise FULL


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path, allow_overwrite=True)


@pytest.fixture
def media(tmp_path: Path, settings: SettingsWrapper) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_what_a_full_disk_cut_has_no_name(folder: FolderStorage, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        folder.save("a/b.png", Cut(b"half and half"))
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_what_the_disk_did_not_take_has_no_name(
    folder: FolderStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        folder.save("a/b.png", ContentFile(b"whole"))
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_a_file_stays_whole_while_it_is_written_again(folder: FolderStorage) -> None:
    folder.save("a.png", ContentFile(b"whole"))
    with pytest.raises(OSError, match="No space"):
        folder.save("a.png", Cut(b"half"))
    with folder.open("a.png") as file:
        assert file.read() == b"whole"


def test_a_name_is_given_once(folder: FolderStorage, tmp_path: Path) -> None:
    names = {folder.save("a/b.png", ContentFile(b"x")) for _ in range(2)}
    assert names == {"a/b.png"}
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["b.png"]


def test_a_secret_key_that_does_not_fit_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(Exception, match="No space"):
        secret_key("", tmp_path, local=True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(params=["", "images"])
def away(request: pytest.FixtureRequest, media: Path) -> Path:
    """A file where the folder of pictures was, or one of those in it."""
    place = media / request.param
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    return place


@pytest.mark.django_db
def test_a_press_is_told_that_pictures_cannot_be_stored(client: Client, away: Path) -> None:
    answer = client.post("/runs/", form(prompt="Kept?", images=[upload()]))
    page = answer.content.decode()
    assert (answer.status_code, Run.objects.count()) == (503, 0)
    assert "Nothing was sent: the folder of pictures cannot be used." in page
    assert "Kept?" in page


@pytest.mark.django_db
def test_a_program_is_told_not_to_send_it_again(away: Path) -> None:
    data = {"prompt": "x", "models": FLASH, "images": upload()}
    answer = program().post("/api/runs/", data).json()["error"]
    assert "the folder of pictures cannot be used. Trying again does not help" in answer["message"]


@pytest.mark.django_db
def test_text_and_history_go_on(client: Client, away: Path) -> None:
    assert client.post("/runs/", form()).status_code == 303
    assert client.get("/runs/").status_code == 200


@pytest.mark.django_db
def test_healthz_says_that_the_folder_cannot_be_written_to(client: Client, away: Path) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["storage"]) == (503, "cannot be written to")


@pytest.mark.django_db
def test_a_picture_whose_folder_is_away_is_not_there(client: Client, media: Path) -> None:
    image = store.store(png())
    media.rename(media.with_name("away"))
    media.touch()
    assert client.get(image.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_a_picture_that_was_lost_is_kept_again_when_it_comes_again(media: Path) -> None:
    image = store.store(png())
    media.rename(media.with_name("away"))
    store.store(png())
    assert store.read(image) == png()
    assert Image.objects.count() == 1


@pytest.mark.django_db
def test_a_run_whose_picture_cannot_be_read_fails_in_words(
    ask: Callable[..., Run], upstream: FakeWaveSpeed, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(images=(AttachedImage(image=store.store(png())),))
    monkeypatch.setattr(execution, "MAX_ATTEMPTS", 1)
    monkeypatch.setattr(default_storage, "open", refuse)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_kind, run.error_detail) == (
        RunStatus.FAILED,
        "temporary",
        "the disk is full",
    )
    assert upstream.submissions == []
