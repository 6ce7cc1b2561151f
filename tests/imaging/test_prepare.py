"""What is sent of each format, what the note says of it, and that it is what was seen."""

from __future__ import annotations

import io

import pytest
from PIL import Image, JpegImagePlugin

from playground.imaging import PictureRefused, inspect, limits, prepare
from tests.imaging import makers
from tests.imaging.parsing import alike, decoded, png_chunks, rows_of, shown, strip_metadata

KEPT = {"JPEG": makers.phone_jpeg, "PNG": makers.full_png, "WEBP": makers.full_webp}


@pytest.mark.parametrize("name", KEPT)
def test_common_formats_are_sent_without_metadata_and_otherwise_untouched(name):
    data = KEPT[name]()
    assert prepare(data).data == strip_metadata(data, name)


@pytest.mark.parametrize("name", [*KEPT, "GIF"])
def test_a_picture_that_keeps_its_pixels_is_not_called_changed(name):
    prepared = prepare(makers.saved(makers.photo(), name), max_edge=96)
    assert (prepared.changed, prepared.note) == (False, "")


def test_the_size_that_is_told_is_the_size_people_see():
    prepared = prepare(makers.phone_jpeg(6))
    assert (prepared.width, prepared.height) == (96, 64)


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("orientation", range(2, 9))
def test_what_is_sent_is_upright_in_its_pixels_and_has_no_tag(name, orientation):
    sent = prepare(KEPT[name](orientation)).data
    with Image.open(io.BytesIO(sent)) as image:
        assert 0x0112 not in image.getexif()
        assert alike(image.convert("RGB"), makers.photo())


@pytest.mark.parametrize("name", KEPT)
def test_a_turned_picture_says_so(name):
    prepared = prepare(KEPT[name](6))
    assert (prepared.changed, (prepared.width, prepared.height)) == (True, (96, 64))
    assert ", turned upright and sent as " in prepared.note


def test_a_turned_jpeg_keeps_its_resolution_of_colours():
    sent = prepare(makers.phone_jpeg(6)).data
    with Image.open(io.BytesIO(sent)) as image:
        assert JpegImagePlugin.get_sampling(image) == 0


@pytest.mark.parametrize("make", makers.TURNED_ELSEWHERE.values(), ids=makers.TURNED_ELSEWHERE)
def test_a_turn_that_only_xmp_or_a_text_names_is_made(make):
    sent = prepare(make(6)).data
    with Image.open(io.BytesIO(sent)) as image:
        assert alike(image.convert("RGB"), makers.photo())


def test_exif_comes_before_xmp():
    data = makers.saved(
        makers.photo(), "JPEG", exif=makers.exif(1), xmp=makers.xmp_turned(6), quality=95
    )
    assert prepare(data).changed is False


@pytest.mark.parametrize("said", ["0", "9", "six", ""])
def test_a_turn_that_does_not_exist_is_none(said):
    xmp = makers.xmp_turned(6).replace(b'"6"', f'"{said}"'.encode())
    assert prepare(makers.saved(makers.photo(), "JPEG", xmp=xmp)).changed is False


@pytest.mark.parametrize("name", makers.INTERLACED)
def test_an_interlaced_png_shrinks_to_the_pixels_that_it_shows(name):
    data = makers.INTERLACED[name]()
    wanted = Image.frombytes(*rows_of(data)).resize((30, 21), Image.Resampling.LANCZOS)
    sent = shown(prepare(data, max_edge=30).data)
    assert sent.tobytes() == wanted.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("name", "becomes"), [("BMP", "PNG"), ("TIFF", "PNG"), ("AVIF", "JPEG"), ("HEIF", "JPEG")]
)
def test_other_formats_are_converted(name, becomes):
    data = makers.heic() if name == "HEIF" else makers.saved(makers.photo(), name)
    prepared = prepare(data)
    assert (inspect(prepared.data).format, prepared.changed) == (becomes, True)


def test_a_converted_bitmap_keeps_every_pixel():
    data = makers.saved(makers.photo(), "BMP")
    assert decoded(prepare(data).data) == decoded(data)


def test_a_conversion_says_what_became_of_the_picture():
    data = makers.heic()
    note, sent = prepare(data).note, prepare(data).data
    assert note == f"96×64 HEIC, {len(data)} bytes, sent as JPEG 96×64, {size(sent)}"


def size(data: bytes) -> str:
    return f"{len(data)} bytes" if len(data) < 1024 else f"{len(data) / 1024:.0f} kB"


def test_a_transparent_avif_becomes_png():
    image = makers.photo(mode="RGBA")
    image.putalpha(100)
    assert prepare(makers.saved(image, "AVIF")).content_type == "image/png"


