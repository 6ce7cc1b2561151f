"""Open in playground: a copy made of what the link shows, and of nothing else."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pillow

from playground.images import store
from playground.images.models import Image
from playground.runs.models.run import Run
from playground.sharing import links
from playground.sharing.models import Share
from playground.submission.request import AttachedImage
from tests.conftest import FLASH, GPT, form, markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.comparison import Comparison

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db


def tray(client: Client, share: Share) -> list[str]:
    text = client.get("/", {"share": share.token}).content.decode()
    return re.findall(r'name="tray" value="([^"]+)"', text)


def composer(client: Client, share: Share) -> str:
    return markup(client.get("/", {"share": share.token}))


def test_the_composer_is_filled(client: Client, run: Run, link: Link) -> None:
    text = composer(client, link(run))
    assert "What is this?</textarea>" in text
    assert "Speak like a pirate." in text
    assert f'value="{FLASH}" checked' in text


def test_a_hidden_system_prompt_is_not_copied(client: Client, run: Run, link: Link) -> None:
    assert "pirate" not in composer(client, link(run, hide_system_prompt=True))


def test_a_left_out_picture_is_not_copied(client: Client, run: Run, link: Link) -> None:
    left_out = str(run.images.first().image_id)
    share = link(run, left_out=(left_out,))
    assert len(tray(client, share)) == 1
    assert left_out not in composer(client, share)


def test_a_comparison_brings_all_its_models(
    client: Client, comparison: Comparison, link: Link
) -> None:
    text = composer(client, link(comparison))
    assert all(f'value="{model}" checked' in text for model in (FLASH, GPT))


def test_the_copy_runs_with_the_pictures(client: Client, run: Run, link: Link) -> None:
    client.post("/runs/", form(tray=tray(client, link(run))))
    copy = Run.objects.exclude(pk=run.pk).get()
    assert [one.image.width for one in copy.images.all()] == [40, 40]


def test_the_copy_has_no_metadata_of_the_original(
    client: Client, carried: Callable[..., Run], link: Link
) -> None:
    exif, file = Pillow.Exif(), io.BytesIO()
    exif[0x010F] = "GPS-Maker"
    Pillow.new("RGB", (40, 30), "navy").save(file, "JPEG", exif=exif)
    attached = AttachedImage(image=store.store(file.getvalue()), name="secret.jpg")
    run = carried(images=(attached,))
    client.post("/runs/", form(tray=tray(client, link(run))))
    copy = Run.objects.exclude(pk=run.pk).get().images.get()
    assert (copy.name, copy.image_id == attached.image.pk) == ("", False)
    assert b"GPS" not in store.read(copy.image)


def test_a_link_that_ended_meanwhile_says_so_and_keeps_the_form(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    tiles = tray(client, share)
    links.revoke(Share.objects.all())
    response = client.post("/runs/", form(tray=tiles))
    assert response.status_code == 422
    assert "The link that an image came from has ended." in response.content.decode()


@pytest.mark.parametrize("token", ["nothing", "\x00", "x" * 5000])
def test_a_token_that_opens_nothing_gives_the_empty_composer(client: Client, token: str) -> None:
    response = client.get("/", {"share": token})
    assert response.status_code == 200
    assert "</textarea>" in response.content.decode()


@pytest.mark.parametrize("tile", ["share:", "share:x", "share:x/", "share:\x00/" + "0" * 64])
def test_odd_tiles_are_refused_in_words(client: Client, tile: str) -> None:
    response = client.post("/runs/", form(tray=tile))
    assert response.status_code == 422
    assert not Image.objects.exists()


def test_no_more_pictures_are_copied_than_a_run_takes(
    client: Client, run: Run, link: Link, django_assert_max_num_queries: Any
) -> None:
    tiles = tray(client, link(run))[:1] * 900
    with django_assert_max_num_queries(600):
        response = client.post("/runs/", form(tray=tiles))
    assert response.status_code == 422
    assert b"A run takes at most 16 images. The others were left out." in response.content
    assert response.content.count(b'name="tray"') == 16
