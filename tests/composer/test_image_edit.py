"""Changing an image of the tray: what fields say, what is refused, what the new one is called."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict

from playground.accounts.visitor import Visitor
from playground.composer.image_edit import SIDES, EditFields, edited_name, original_of
from playground.images import store
from playground.images.models import Image
from playground.imaging.edits import Box
from playground.runs.models.run import Run
from playground.submission.request import AttachedImage
from tests.conftest import form, markup, member, png, signed_in, upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
SIZE = (80, 60)
HTMX = {"HX-Request": "true"}


def box(name: str, *sides: int | str) -> dict[str, Any]:
    return {f"{name}_{side}": str(v) for side, v in zip(SIDES, sides, strict=True)}


def read(**fields: Any) -> EditFields:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return EditFields.posted(data, SIZE)


def kept() -> Image:
    return store.store(png(size=SIZE))


def change(client: Client, image: Image, **fields: Any) -> Any:
    """What the dialog sends, and what comes."""
    reference = fields.pop("reference", f"{image.pk}/receipt.png")
    return client.post("/images/change/", {"change": reference, **fields}, headers=HTMX)


def tile(answer: Any) -> tuple[str, str]:
    """The hash and the name of the tile that came."""
    value = re.search(r'name="tray" value="([^"]*)"', markup(answer))
    assert value, answer.content
    sha256, _, name = unescape(value[1]).partition("/")
    return sha256, name


def test_no_fields_are_no_change() -> None:
    assert not read().edit.words(SIZE)
    assert not read(**box("crop", 0, 0, *SIZE)).edit.words(SIZE)


def test_fields_are_read_in_pixels_of_the_image_as_turned() -> None:
    fields = read(turn=90, turned=90, **box("crop", 0, 10, 60, 70), edge=40, quality=80)
    assert fields.errors == []
    assert fields.edit.crop == Box(0, 10, 60, 70)
    assert (fields.edit.max_edge, fields.edit.quality) == (40, 80)


def test_boxes_that_were_drawn_before_the_turn_turn_with_it() -> None:
    fields = read(turn=90, turned=0, **box("crop", 10, 0, 70, 60))
    assert fields.edit.crop == Box(0, 10, 60, 70)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            box("crop", 10, 10, 0, 20),
            "The crop leaves nothing. Width and height are at least 16 px.",
        ),
        (box("crop", 0, 0, 15, 60), "The crop leaves nothing."),
        (box("crop", 60, 0, 40, 60), "Crop: left and width reach past the right edge, 80 px."),
        (box("crop", 0, 30, 80, 31), "Crop: top and height reach past the lower edge, 60 px."),
        (box("crop", 0, "", 80, 60), "Crop is in whole pixels."),
        (box("crop", -1, 0, 80, 60), "Crop is in whole pixels."),
        (box("cover", 1, 1, 0, 9), "Part 1 covers nothing."),
        (box("cover", 70, 1, 20, 9), "Part 1: left and width reach past the right edge"),
        ({"edge": 15}, "The longest edge is a whole number from 16 px."),
        ({"edge": "big"}, "The longest edge is a whole number from 16 px."),
        ({"quality": 0}, "JPEG quality is a whole number from 1 to 100."),
        ({"quality": 101}, "JPEG quality is a whole number from 1 to 100."),
        ({name: ["1"] * 17 for name in box("cover", 1, 1, 1, 1)}, "At most 16 parts"),
    ],
)
def test_what_cannot_be_done_is_said(fields: Mapping[str, Any], words: str) -> None:
    assert words in " ".join(read(**fields).errors)


def test_an_icon_may_be_cropped_below_sixteen_pixels() -> None:
    data = QueryDict(mutable=True)
    data.update(box("crop", 0, 0, 8, 8))
    assert EditFields.posted(data, (8, 9)).errors == []


def test_the_changed_image_has_its_own_hash_and_names_where_it_came_from(client: Client) -> None:
    image = kept()
    sha256, name = tile(change(client, image, do_use=1, **box("crop", 0, 0, 40, 30)))
    assert sha256 != image.pk
    assert name == f"receipt.png (cropped to 40 × 30 px; from {image.pk[:12]})"
    assert (Image.objects.get(pk=sha256).width, store.read(image)) == (40, png(size=SIZE))


def test_a_second_change_still_names_the_first_image(client: Client) -> None:
    image = kept()
    sha256, name = tile(change(client, image, do_use=1, edge=40))
    _, second = tile(change(client, image, reference=f"{sha256}/{name}", do_use=1, turn=90))
    made = f"made 40 × 30 px, turned right; from {image.pk[:12]}"
    assert second == f"receipt.png ({made})"


def test_the_original_comes_back(client: Client) -> None:
    image = kept()
    sha256, name = tile(change(client, image, do_use=1, edge=40))
    dialog = markup(change(client, image, reference=f"{sha256}/{name}"))
    assert "Back to the original" in dialog
    back = change(client, image, reference=f"{sha256}/{name}", do_original=1)
    assert tile(back) == (image.pk, "receipt.png")


@pytest.mark.usefixtures("accounts")
def test_nobody_gets_at_anothers_image_by_a_name(client: Client) -> None:
    image = store.store(png(size=SIZE), account=member("owner"))
    name = f"a.png (turned right; from {image.pk[:12]})"
    other = member("other")
    assert original_of(Visitor(account=other), name) is None
    answer = change(signed_in(other), image, do_use=1, edge=20)
    assert (answer.status_code, answer.content) == (
        422,
        b"An image is no longer stored here. Add it again.",
    )


def test_nothing_changed_is_the_same_image(client: Client) -> None:
    image = kept()
    assert tile(change(client, image, do_use=1)) == (image.pk, "receipt.png")


def test_a_crop_of_nothing_keeps_the_dialog_and_what_was_typed(client: Client) -> None:
    dialog = markup(change(client, kept(), do_use=1, **box("crop", 5, 5, 0, 0)))
    assert "The crop leaves nothing." in dialog
    assert 'name="crop_left" type="number" inputmode="numeric" min="0" value="5"' in dialog
    assert Image.objects.count() == 1


@pytest.mark.parametrize("pressed", ["do_use", "do_preview"])
def test_an_image_whose_file_is_gone_is_said_and_what_was_typed_stays(
    client: Client, pressed: str
) -> None:
    image = kept()
    default_storage.delete(image.file.name)
    answer = change(client, image, edge=40, **{pressed: 1})
    assert answer.status_code == 200
    dialog = markup(answer)
    assert (store.GONE in dialog, 'value="40"' in dialog) == (True, True)


def test_a_part_is_added_in_the_middle_and_removed(client: Client) -> None:
    image = kept()
    added = markup(change(client, image, do_add=1))
    assert 'aria-label="Part 1: left, px"' in added
    removed = markup(change(client, image, do_remove=1, **box("cover", 1, 1, 9, 9)))
    assert "Part 1" not in removed


def test_an_address_cannot_be_changed_and_says_why(client: Client) -> None:
    answer = change(client, kept(), reference="https://a.example/1.png")
    assert (answer.status_code, b"Upload it instead" in answer.content) == (422, True)


def test_a_long_name_keeps_its_origin() -> None:
    source = AttachedImage(kept(), name="x" * 190 + ".png")
    name = edited_name(source, "turned right")
    assert name.endswith(f"x (turned right; from {source.reference[:12]})")
    assert len(name) == 200


def test_without_script_the_page_keeps_the_form(client: Client) -> None:
    page = markup(
        client.post(
            "/images/change/",
            form(change="example:receipt", tray=["example:receipt"], images=[upload()]),
        )
    )
    assert '<input type="hidden" name="prompt" value="What is this?">' in page
    assert len(re.findall(r'type="hidden" name="tray"', page)) == 2


def test_without_script_the_composer_comes_back_with_the_changed_image(client: Client) -> None:
    image = kept()
    old = f"{image.pk}/a.png"
    fields = form(change=old, tray=[old], do_use=1, turn=90, turned=0)
    page = markup(client.post("/images/change/", fields))
    assert "(turned right; from" in page
    assert "What is this?" in page
    assert f'value="{old}"' not in page
    assert Run.objects.count() == 0


def test_without_script_a_preview_is_shown(client: Client) -> None:
    image = kept()
    fields = form(change=f"{image.pk}/a.png", do_preview=1, edge=40)
    page = markup(client.post("/images/change/", fields))
    made = Image.objects.exclude(pk=image.pk).get()
    assert made.preview_url in page
    assert "40 × 30 px" in page


def test_the_page_of_a_run_says_what_was_done(
    client: Client, upstream: FakeWaveSpeed, carried: Any
) -> None:
    image = kept()
    sha256, name = tile(change(client, image, do_use=1, turn=180))
    run = carried(images=(AttachedImage(Image.objects.get(pk=sha256), name=name),))
    assert name in markup(client.get(f"/runs/{run.pk}/"))
    assert client.get(f"/runs/{run.pk}.json").json()["images"][0]["name"] == name
    assert run.images.get().sent_sha256 == sha256
