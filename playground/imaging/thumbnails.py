"""Small WebP copies for pages: upright, transparent where the picture is, without metadata."""

from io import BytesIO

from playground.imaging.decoding import opened, read
from playground.imaging.pixels import in_srgb, scaled, shrunk, simple, upright

THUMBNAIL_EDGES = (224, 800)
_QUALITY = 82
_SPARE = 2  # decode at twice the size that is needed, so that shrinking still has pixels to choose


def thumbnail(data: bytes, edge: int) -> bytes:
    """Return a WebP whose longest edge is at most `edge`. Raises PictureRefused."""
    source = read(data)
    with opened(source) as picture:
        image = picture.image
        if source.form.name == "JPEG":
            image.draft(None, scaled(image.size, edge * _SPARE))
        image.load()  # decoders read what they noted of the file: it is forgotten after them
        profile = image.info.get("icc_profile")
        small = image if image.mode == "CMYK" else simple(image)
        small = in_srgb(shrunk(small, edge), profile)
        small = upright(simple(small), picture.orientation)
        small.info = {}
        target = BytesIO()
        small.save(target, "WEBP", quality=_QUALITY)
        return target.getvalue()
