"""Metadata goes, pixels stay: checked by reading segments and chunks apart from the code."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from playground.imaging import PictureRefused
from tests.imaging import makers
from tests.imaging.parsing import (
    alike,
    decoded,
    jpeg_segments,
    png_chunks,
    shown,
    strip_metadata,
    webp_chunks,
)

MAKERS = {"JPEG": makers.phone_jpeg, "PNG": makers.full_png, "WEBP": makers.full_webp}
MORE = {
    "JPEG": ({"progressive": True}, {"restart_marker_blocks": 1}),
    "PNG": ({"optimize": True},),
    "WEBP": ({"lossless": False}, {"exact": True}),
}
CASES = [(name, options) for name in MAKERS for options in ({}, *MORE[name])]
MINIMAL = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"


@pytest.mark.parametrize(("name", "options"), CASES)
@pytest.mark.parametrize("orientation", [1, 6])
def test_pixels_are_equal_before_and_after(name, options, orientation):
    before = MAKERS[name](orientation, **options)
    assert decoded(strip_metadata(before, name)) == decoded(before)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("secret", makers.SECRETS.values(), ids=makers.SECRETS.keys())
def test_nothing_about_the_owner_is_left(name, secret):
    assert secret not in strip_metadata(MAKERS[name](6), name)


def test_the_pictures_of_these_tests_do_hold_what_is_to_be_removed():
    assert all(secret in makers.phone_jpeg() for secret in makers.SECRETS.values())


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_place_is_gone(name, orientation):
    before = MAKERS[name](orientation)
    assert (place(before), place(strip_metadata(before, name))) == ({1: "N", 3: "E"}, {})


def place(data: bytes) -> dict[int, str]:
    with Image.open(io.BytesIO(data)) as image:
        gps = image.getexif().get_ifd(0x8825)
    return {tag: gps[tag] for tag in (1, 3) if tag in gps}


def test_a_jpeg_keeps_only_what_its_pixels_need():
    kept = jpeg_segments(strip_metadata(makers.phone_jpeg(), "JPEG"))
    described = {marker for marker, _ in kept if marker >= 0xE0}
    assert described == {0xE0, 0xE2}


def test_a_jpeg_keeps_its_colour_profile():
    before, after = makers.phone_jpeg(), strip_metadata(makers.phone_jpeg(), "JPEG")
    kept = [
        [payload for marker, payload in jpeg_segments(d) if marker == 0xE2] for d in (before, after)
    ]
    assert kept[0] == kept[1] != []


def test_a_turned_jpeg_keeps_an_exif_of_one_tag():
    kept = dict(jpeg_segments(strip_metadata(makers.phone_jpeg(6), "JPEG")))
    assert kept[0xE1] == b"Exif\0\0" + MINIMAL


def test_a_jpeg_of_four_inks_keeps_its_adobe_marker():
    data = makers.saved(makers.photo().convert("CMYK"), "JPEG")
    assert decoded(strip_metadata(data, "JPEG")) == decoded(data)


def test_the_thumbnail_in_a_jfif_header_goes():
    data = makers.saved(makers.photo(), "JPEG")
    header = b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + b"\xaa\xbb\xcc"
    data = data[:2] + makers.segment(0xE0, header) + data[20:]
    assert b"\xaa\xbb\xcc" not in strip_metadata(data, "JPEG")


def test_what_follows_the_end_of_a_jpeg_goes():
    plain = strip_metadata(makers.phone_jpeg(), "JPEG")
    assert strip_metadata(makers.zip_after(makers.phone_jpeg()), "JPEG") == plain


def test_what_stands_between_two_segments_goes():
    data = makers.saved(makers.photo(), "JPEG")
    assert b"SECRET" not in strip_metadata(data[:20] + b"SECRET" + data[20:], "JPEG")


def test_a_png_keeps_only_what_its_pixels_need():
    kept = png_chunks(strip_metadata(makers.full_png(), "PNG"))
    assert [kind for kind, _ in kept] == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


def test_a_turned_png_keeps_an_exif_of_one_tag():
    kept = dict(png_chunks(strip_metadata(makers.full_png(6), "PNG")))
    assert kept[b"eXIf"] == MINIMAL


def test_every_chunk_of_a_stripped_png_has_its_checksum():
    data = strip_metadata(makers.full_png(6), "PNG")
    written = b"".join(makers.chunk(kind, payload) for kind, payload in png_chunks(data))
    assert data == b"\x89PNG\r\n\x1a\n" + written


def test_an_animated_png_stays_animated():
    data = makers.animation("PNG")
    kinds = [kind for kind, _ in png_chunks(strip_metadata(data, "PNG"))]
    assert (kinds.count(b"acTL"), kinds.count(b"fcTL"), kinds.count(b"fdAT")) == (1, 3, 2)


def test_what_follows_the_end_of_a_png_goes():
    data = makers.saved(makers.photo(), "PNG")
    assert strip_metadata(makers.zip_after(data), "PNG") == data


def test_a_webp_keeps_only_what_its_pixels_need():
    kept = webp_chunks(strip_metadata(makers.full_webp(), "WEBP"))
    assert [kind for kind, _ in kept] == [b"VP8X", b"VP8L"]


def test_the_header_of_a_stripped_webp_announces_nothing_that_went():
    header = dict(webp_chunks(strip_metadata(makers.full_webp(), "WEBP")))[b"VP8X"]
    assert header[0] & 0b1100 == 0


def test_a_turned_webp_keeps_an_exif_of_one_tag():
    kept = dict(webp_chunks(strip_metadata(makers.full_webp(6), "WEBP")))
    assert (kept[b"EXIF"], kept[b"VP8X"][0] & 0b1100) == (MINIMAL, 0b1000)


def test_a_webp_keeps_transparency_and_profile():
    image = makers.photo(mode="RGBA")
    image.putalpha(128)
    data = makers.saved(image, "WEBP", icc_profile=makers.profile(), xmp=makers.XMP)
    kinds = [kind for kind, _ in webp_chunks(strip_metadata(data, "WEBP"))]
    assert kinds == [b"VP8X", b"ICCP", b"ALPH", b"VP8 "]


def test_an_animated_webp_keeps_its_frames():
    data = strip_metadata(makers.animation("WEBP"), "WEBP")
    assert [kind for kind, _ in webp_chunks(data)].count(b"ANMF") == 3


def test_a_gif_loses_its_comment_and_what_follows_its_end():
    data = makers.zip_after(makers.saved(makers.photo(), "GIF", comment=b"SECRET-COMMENT"))
    after = strip_metadata(data, "GIF")
    assert (b"SECRET" in after, b"PK" in after, decoded(after)) == (False, False, decoded(data))


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_is_still_seen_upright(name, orientation):
    after = strip_metadata(MAKERS[name](orientation), name)
    assert alike(shown(after), makers.photo())


@pytest.mark.parametrize("name", [*MAKERS, "GIF"])
def test_stripping_twice_changes_nothing(name):
    once = strip_metadata(MAKERS.get(name, lambda _: makers.animation("GIF"))(6), name)
    assert strip_metadata(once, name) == once


@pytest.mark.parametrize(
    "block", [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff"]
)
def test_an_unreadable_exif_counts_as_upright(block):
    plain = makers.saved(makers.photo(), "JPEG")
    with_exif = plain[:2] + makers.segment(0xE1, b"Exif\0\0" + block) + plain[2:]
    assert strip_metadata(with_exif, "JPEG") == plain


@pytest.mark.parametrize("name", [*MAKERS, "GIF"])
def test_a_file_of_only_a_signature_is_refused(name):
    data = makers.saved(makers.photo(), name)
    with pytest.raises(PictureRefused):
        strip_metadata(data[:9], name)


def test_a_compressed_text_bomb_is_dropped_unopened():
    bomb = makers.chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(50_000_000), 9))
    data = makers.saved(makers.photo(), "PNG")
    assert strip_metadata(data[:33] + bomb + data[33:], "PNG") == data
