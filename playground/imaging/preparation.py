"""What of a picture is sent to a provider: the same pixels where possible, and a note where not."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from playground.imaging import limits, png, webp
from playground.imaging.decoding import opened, read
from playground.imaging.errors import SUBJECT, PictureRefused, file_size
from playground.imaging.formats import FORMATS
from playground.imaging.pixels import fitting_profile, in_srgb, shrunk, simple, upright

if TYPE_CHECKING:
    from playground.imaging.decoding import Opened, Source
    from playground.imaging.formats import Format

RECIPE = 1  # counted up where the same picture would be sent otherwise
PLAIN = ("image/png", "image/jpeg")  # what every server reads
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


def prepare(
    data: bytes, max_edge: int | None = None, *, plain: bool = False, quality: int | None = None
) -> Prepared:
    """Return what will be sent of this picture, its longest edge at most `max_edge`.

    plain: as PNG or JPEG, for a server that reads nothing else. quality: as a JPEG of it.

    JPEG, PNG, WebP and still GIF keep every pixel unless they are over that edge or have to be
    turned: many servers look at pixels alone, so what is sent is upright without a tag. HEIC and
    AVIF without transparency become JPEG, the rest PNG. Raises PictureRefused.
    """
    source = read(data)
    with opened(source) as picture:
        form, sent, size = _result(source, picture, max_edge, quality, plain=plain)
        if sent is source.data:
            return Prepared(sent, form.content_type, *size, changed=False, note="")
        before = f"{_measures(picture.size)} {_kind(source.form, picture.frames)}"
        turned = "turned upright and " if picture.orientation > 1 else ""
        used = _used(source.form, picture.frames)
        label = f"{form.label} of quality {quality}" if quality else form.label
        after = f"{used}{turned}sent as {label} {_measures(size)}"
        why = ", since the server reads PNG and JPEG only" if plain else ""
        note = f"{before}, {file_size(len(data))}, {after}, {file_size(len(sent))}{why}"
        return Prepared(sent, form.content_type, *size, changed=True, note=note)


def _result(
    source: Source, picture: Opened, max_edge: int | None, quality: int | None, *, plain: bool
) -> tuple[Format, bytes, tuple[int, int]]:
    fits = max_edge is None or max(picture.size) <= max_edge
    kept = source.form.content_type in PLAIN if plain else source.form.name in _SENT_AS_THEY_ARE
    if fits and kept and picture.orientation == 1 and not quality:
        if picture.frames == 1:
            return source.form, source.data, picture.size
        if source.form.name == "PNG":
            return source.form, png.first_frame(source.data), picture.size
    image = redrawn(picture, max_edge)
    form, sent = encoded(
        image,
        target_format(source, picture, image, plain=plain),
        halved_colours(picture.image),
        quality,
    )
    return form, sent, image.size


def halved_colours(image: Image.Image) -> bool:
    """Whether colour is stored at half the resolution, so that doing the same loses nothing."""
    if image.format == "HEIF":
        return True
    return isinstance(image, JpegImageFile) and get_sampling(image) == 2


def redrawn(picture: Opened, max_edge: int | None) -> Image.Image:
    """Return the pixels upright and shrunk, with a colour profile and nothing else attached."""
    image = picture.image
    image.load()  # decoders read what they noted of the file: it is forgotten after them
    profile = image.info.get("icc_profile")
    plain = simple(in_srgb(image, profile) if image.mode == "CMYK" else image)
    plain = upright(plain if max_edge is None else shrunk(plain, max_edge), picture.orientation)
    # Encoders write what they find here, comments included.
    plain.info = {"icc_profile": fitting_profile(plain, profile)}
    return plain


def target_format(source: Source, picture: Opened, image: Image.Image, *, plain: bool) -> Format:
    name = source.form.name
    lossy = name == "WEBP" and picture.frames == 1 and not webp.is_lossless(source.data)
    if lossy and not plain:
        return FORMATS["WEBP"]
    photo = (lossy or name in _PHOTOS) and not image.has_transparency_data
    return FORMATS["JPEG" if photo else "PNG"]


def encoded(
    image: Image.Image, form: Format, halved: bool, quality: int | None = None
) -> tuple[Format, bytes]:
    """Encode once, and as a smaller JPEG where that came out over the limit of one picture.

    halved: whether colour may be. quality: a JPEG of it, transparency on white; None: as form says.
    """
    if quality:
        image, form = _opaque(image), FORMATS["JPEG"]
    sent = _bytes(image, form, quality or _QUALITY, halved)
    if len(sent) > limits.MAX_BYTES and not image.has_transparency_data:
        form = FORMATS["JPEG"]
        sent = _bytes(image, form, _LOWER_QUALITY, halved)
    if len(sent) > limits.MAX_BYTES:
        raise PictureRefused(
            f"{SUBJECT} is {file_size(len(sent))} once converted to {form.label}, and the limit "
            f"is {file_size(limits.MAX_BYTES)}. Choose a smaller size or make the picture smaller."
        )
    return form, sent


def _opaque(image: Image.Image) -> Image.Image:
    """Return the picture on white, in a mode that a JPEG has."""
    if not image.has_transparency_data:
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    plain = white.convert("RGB")
    plain.info = {"icc_profile": fitting_profile(plain, image.info.get("icc_profile"))}
    return plain


def _bytes(image: Image.Image, form: Format, quality: int, halved: bool) -> bytes:
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": quality, "subsampling": 2 if halved else 0},
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
