"""What of a picture is sent to a provider: the same pixels where possible, and a note where not."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from playground.pictures import limits, png, webp
from playground.pictures.decoding import opened, read
from playground.pictures.formats import FORMATS
from playground.pictures.pixels import fitting_profile, in_srgb, shrunk, simple, upright
from playground.pictures.refusal import SUBJECT, PictureRefused, file_size

if TYPE_CHECKING:
    from PIL import Image

    from playground.pictures.decoding import Opened, Source
    from playground.pictures.formats import Format

_SENT_AS_THEY_ARE = {"JPEG", "PNG", "WEBP", "GIF"}
_PHOTOS = {"JPEG", "HEIF", "AVIF"}
_PARTS = {"TIFF": ("pages", "first page"), "HEIF": ("pictures", "main picture")}
_QUALITY, _LOWER_QUALITY = 95, 85


@dataclass(frozen=True)
class Prepared:
    """The bytes that are sent. width and height: as seen.

    changed: whether the pixels differ from those that came in; losing metadata is no change.
    note: what was changed, in words for people; empty when nothing was.
    """

    data: bytes = field(repr=False)
    content_type: str
    width: int
    height: int
    changed: bool
    note: str


def prepare(data: bytes, max_edge: int | None = None) -> Prepared:
    """Return what will be sent of this picture, its longest edge at most `max_edge`.

    JPEG, PNG, WebP and still GIF keep every pixel unless they are over that edge. HEIC and AVIF
    without transparency become JPEG, the rest PNG. Raises PictureRefused.
    """
    source = read(data)
    with opened(source) as picture:
        form, sent, size = _result(source, picture, max_edge)
        if sent is source.data:
            return Prepared(sent, form.content_type, *size, changed=False, note="")
        before = f"{_measures(picture.size)} {_kind(source.form, picture.frames)}"
        after = f"{_used(source.form, picture.frames)}sent as {form.label} {_measures(size)}"
        note = f"{before}, {file_size(len(data))}, {after}, {file_size(len(sent))}"
        return Prepared(sent, form.content_type, *size, changed=True, note=note)


def _result(
    source: Source, picture: Opened, max_edge: int | None
) -> tuple[Format, bytes, tuple[int, int]]:
    fits = max_edge is None or max(picture.size) <= max_edge
    if fits and source.form.name in _SENT_AS_THEY_ARE:
        if picture.frames == 1:
            return source.form, source.data, picture.size
        if source.form.name == "PNG":
            return source.form, png.first_frame(source.data), picture.size
    image = _redrawn(picture, max_edge)
    form, sent = _encoded(image, _target(source, picture, image), source.form.name == "HEIF")
    return form, sent, image.size


def _redrawn(picture: Opened, max_edge: int | None) -> Image.Image:
    """Return the pixels upright and shrunk, with a colour profile and nothing else attached."""
    image = picture.image
    profile = image.info.get("icc_profile")
    plain = simple(in_srgb(image, profile) if image.mode == "CMYK" else image)
    plain = upright(plain if max_edge is None else shrunk(plain, max_edge), picture.orientation)
    # Encoders write what they find here, comments included.
    plain.info = {"icc_profile": fitting_profile(plain, profile)}
    return plain


def _target(source: Source, picture: Opened, image: Image.Image) -> Format:
    name = source.form.name
    if name == "WEBP" and picture.frames == 1 and not webp.is_lossless(source.data):
        return FORMATS["WEBP"]
    photo = name in _PHOTOS and not image.has_transparency_data
    return FORMATS["JPEG" if photo else "PNG"]


def _encoded(image: Image.Image, form: Format, halved_colours: bool) -> tuple[Format, bytes]:
    """Encode once, and as a smaller JPEG where that came out over the limit of one picture."""
    sent = _bytes(image, form, _QUALITY, halved_colours)
    if len(sent) > limits.MAX_BYTES and not image.has_transparency_data:
        form = FORMATS["JPEG"]
        sent = _bytes(image, form, _LOWER_QUALITY, halved_colours)
    if len(sent) > limits.MAX_BYTES:
        raise PictureRefused(
            f"{SUBJECT} is {file_size(len(sent))} once converted to {form.label}, and the limit "
            f"is {file_size(limits.MAX_BYTES)}. Choose a smaller size or make the picture smaller."
        )
    return form, sent


def _bytes(image: Image.Image, form: Format, quality: int, halved_colours: bool) -> bytes:
    # Phones store colour at half the resolution already, so nothing is lost by doing the same.
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": quality, "subsampling": 2 if halved_colours else 0},
        "WEBP": {"quality": quality},
        "PNG": {"compress_level": 4},
    }
    target = BytesIO()
    image.save(target, form.name, icc_profile=image.info["icc_profile"], **options[form.name])
    return target.getvalue()


def _measures(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def _kind(form: Format, frames: int) -> str:
    if frames == 1:
        return form.label
    return f"{form.label} of {frames:,} {_PARTS.get(form.name, ('frames', ''))[0]}"


def _used(form: Format, frames: int) -> str:
    return f"{_PARTS.get(form.name, ('', 'first frame'))[1]} " if frames > 1 else ""
