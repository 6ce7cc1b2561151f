"""Pictures that a person changed: what is done to the pixels, and what is left of the rest."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from playground.imaging import prepare
from playground.imaging.edits import COVER_COLOUR, Box, Edit, edited, turned_size
from tests.imaging.makers import photo

SIZE = (96, 64)


def png(picture: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (picture or photo(*SIZE)).save(file, "PNG", **options)
    return file.getvalue()


def made(edit: Edit, data: bytes | None = None) -> Image.Image:
    return Image.open(io.BytesIO(edited(data or png(), edit)[0]))


def corner_colours(picture: Image.Image) -> list[object]:
    """The four quarters, row by row."""
    right, lower = picture.width - 3, picture.height - 3
    places = [(2, 2), (right, 2), (2, lower), (right, lower)]
    return [picture.convert("RGB").getpixel(place) for place in places]


def test_a_turn_to_the_right_brings_the_lower_left_to_the_upper_left() -> None:
    first, second, third, fourth = corner_colours(photo(*SIZE))
    turned = made(Edit(turn=90))
    assert turned.size == (64, 96)
    assert corner_colours(turned) == [third, first, fourth, second]


def test_a_half_turn_and_a_turn_to_the_left() -> None:
    first, second, third, fourth = corner_colours(photo(*SIZE))
    assert corner_colours(made(Edit(turn=180))) == [fourth, third, second, first]
    assert corner_colours(made(Edit(turn=270))) == [second, fourth, first, third]


def test_a_crop_is_of_the_picture_as_turned() -> None:
    whole = made(Edit(turn=90))
    part = made(Edit(turn=90, crop=Box(10, 20, 30, 40)))
    assert part.tobytes() == whole.crop((10, 20, 40, 60)).tobytes()


def test_nothing_is_left_of_what_is_covered_and_all_of_the_rest() -> None:
    before, after = photo(*SIZE), made(Edit(covers=(Box(10, 10, 20, 5), Box(0, 60, 96, 4))))
    inside = after.convert("RGB").crop((10, 10, 30, 15)).getcolors()
    assert inside == [(100, (COVER_COLOUR,) * 3)]
    assert after.convert("RGB").getpixel((5, 63)) == (COVER_COLOUR,) * 3
    outside = (30, 10, 96, 60)
    assert after.convert("RGB").crop(outside).tobytes() == before.crop(outside).tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "P"])
def test_covering_is_opaque_in_every_mode(mode: str) -> None:
    clear = photo(*SIZE).convert("RGBA")
    clear.putalpha(0)
    picture = clear if mode == "RGBA" else photo(*SIZE).convert(mode)
    after = made(Edit(covers=(Box(0, 0, 96, 64),)), png(picture)).convert("RGBA")
    assert after.getcolors() == [(96 * 64, (COVER_COLOUR, COVER_COLOUR, COVER_COLOUR, 255))]


def test_a_size_is_reached_after_the_crop_and_never_enlarges() -> None:
    assert made(Edit(crop=Box(0, 0, 40, 20), max_edge=20)).size == (20, 10)
    assert made(Edit(max_edge=4000)).size == SIZE


def test_a_quality_makes_a_jpeg_and_a_lower_one_a_smaller_file() -> None:
    good, bad = (edited(png(), Edit(quality=quality))[0] for quality in (90, 10))
    assert {Image.open(io.BytesIO(one)).format for one in (good, bad)} == {"JPEG"}
    assert len(bad) < len(good)


def test_transparency_is_white_in_a_jpeg() -> None:
    after = made(Edit(quality=95), png(Image.new("RGBA", SIZE, (255, 0, 0, 0))))
    assert after.getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_stays_a_jpeg_and_everything_else_is_kept_without_loss() -> None:
    file = io.BytesIO()
    photo(*SIZE).save(file, "JPEG")
    assert made(Edit(turn=90), file.getvalue()).format == "JPEG"
    assert made(Edit(turn=90)).format == "PNG"


def test_the_result_is_sent_byte_for_byte_and_is_the_same_again() -> None:
    for edit in (Edit(turn=90), Edit(crop=Box(0, 0, 30, 30), quality=50)):
        data, size = edited(png(), edit)
        assert prepare(data).data == data == edited(png(), edit)[0]
        assert Image.open(io.BytesIO(data)).size == size


def test_a_picture_lying_on_its_side_is_turned_as_it_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = photo(*SIZE).transpose(Image.Transpose.ROTATE_90)
    assert corner_colours(made(Edit(turn=90), png(lying, exif=exif))) == corner_colours(
        made(Edit(turn=90))
    )


def test_nothing_of_who_took_it_is_in_the_result() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    assert b"SECRET" not in edited(png(exif=exif), Edit(turn=90))[0]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_box_turns_with_its_picture_and_back(degrees: int) -> None:
    box = Box(10, 20, 30, 5)
    turned = box.turned(degrees, SIZE)
    assert turned.turned(-degrees, turned_size(SIZE, degrees)) == box
    assert made(Edit(turn=degrees, crop=turned)).size == turned_size((30, 5), degrees)


def test_it_is_said_what_was_done() -> None:
    edit = Edit(90, (Box(1, 1, 1, 1), Box(2, 2, 2, 2)), Box(0, 0, 40, 20), 20, 60)
    assert edit.words((20, 10)) == (
        "turned right, 2 parts covered, cropped to 40 × 20 px, made 20 × 10 px, JPEG quality 60"
    )
