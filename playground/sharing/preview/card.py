"""The picture of a link: what was asked, of which models, and one image if the link shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw, ImageOps

from playground.sharing.preview.lettering import Lettering, lines

WIDTH, HEIGHT = 1200, 630  # pixels, as the services that show such pictures ask for
MARGIN, PICTURE = 64, 470
MAX_MODELS = 3  # rows; further ones are counted
SHRUNK = 4  # how often the side of the copy from which colours are chosen goes into the canvas

# The light side of static/css/tokens.css
CANVAS, LINE, INK, MUTED, ACCENT = "#f7f8fa", "#e0e2e6", "#13161d", "#4a4f56", "#295dde"
VENDORS = {
    "anthropic": "#ad4e28",
    "google": "#0c6ec3",
    "openai": "#08745d",
    "meta-llama": "#913fa8",
}


@dataclass(frozen=True)
class ModelLine:
    """vendor: the first part of a model's id. letter: its mark."""

    name: str
    vendor: str
    letter: str


@dataclass(frozen=True)
class Card:
    """What is drawn. summary: in its place where the fonts cannot draw the prompt.

    picture: bytes of an image that Pillow reads, or none.
    """

    prompt: str
    summary: str
    models: Sequence[ModelLine]
    picture: bytes | None = None


def draw(card: Card) -> bytes:
    """Return a PNG of 1200 × 630. The palette keeps it small enough for chat programs."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), CANVAS)
    width = WIDTH - 2 * MARGIN
    if card.picture and _paste(canvas, card.picture):
        width -= PICTURE
    pen, lettering = ImageDraw.Draw(canvas), Lettering()
    _brand(pen, lettering)
    text = lettering.drawable(card.prompt) or card.summary
    _text(pen, lettering, text, width)
    _models(pen, lettering, card.models, width)
    file = BytesIO()
    _with_palette(canvas).save(file, "PNG")
    return file.getvalue()


def _with_palette(canvas: Image.Image) -> Image.Image:
    """Our colours, and others chosen by a sixteenth of the pixels: by all it takes seconds."""
    small = canvas.resize((WIDTH // SHRUNK, HEIGHT // SHRUNK), Image.Resampling.BOX)
    ours = [ImageColor.getrgb(one) for one in (CANVAS, LINE, INK, MUTED, ACCENT, *VENDORS.values())]
    chosen = small.quantize(256 - len(ours)).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in ours for part in colour] + chosen)
    return canvas.quantize(palette=palette, dither=Image.Dither.NONE)


def _paste(canvas: Image.Image, data: bytes) -> bool:
    """Fill the right side with the picture; False where it cannot be read."""
    try:
        with Image.open(BytesIO(data)) as picture:
            on_white = Image.alpha_composite(
                Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")
            )
    except (OSError, ValueError, Image.DecompressionBombError):
        return False
    left = WIDTH - PICTURE
    canvas.paste(ImageOps.fit(on_white.convert("RGB"), (PICTURE, HEIGHT)), (left, 0))
    ImageDraw.Draw(canvas).line([(left, 0), (left, HEIGHT)], fill=LINE, width=1)
    return True


def _brand(pen: ImageDraw.ImageDraw, lettering: Lettering) -> None:
    left, top, size, arm = MARGIN, MARGIN - 4, 34, 11
    right, bottom = left + size, top + size
    for x, y, to_x, to_y in (
        (left, top, 1, 1),
        (right, top, -1, 1),
        (left, bottom, 1, -1),
        (right, bottom, -1, -1),
    ):
        corner = [(x, y + to_y * arm), (x, y), (x + to_x * arm, y)]
        pen.line(corner, fill=ACCENT, width=4, joint="curve")
    middle = (left + size / 2, top + size / 2)
    pen.circle(middle, 7, fill=ACCENT)
    font = lettering.font(28, 600)
    pen.text((right + 18, middle[1]), "Vision Playground", fill=MUTED, font=font, anchor="lm")


def _text(pen: ImageDraw.ImageDraw, lettering: Lettering, text: str, width: int) -> None:
    size = 54 if len(text) <= 90 else 44
    font, step = lettering.font(size, 600), round(size * 1.24)
    top, bottom = 140, HEIGHT - MARGIN - 170
    for number, line in enumerate(lines(text, font, width, (bottom - top) // step)):
        pen.text((MARGIN, top + number * step), line, fill=INK, font=font)


def _models(
    pen: ImageDraw.ImageDraw, lettering: Lettering, models: Sequence[ModelLine], width: int
) -> None:
    """Rows at the bottom, the last one on the margin; more than fit are counted."""
    shown = models if len(models) <= MAX_MODELS else models[: MAX_MODELS - 1]
    rows = len(shown) + (len(shown) < len(models))
    top, font = HEIGHT - MARGIN - rows * 50 + 10, lettering.font(28, 500)
    for number, model in enumerate(shown):
        y = top + number * 50
        colour = VENDORS.get(model.vendor, MUTED)
        pen.rounded_rectangle([MARGIN, y, MARGIN + 36, y + 36], 8, fill=colour)
        pen.text((MARGIN + 18, y + 18), model.letter, fill="white", font=font, anchor="mm")
        name = lines(model.name, font, width - 54, 1)[0]
        pen.text((MARGIN + 54, y + 18), name, fill=INK, font=font, anchor="lm")
    if len(shown) < len(models):
        more = f"and {len(models) - len(shown)} more"
        pen.text((MARGIN, top + (rows - 1) * 50 + 18), more, fill=MUTED, font=font, anchor="lm")
