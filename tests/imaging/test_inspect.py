"""What a file is found to be, and which files are refused with which words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.imaging import PictureRefused, inspect, limits, prepare, thumbnail
from tests.imaging import makers
from tests.patience import PATIENCE_SECONDS

KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
    "BMP": ("image/bmp", "bmp"),
    "TIFF": ("image/tiff", "tiff"),
    "AVIF": ("image/avif", "avif"),
    "HEIF": ("image/heic", "heic"),
}


def of_kind(name: str) -> bytes:
    return makers.heic() if name == "HEIF" else makers.saved(makers.photo(), name)


def refusal(data: bytes, name: str = "") -> str:
    with pytest.raises(PictureRefused) as caught:
        inspect(data)
    return caught.value.about(name).reason


@pytest.mark.parametrize("name", KINDS)
def test_every_format_is_known_by_its_bytes(name):
    picture = inspect(of_kind(name))
    assert (picture.format, picture.content_type, picture.extension) == (name, *KINDS[name])


@pytest.mark.parametrize("name", KINDS)
def test_size_is_told_for_every_format(name):
    picture = inspect(of_kind(name))
    assert (picture.width, picture.height, picture.frames) == (96, 64, 1)


@pytest.mark.parametrize("make", [makers.phone_jpeg, makers.full_png, makers.full_webp])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_is_the_size_people_see(make, orientation):
    picture = inspect(make(orientation))
    assert (picture.width, picture.height, picture.orientation) == (96, 64, orientation)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_frames_are_counted(name):
    picture = inspect(makers.animation(name, frames=3))
    assert (picture.frames, picture.animated) == (3, True)


def test_only_the_first_frame_is_decoded():
    picture = inspect(makers.gif_with_a_bad_second_frame())
    assert (picture.frames, picture.width) == (2, 800)


def test_a_heic_that_names_only_its_container_first_is_known():
    assert inspect(makers.heic().replace(b"ftypheic", b"ftypmif1", 1)).format == "HEIF"


def test_text_with_a_picture_name_is_refused_by_name():
    assert refusal(b"shopping list", "notes.png") == (
        "notes.png is not an image this playground can read. "
        "Use PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF."
    )


def test_a_refusal_without_a_name_speaks_of_this_file():
    assert refusal(b"shopping list").startswith("This file is not an image")


def test_a_name_cannot_break_the_sentence():
    assert refusal(b"x", "a\n\u202eb" + "c" * 300).startswith("a b" + "c" * 76 + "… is not")


@pytest.mark.parametrize("start", [b"<svg", b'<?xml version="1.0"?>\n<svg', b"\xef\xbb\xbf <SVG"])
def test_svg_has_its_own_reason(start):
    reason = refusal(start + b' xmlns="http://www.w3.org/2000/svg"/>', "logo.svg")
    assert reason.startswith("logo.svg is an SVG drawing")


def test_a_file_of_zero_bytes_is_called_empty():
    assert refusal(b"", "a.png") == "a.png is empty. Save it again and add the new copy."


@pytest.mark.parametrize("name", KINDS)
def test_a_cut_off_file_is_refused(name):
    data = of_kind(name)
    assert "cut off or damaged" in refusal(data[: len(data) * 2 // 3])


RARE = {
    "a TIFF of three floats": makers.rare_tiff,
    "a TIFF of complex numbers": lambda: makers.rare_tiff(form=6, bits=64, samples=1),
    "a TIFF packed in an unknown way": lambda: makers.rare_tiff(bits=8, form=1, compression=50002),
    "a BMP of 4 bits a channel": makers.rare_bmp,
    "a BMP around a JPEG": makers.jpeg_in_bmp,
    "a JPEG without loss": lambda: makers.rare_jpeg(0xC3),
    "a JPEG of 12 bits": lambda: makers.rare_jpeg(0xC1, 12),
}


@pytest.mark.parametrize("make", RARE.values(), ids=RARE)
def test_a_whole_file_of_a_rare_kind_is_not_called_damaged(make):
    assert "of a kind that is not read here. Open it" in refusal(make())


@pytest.mark.parametrize("name", [name for name in RARE if "JPEG" not in name])
def test_half_a_file_of_a_rare_kind_is_damaged(name):
    data = RARE[name]()
    assert "cut off or damaged" in refusal(data[: len(data) * 2 // 3])


def test_an_avif_over_the_limit_is_told_the_limit():
    assert "40000×40000 pixels and the limit is" in refusal(makers.avif_claiming(40_000, 40_000))


def test_a_png_of_apples_tools_is_of_a_rare_kind():
    data = makers.saved(makers.photo(), "PNG")
    told = refusal(data[:8] + makers.chunk(b"CgBI", b"\0\0\0\0") + data[8:])
    assert "is a PNG of a kind that is not read here" in told


def test_a_wrong_checksum_is_refused():
    assert "damaged" in refusal(makers.png_with_bad_checksum())


def test_a_file_over_20_mb_is_refused_before_anything_reads_it():
    reason = refusal(b"\xff\xd8\xff" + bytes(limits.MAX_BYTES + 1024 * 1024), "big.jpg")
    assert reason == "big.jpg is 21 MB and the limit is 20 MB. Make it smaller and add it again."


def test_a_file_a_little_over_the_limit_is_not_told_that_it_is_as_large_as_the_limit():
    assert "just over 20 MB and the limit is 20 MB" in refusal(bytes(limits.MAX_BYTES + 1))


@pytest.mark.parametrize("make", [makers.png_claiming, makers.jpeg_claiming])
def test_a_small_file_that_claims_too_many_pixels_is_refused(make):
    assert "9400×9400 pixels and the limit is 40 megapixels" in refusal(make(9400, 9400))


def test_a_picture_of_exactly_the_limit_is_taken():
    assert inspect(makers.jpeg_claiming(8000, 5000)).width == 8000


def test_a_gif_that_is_really_a_script_is_refused():
    assert "damaged" in refusal(makers.gif_with_script())


def test_the_next_picture_is_read_after_a_refused_one():
    refusal(makers.png_with_bad_checksum())
    assert inspect(of_kind("PNG")).width == 96


def test_a_picture_waits_its_turn_and_says_when_the_wait_was_too_long(monkeypatch):
    from playground.imaging import decoding

    monkeypatch.setattr(limits, "DECODE_WAIT_SECONDS", 0.01)
    with decoding.opened(decoding.read(of_kind("PNG"))):
        assert "the server is busy" in refusal(of_kind("PNG"))


HOSTILE = {
    "a GIF of 10,000 frames": (lambda: makers.gif_of(10_000), "more than 2,000 frames"),
    "a PNG of 50,000 by 50,000": (lambda: makers.png_claiming(50_000, 50_000), "too many pixels"),
    "a PNG of 9,000 by 9,000": (lambda: makers.png_claiming(9_000, 9_000), "40 megapixels"),
    "a JPEG of 2,000 scans": (lambda: makers.jpeg_of_many_scans(2000), "too long to read"),
    "a cut JPEG": (lambda: makers.phone_jpeg()[:-900], "cut off"),
    "a GIF with a script": (makers.gif_with_script, "damaged"),
    "a TIFF whose pages run in a circle": (makers.tiff_in_a_circle, "more than 2,000"),
    "a PNG of a million chunks": (
        lambda: (
            b"\x89PNG\r\n\x1a\n"
            + makers.chunk(b"IHDR", b"\0" * 13)
            + b"\0\0\0\0IDAT5\xaf\x06\x1e" * 10**6
        ),
        "too long to read",
    ),
    "nothing": (bytes, "empty"),
    "20 MB and a byte": (lambda: bytes(limits.MAX_BYTES + 1), "limit is 20 MB"),
}
MEASURE = """
import json, pathlib, resource, sys, time
from playground.imaging import PictureRefused, inspect
files = {path.name: path.read_bytes() for path in map(pathlib.Path, sys.argv[1:])}
def megabytes(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, told = megabytes(), {}
for name, data in files.items():
    started, reason = time.process_time(), ""
    try:
        inspect(data)
    except PictureRefused as refused:
        reason = refused.reason
    told[name] = [time.process_time() - started, megabytes() - before, reason]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Processor seconds, megabytes grown and reason of each hostile file, from a process apart."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in HOSTILE.items():
        (folder / name).write_bytes(make())
    command = [sys.executable, "-c", MEASURE, *map(str, folder.iterdir())]
    root = Path(__file__).parents[2]
    told = subprocess.run(
        command, cwd=root, check=True, capture_output=True, timeout=PATIENCE_SECONDS
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(hostile, name):
    assert HOSTILE[name][1] in hostile[name][2]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_seconds_at_most(hostile, name):
    assert hostile[name][0] < 10


def test_hostile_files_grow_memory_by_less_than_300_mb(hostile):
    assert max(megabytes for _, megabytes, _ in hostile.values()) < 300


def answers_or_refuses(data: bytes) -> bool:
    for function in (inspect, prepare, lambda d: prepare(d, 16), lambda d: thumbnail(d, 16)):
        try:
            function(data)
        except PictureRefused:
            continue
    return True


STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0+"]
STARTS += [b"RIFF\x20\0\0\0WEBP", b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_a_refusal(start, rest):
    assert answers_or_refuses(start + rest)


WHOLE = [of_kind(name) for name in KINDS]
WHOLE += [makers.phone_jpeg(6), makers.full_png(6), makers.full_webp(6), makers.animation("PNG")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WHOLE), st.floats(0, 1), st.binary(max_size=8), st.integers(0, 8))
def test_damaged_pictures_raise_nothing_but_a_refusal(whole, place, put, dropped):
    at = int(place * len(whole))
    assert answers_or_refuses(whole[:at] + put + whole[at + dropped :])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_that_is_an_archive_too_is_refused(form):
    data = makers.zip_after(makers.saved(makers.photo(), form))
    with pytest.raises(PictureRefused, match="another kind of file at once"):
        inspect(data)


def test_a_picture_that_is_a_document_too_is_refused():
    data = makers.saved(makers.photo(), "GIF", comment=b"%PDF-1.7 1 0 obj")
    with pytest.raises(PictureRefused, match="another kind of file at once"):
        inspect(data)