@pytest.mark.parametrize("name", ["AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_conversion_is_upright(name, orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    data = makers.saved(makers.stored(orientation), name, exif=tags)
    assert alike(shown(prepare(data).data), makers.photo())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_photo_is_upright(orientation):
    data = makers.saved(makers.stored(orientation), "HEIF", exif=makers.exif(orientation))
    assert alike(shown(prepare(data).data), makers.photo())


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_smaller_picture_is_upright(name, orientation):
    prepared = prepare(KEPT[name](orientation), max_edge=48)
    assert (prepared.width, prepared.height) == (48, 32)
    assert alike(shown(prepared.data), makers.photo())


def test_a_smaller_picture_says_so():
    note = prepare(makers.saved(makers.photo(), "PNG"), max_edge=48).note
    assert note.startswith("96×64 PNG, ")
    assert ", sent as PNG 48×32, " in note


@pytest.mark.parametrize(
    ("options", "becomes"), [({"lossless": True}, "PNG"), ({"lossless": False}, "WEBP")]
)
def test_a_smaller_webp_is_not_made_worse_than_it_was(options, becomes):
    data = makers.full_webp(**options)
    assert inspect(prepare(data, max_edge=48).data).format == becomes


def test_a_small_picture_is_never_enlarged():
    assert prepare(makers.heic(), max_edge=2048).width == 96


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_sent_and_the_note_says_so(name):
    prepared = prepare(makers.animation(name))
    assert inspect(prepared.data).frames == 1
    assert "of 3 frames" in prepared.note
    assert "first frame sent as PNG 40×30" in prepared.note


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_the_frame_of_an_animation_that_is_sent_is_its_first(name):
    sent = shown(prepare(makers.animation(name)).data)
    assert alike(sent, Image.new("RGB", (40, 30), makers.CORNERS[0]))


def test_the_first_frame_of_an_animated_png_is_cut_out_not_redrawn():
    data = makers.animation("PNG")
    pixels = [payload for kind, payload in png_chunks(data) if kind == b"IDAT"]
    sent = png_chunks(prepare(data).data)
    assert [payload for kind, payload in sent if kind == b"IDAT"] == pixels


def test_of_several_pages_the_first_is_sent():
    assert "TIFF of 3 pages" in prepare(makers.animation("TIFF")).note


def test_of_several_phone_pictures_the_main_one_is_sent():
    target = io.BytesIO()
    others = [makers.photo(), makers.photo()]
    makers.photo().save(target, "HEIF", save_all=True, append_images=others)
    assert "HEIC of 3 pictures" in prepare(target.getvalue()).note


@pytest.mark.parametrize("name", ["HEIF", "AVIF", "TIFF"])
def test_a_conversion_leaves_nothing_about_the_owner(name):
    data = makers.saved(makers.photo(), name, exif=makers.exif(), xmp=makers.XMP)
    assert b"SECRET" not in prepare(data).data


def test_a_smaller_jpeg_loses_its_comment():
    assert b"SECRET" not in prepare(makers.phone_jpeg(), max_edge=48).data


def test_a_conversion_keeps_the_colour_profile():
    data = makers.saved(makers.photo(), "HEIF", icc_profile=makers.profile())
    with Image.open(io.BytesIO(prepare(data).data)) as sent:
        assert sent.info["icc_profile"] == makers.profile()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "F"])
def test_every_mode_of_a_tiff_can_be_sent(mode):
    source = (
        Image.new(mode, (60, 40)) if mode in {"LAB", "I;16"} else makers.photo(60, 40).convert(mode)
    )
    prepared = prepare(makers.saved(source, "TIFF"), max_edge=30)
    assert (prepared.width, prepared.height) == (30, 20)


def test_a_picture_that_a_conversion_blows_up_becomes_a_smaller_jpeg(monkeypatch):
    data = makers.saved(
        Image.effect_noise((200, 200), 90).convert("RGB"), "TIFF", compression="jpeg"
    )
    monkeypatch.setattr(limits, "MAX_BYTES", len(data) + 9000)
    assert prepare(data).content_type == "image/jpeg"


def test_a_picture_that_stays_too_large_once_converted_is_refused(monkeypatch):
    data = makers.saved(makers.photo(600, 600), "TIFF", compression="tiff_lzw")
    monkeypatch.setattr(limits, "MAX_BYTES", len(data))
    monkeypatch.setattr("playground.imaging.preparation._bytes", lambda *_: bytes(len(data) + 1))
    with pytest.raises(PictureRefused, match="once converted to JPEG"):
        prepare(data)
