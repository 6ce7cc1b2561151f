"""A ZIP with the note, the JSON and a folder of pictures."""

from __future__ import annotations

import hashlib
import json
import re
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage

from playground.exports.documents import as_zip
from playground.exports.redaction import EVERYTHING, Shown, shown_comparison, shown_run
from playground.images import store
from playground.images.models import ImageVariant
from playground.runs.models.comparison import Comparison
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.exports.documents.reading import files_in
from tests.exports.redaction.links import LinkAddresses
from tests.exports.schemas import validator

if TYPE_CHECKING:
    from playground.runs.models.run import Run

pytestmark = pytest.mark.django_db


def attached(colour: str = "teal", name: str = "") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name=name)


def names(run: Run, shown: Shown = EVERYTHING) -> list[str]:
    return sorted(files_in(shown_run(run, shown)))


def test_a_run_is_note_json_and_pictures(carried: Any) -> None:
    run = carried(images=(attached(name="Till receipt.png"),))
    files = files_in(shown_run(run, EVERYTHING))
    assert sorted(files) == ["images/1-till-receipt.png", "run.json", "run.md"]
    sent = hashlib.sha256(files["images/1-till-receipt.png"]).hexdigest()
    assert sent == run.images.get().sent_sha256


def test_the_note_shows_the_pictures_beside_it(carried: Any) -> None:
    files = files_in(shown_run(carried(images=(attached(name="a b.png"),)), EVERYTHING))
    assert "![a b.png](images/1-a-b.png)" in files["run.md"].decode()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.png", "C:\\x\\con.png", "..", "a/b.png", "\x00.png", "ä测试.png"]
)
def test_names_of_pictures_stay_in_their_folder(carried: Any, name: str) -> None:
    (picture, *_) = names(carried(images=(attached(name=name),)))
    assert re.fullmatch(r"images/1(-[\w-]+)?\.png", picture, re.ASCII)


def test_a_stranger_gets_no_names_of_files(carried: Any) -> None:
    shown = Shown(addresses=LinkAddresses())
    assert names(carried(images=(attached(name="passport.png"),)), shown)[0] == "images/1.png"


def test_a_comparison_has_a_table_too_and_each_picture_once(carried: Any) -> None:
    cells = [
        carried(images=(attached("red"), attached("blue"))),
        carried(images=(attached("red"),)),
    ]
    comparison = Comparison.objects.create()
    files = files_in(shown_comparison(comparison, cells, EVERYTHING))
    assert sorted(files) == [
        "comparison-exact.csv",
        "comparison-for-spreadsheets.csv",
        "comparison.json",
        "comparison.md",
        "images/1.png",
        "images/2.png",
    ]
    validator("comparison.v1.json").validate(json.loads(files["comparison.json"]))


def test_a_picture_that_is_gone_is_named_in_the_note(carried: Any) -> None:
    run = carried(images=(attached(),))
    image = run.images.get().image
    for name in (ImageVariant.objects.get().file.name, image.thumbnail_name(800)):
        default_storage.delete(name)
    files = files_in(shown_run(run, EVERYTHING))
    assert sorted(files) == ["run.json", "run.md"]
    assert "no longer there" in files["run.md"].decode()


def test_what_is_left_out_is_in_no_file(carried: Any) -> None:
    run = carried(images=(attached("red", "secret.png"), attached("blue")))
    left_out = run.images.all()[0]
    shown = Shown(left_out=frozenset({str(left_out.image_id)}))
    files = files_in(shown_run(run, shown))
    for secret in (b"secret", str(left_out.image_id).encode(), png("red")):
        assert not any(secret in content for content in files.values())


def test_many_large_pictures_take_the_memory_of_a_piece(carried: Any) -> None:
    run = carried(images=tuple(attached(c) for c in ("red", "green", "blue", "white")))
    for variant in ImageVariant.objects.all():
        name = variant.file.name
        default_storage.delete(name)
        with default_storage.open(name, "wb") as file:
            file.write(bytes(8_000_000))
    shown = shown_run(run, EVERYTHING)
    tracemalloc.start()
    size = sum(map(len, as_zip(shown)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 32_000_000
    assert peak < 4_000_000
