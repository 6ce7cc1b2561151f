"""Ladders of sizes and JPEG qualities: each rung is sent as bytes of its own."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pillow

from playground.images import store
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import AttachedImage, Options, RunRequest
from playground.submission.sweeps import Sweep
from playground.worker import execution
from tests.api.conftest import program, start, wrong
from tests.conftest import FLASH, form, markup
from tests.imaging.makers import photo

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Client:
    return program()


def picture(width: int = 200, height: int = 150) -> bytes:
    file = BytesIO()
    photo(width, height).save(file, "PNG")
    return file.getvalue()


def sent(upstream: FakeWaveSpeed) -> list[Pillow.Image]:
    return [Pillow.open(BytesIO(one.data)) for one in upstream.uploads]


def test_each_quality_is_a_column_with_bytes_and_a_note_of_its_own(
    upstream: FakeWaveSpeed,
) -> None:
    image = store.store(picture())
    ladder = Sweep((None, 90, 20), over="jpeg_quality")
    asked = RunRequest("?", (FLASH,), images=(AttachedImage(image),), sweep=ladder)
    for run in create.submit(asked).cells():
        execution.execute(run.pk)
    entries = [run.images.get() for run in Run.objects.order_by("position")]
    assert [one.format for one in sent(upstream)] == ["PNG", "JPEG", "JPEG"]
    hashes = [hashlib.sha256(one.data).hexdigest() for one in upstream.uploads]
    assert [one.sent_sha256 for one in entries] == hashes
    assert "sent as JPEG of quality 20 200×150" in entries[2].sent_note
    assert len(upstream.uploads[2].data) < len(upstream.uploads[1].data)
    assert store.read(image) == picture()


def test_a_quality_and_a_size_go_together(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    options = Options(max_edge=1024, parameters={"jpeg_quality": 50})
    file = BytesIO()
    photo(2000, 1500).save(file, "JPEG")
    carried(images=(AttachedImage(store.store(file.getvalue())),), options=options)
    assert [(one.format, one.size) for one in sent(upstream)] == [("JPEG", (1024, 768))]


def test_each_size_is_a_column_that_says_so(
    upstream: FakeWaveSpeed, client: Client, press: Callable[..., Any]
) -> None:
    image = store.store(picture(1200, 900))
    tray = [f"{image.pk}/a.png"]
    address = press(tray=tray, sweep_of="max_edge", sweep_values="original, 1024, 256")["Location"]
    for run in Run.objects.order_by("position"):
        execution.execute(run.pk)
    assert [one.size for one in sent(upstream)] == [(1200, 900), (1024, 768), (256, 192)]
    page = markup(client.get(address))
    assert "1024 px" in page
    assert "256 px" in page


def test_a_ladder_opens_in_the_playground_as_one(client: Client, press: Callable[..., Any]) -> None:
    press(sweep_of="max_edge", sweep_values="original, 512")
    page = markup(client.get(f"/?from={Run.objects.order_by('position')[0].pk}"))
    assert 'value="max_edge" selected' in page
    assert 'value="original, 512"' in page


@pytest.mark.parametrize("values", ["0.5", "300", "big", "-1"])
def test_a_size_that_is_no_rung_is_refused(press: Callable[..., Any], values: str) -> None:
    page = markup(press(sweep_of="max_edge", sweep_values=values))
    assert f"{values} is no image size. Give sizes, each original, 256, 512," in page


def test_a_blind_ladder_does_not_name_its_sizes(client: Client, press: Callable[..., Any]) -> None:
    press(sweep_of="max_edge", sweep_values="1024, 256", blind="on")
    assert "256 px" not in markup(client.get("/runs/"))


def test_the_api_takes_a_ladder(api: Client) -> None:
    made = start(api, sweep={"over": "max_edge", "values": [0, 768]})
    assert made.status_code == 201, made.content
    assert sorted(Run.objects.values_list("max_edge", flat=True)) == [0, 768]
    assert "or null" in str(wrong(start(api, sweep={"over": "max_edge", "values": [7]})))


def test_every_model_takes_it_since_it_is_done_here(client: Client) -> None:
    fields: dict[str, Any] = {"sweep_of": "jpeg_quality", "sweep_values": "90, 30"}
    assert client.post("/runs/", form(**fields)).status_code == 303
    qualities = Run.objects.order_by("position").values_list("parameters", flat=True)
    assert list(qualities) == [{"jpeg_quality": 90}, {"jpeg_quality": 30}]


def test_what_is_no_quality_is_refused(client: Client) -> None:
    page = markup(client.post("/runs/", form(jpeg_quality="0", jpeg_quality_mode="custom")))
    assert "JPEG quality is a whole number from 1 to 100." in page
    assert not Run.objects.exists()


def test_a_share_shows_the_image_as_it_came_whatever_was_sent(
    upstream: FakeWaveSpeed, carried: Callable[..., Run], client: Client
) -> None:
    from playground.sharing import links

    image = store.store(picture())
    run = carried(images=(AttachedImage(image),), options=Options(parameters={"jpeg_quality": 20}))
    link = links.share(run, links.Choice())
    whole = image.variants.get(quality=0).sha256
    assert whole in client.get(f"/s/{link.token}/").content.decode()
