"""Which picture formats are read, told apart by their first bytes; file names are not believed."""

import re
from dataclasses import dataclass

from playground.imaging import errors
from playground.imaging.errors import PictureRefused


@dataclass(frozen=True)
class Format:
    """name: as Pillow spells it. label: as people say it. extension: without a dot."""

    name: str
    label: str
    content_type: str
    extension: str


FORMATS = {
    form.name: form
    for form in (
        Format("JPEG", "JPEG", "image/jpeg", "jpg"),
        Format("PNG", "PNG", "image/png", "png"),
        Format("WEBP", "WebP", "image/webp", "webp"),
        Format("GIF", "GIF", "image/gif", "gif"),
        Format("BMP", "BMP", "image/bmp", "bmp"),
        Format("TIFF", "TIFF", "image/tiff", "tiff"),
        Format("HEIF", "HEIC", "image/heic", "heic"),
        Format("AVIF", "AVIF", "image/avif", "avif"),
    )
}

_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL), "BMP"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "TIFF"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_CONTAINER_BRANDS = {b"mif1", b"msf1"}
_SVG = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)", re.IGNORECASE)


def recognise(data: bytes) -> Format:
    """Return the format of these bytes. Raises PictureRefused, with its own reason for SVG."""
    for signature, name in _SIGNATURES:
        if signature.match(data):
            return FORMATS[name]
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    if _SVG.match(data[:1024]) and b"<svg" in data[:65536].lower():
        raise PictureRefused(errors.SVG)
    raise PictureRefused(errors.NOT_AN_IMAGE)


def _by_brand(data: bytes) -> Format:
    # A phone may name only the container first, and the codec among the compatible brands.
    end = min(int.from_bytes(data[:4], "big"), 256)
    major, others = data[8:12], {data[at : at + 4] for at in range(16, end, 4)}
    brands = {major} | (others if major in _CONTAINER_BRANDS else set())
    if brands & _AVIF_BRANDS:
        return FORMATS["AVIF"]
    if brands & (_HEIF_BRANDS | _CONTAINER_BRANDS):
        return FORMATS["HEIF"]
    raise PictureRefused(errors.NOT_AN_IMAGE)
