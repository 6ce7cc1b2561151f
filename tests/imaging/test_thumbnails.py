"""The small copies on pages: upright, transparent, without metadata, never enlarged."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from playground.imaging import THUMBNAIL_EDGES, PictureRefused, prepare, thumbnail
from tests.imaging import makers
from tests.imaging.parsing import alike, rows_of, shown, webp_chunks


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


@pytest.mark.parametrize("edge", THUMBNAIL_EDGES)
def test_the_longest_edge_is_the_one_asked_for(edge):
    small = opened(thumbnail(makers.saved(makers.photo(1800, 1200), "JPEG"), edge))
    assert (small.format, small.size) == ("WEBP", (edge, round(edge * 2 / 3)))


def test_a_small_picture_is_not_enlarged():
    assert opened(thumbnail(makers.saved(makers.photo(), "PNG"), 224)).size == (96, 64)


@pytest.mark.parametrize("make", [makers.phone_jpeg, makers.full_png, makers.full_webp])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright(make, orientation):
    small = shown(thumbnail(make(orientation), 48))
    assert small.size == (48, 32)
    assert alike(small, makers.photo(), tolerance=30)


def test_it_carries_no_metadata():
    kinds = {kind for kind, _ in webp_chunks(thumbnail(makers.phone_jpeg(6), 48))}
    assert kinds == {b"VP8 "}


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_transparent_stays_transparent(name):
    image = makers.photo(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 48, 64))
    small = opened(thumbnail(makers.saved(image, name), 48)).convert("RGBA")
    assert (small.getpixel((5, 16))[3], small.getpixel((40, 16))[3]) == (0, 255)


def test_it_shows_the_first_frame_of_an_animation():
    small = shown(thumbnail(makers.animation("GIF"), 40))
    assert alike(small, Image.new("RGB", (40, 30), makers.CORNERS[0]), tolerance=30)


@pytest.mark.parametrize("mode", ["1", "L", "CMYK"])
def test_unusual_modes_are_shown(mode):
    name = "JPEG" if mode == "CMYK" else "PNG"
    data = makers.saved(makers.photo().convert(mode), name, icc_profile=makers.profile())
    assert opened(thumbnail(data, 48)).size == (48, 32)


def test_sixteen_bits_keep_their_brightness():
    image = Image.new("I;16", (20, 20), 128 * 257)
    assert abs(shown(thumbnail(makers.saved(image, "PNG"), 10)).getpixel((5, 5))[0] - 128) < 4


def test_an_unusable_colour_profile_is_left_out():
    data = makers.saved(makers.photo(), "JPEG", icc_profile=b"not a profile")
    assert alike(shown(thumbnail(data, 96)), makers.photo(), tolerance=30)


@pytest.mark.parametrize("name", makers.INTERLACED)
@pytest.mark.parametrize("edge", [30, 800])
def test_of_an_interlaced_png_it_shows_what_the_picture_shows(name, edge):
    data = makers.INTERLACED[name]()
    whole = Image.frombytes(*rows_of(data)).convert("RGB")
    small = opened(thumbnail(data, edge)).convert("RGB")
    assert alike(small, whole.resize(small.size), tolerance=30)


def test_it_can_be_made_of_what_is_sent():
    small = shown(thumbnail(prepare(makers.heic()).data, 48))
    assert alike(small, makers.photo(), tolerance=30)


def test_what_is_no_picture_has_none():
    with pytest.raises(PictureRefused):
        thumbnail(b"text", 224)
