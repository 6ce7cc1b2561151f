"""Decoded pixels: turned upright, shrunk, and brought to a mode that every encoder takes."""

from io import BytesIO

from PIL import Image, ImageCms

_SIMPLE = {"1", "L", "LA", "RGB", "RGBA"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def shrunk(image: Image.Image, edge: int) -> Image.Image:
    """Return the picture with its longest edge at most `edge` pixels; never enlarges."""
    if max(image.size) <= edge:
        return image
    if image.mode == "1":
        image = image.convert("L")
    return image.resize(scaled(image.size, edge), Image.Resampling.LANCZOS)


def scaled(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return this size with `edge` as its longest side and the same proportions."""
    width, height = (max(1, round(side * edge / max(size))) for side in size)
    return width, height


def simple(image: Image.Image) -> Image.Image:
    """Return the picture in a mode of 8 bits a channel, transparency as a channel, or bilevel."""
    if image.has_transparency_data:
        return image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    if image.mode in _SIMPLE:
        return image
    if image.mode[0] in "IF":
        return _eight_bits(image)
    return image.convert("RGB")


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours of the web; as it is where its profile is unusable.

    Takes RGB, RGBA and CMYK; other modes come back unchanged.
    """
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        turned = ImageCms.profileToProfile(
            image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def fitting_profile(image: Image.Image, profile: bytes | None) -> bytes | None:
    """Return the profile if it still describes these pixels after a change of mode."""
    space = {"L": b"GRAY", "LA": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB "}.get(image.mode)
    return profile if profile and profile[16:20] == space else None


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    low, high = image.convert("F").getextrema()
    if not isinstance(low, float) or not isinstance(high, float) or high <= low:
        return image.convert("L")
    scale, offset = 255 / (high - low), -low * 255 / (high - low)
    return image.convert("F").point(lambda value: value * scale + offset).convert("L")
