"""What can be said of a picture by arithmetic: size, colours, brightness, transparency."""

from collections import Counter
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageStat

from playground.imaging.decoding import opened, read
from playground.imaging.pixels import simple

_EDGE = 128  # colours are counted on a small copy
_RESAMPLING = Image.Resampling.NEAREST  # mixes no colours that are not there
_COLOURS = 5
_OPAQUE = 128  # pixels that are more seen through than seen have no colour to speak of
_GREY_SPREAD = 8  # how far apart the channels of a grey may be after lossy compression
_NAMES = {
    "black": (0, 0, 0),
    "dark grey": (70, 70, 70),
    "grey": (128, 128, 128),
    "light grey": (200, 200, 200),
    "white": (255, 255, 255),
    "dark red": (130, 15, 20),
    "red": (220, 30, 35),
    "orange": (245, 140, 25),
    "brown": (115, 70, 35),
    "beige": (225, 200, 165),
    "yellow": (245, 220, 40),
    "olive": (125, 125, 40),
    "dark green": (20, 80, 35),
    "green": (45, 160, 60),
    "light green": (155, 215, 140),
    "teal": (20, 130, 130),
    "turquoise": (70, 210, 205),
    "light blue": (150, 200, 240),
    "blue": (40, 90, 215),
    "dark blue": (20, 30, 95),
    "purple": (125, 50, 160),
    "magenta": (220, 40, 170),
    "pink": (245, 165, 190),
}


@dataclass(frozen=True)
class Measured:
    """width and height: as seen. label: the format as people say it. brightness: percent.

    colours: (six hexadecimal digits, share of what is not transparent in percent), largest first.
    """

    width: int
    height: int
    label: str
    transparent: bool
    grey: bool
    brightness: int
    colours: tuple[tuple[str, int], ...]


def measure(data: bytes) -> Measured:
    """Measure the first frame. Raises PictureRefused."""
    source = read(data)
    with opened(source) as picture:
        width, height = picture.size
        whole = simple(picture.image)
        visible = _visible(whole.resize((min(_EDGE, width), min(_EDGE, height)), _RESAMPLING))
        return Measured(
            width=width,
            height=height,
            label=source.form.label,
            transparent=_is_transparent(whole),
            grey=visible is not None and _is_grey(visible),
            brightness=0 if visible is None else _brightness(visible),
            colours=() if visible is None else _dominant(visible),
        )


def colour_name(colour: str) -> str:
    """Return the everyday name that is nearest to six hexadecimal digits."""
    red, green, blue = bytes.fromhex(colour)

    def distance(name: str) -> int:
        other = _NAMES[name]
        # The eye tells greens apart best and blues least.
        return 3 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + 2 * (blue - other[2]) ** 2

    return min(_NAMES, key=distance)


def _visible(image: Image.Image) -> Image.Image | None:
    """Return the pixels that can be seen, in one row of RGB, or None where there are none."""
    raw = image.convert("RGBA").tobytes()
    seen = [raw[at : at + 3] for at in range(0, len(raw), 4) if raw[at + 3] >= _OPAQUE]
    return Image.frombytes("RGB", (len(seen), 1), b"".join(seen)) if seen else None


def _is_transparent(image: Image.Image) -> bool:
    return image.has_transparency_data and image.getchannel("A").getextrema()[0] != 255


def _is_grey(visible: Image.Image) -> bool:
    red, green, blue = visible.split()
    pairs = ((red, green), (green, blue), (red, blue))
    spreads = [ImageChops.difference(*pair).getextrema()[1] for pair in pairs]
    return all(not isinstance(spread, tuple) and spread <= _GREY_SPREAD for spread in spreads)


def _brightness(visible: Image.Image) -> int:
    return round(ImageStat.Stat(visible.convert("L")).mean[0] * 100 / 255)


def _dominant(visible: Image.Image) -> tuple[tuple[str, int], ...]:
    raw = visible.quantize(_COLOURS, kmeans=1).convert("RGB").tobytes()
    counted = Counter(raw[at : at + 3].hex() for at in range(0, len(raw), 3)).most_common()
    shares = ((colour, round(count * 100 / visible.width)) for colour, count in counted)
    return tuple((colour, share) for colour, share in shares if share)
