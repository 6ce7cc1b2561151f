"""Receipts, forms and charts drawn for tests: what stands on each is known."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from playground.evidence.matching.trace import FOUND, trace
from playground.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.reading.lines import Reading

PAPER, INK = (250, 248, 243), (28, 26, 30)
MAX_TILT = 5  # degrees, to either side
QUALITY = 60  # of the JPEG
SIZES = (10, 11, 12, 13, 14, 16, 18, 20, 24, 28)  # pixels of the letters
FONTS = (
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSerif.ttf",
    "dejavu/DejaVuSansMono.ttf",
    "liberation/LiberationSans-Regular.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "liberation/LiberationMono-Regular.ttf",
)
FOLDER = Path("/usr/share/fonts/truetype")
ITEMS = (
    *("Sourdough loaf", "Cardamom bun", "Aged Gouda", "Oat milk", "Paper bag", "Green apples"),
    *("Butter salted", "Coffee beans", "Brown sugar", "Tomatoes", "Rye bread", "Orange juice"),
)
SHOPS = ("Karlssons Bageri", "Corner Grocery", "Northern Books", "Harbour Cafe", "Old Mill Store")
MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True)
class Drawing:
    """An image and the values on it, each as an answer writes it. size: pixels of its letters."""

    kind: str
    size: int
    jpeg: bytes
    values: tuple[str, ...]


def drawing(seed: int, size: int | None = None) -> Drawing:
    """Draw one of the three kinds; the same seed always draws the same."""
    choice = random.Random(seed)
    size = size or SIZES[seed % len(SIZES)]
    kind = ("receipt", "form", "chart")[seed % 3]
    font = _font(choice.choice(FONTS), size)
    image, values = {"receipt": _receipt, "form": _form, "chart": _chart}[kind](choice, font, size)
    tilted = image.rotate(
        choice.uniform(-MAX_TILT, MAX_TILT),
        resample=Image.Resampling.BICUBIC,
        expand=True,
        fillcolor=(206, 200, 190),
    )
    file = io.BytesIO()
    tilted.save(file, "JPEG", quality=QUALITY)
    return Drawing(kind, size, file.getvalue(), tuple(dict.fromkeys(values)))


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the font, or the one that comes with Pillow where this machine has none of them."""
    path = FOLDER / name
    return ImageFont.truetype(path, size) if path.exists() else ImageFont.load_default(size)


def _amount(choice: random.Random, most: int = 900) -> str:
    return f"{choice.randint(3, most)}.{choice.randint(0, 99):02}"


def _date(choice: random.Random) -> tuple[str, str]:
    """Return a day as it is printed, and as an answer writes it."""
    year, month, day = choice.randint(2019, 2026), choice.randint(1, 12), choice.randint(13, 28)
    written = f"{day} {MONTHS.split()[month - 1]} {year}"
    return choice.choice([f"{year}-{month:02}-{day}", f"{day}.{month:02}.{year}"]), written


def _receipt(choice: random.Random, font: ImageFont.FreeTypeFont, size: int):
    shop, number = choice.choice(SHOPS), f"00{choice.randint(100, 999)}"
    printed, written = _date(choice)
    time = f"{choice.randint(0, 23):02}:{choice.randint(0, 59):02}"
    rows = [(shop.upper(), ""), (f"{printed}  {time}", f"#{number}")]
    values = [f"“{shop}”", written, time, number]
    for item in choice.sample(ITEMS, choice.randint(4, 7)):
        amount = _amount(choice)
        rows.append((item, amount))
        values += [f"“{item}”", amount]
    total = f"{choice.randint(1, 9)},{choice.randint(100, 999)}.{choice.randint(0, 99):02}"
    rows += [("TOTAL SEK", total), ("VAT 12 %", vat := _amount(choice))]
    values += [total.replace(",", " ").replace(".", ","), vat]
    return _lines(rows, font, size, width=17), values


def _form(choice: random.Random, font: ImageFont.FreeTypeFont, size: int):
    printed, written = _date(choice)
    code = f"{choice.choice('ABCDEHKMR')}{choice.choice('BDEHKMRT')}-{choice.randint(10000, 99999)}"
    customer, phone = (
        str(choice.randint(100000, 999999)),
        f"0{choice.randint(10, 99)}-{choice.randint(1000, 9999)}",
    )
    amount, share = _amount(choice, 9000), f"{choice.randint(11, 99)} %"
    item = choice.choice(ITEMS)
    rows = [
        ("Invoice number", code),
        ("Customer", customer),
        ("Issued", printed),
        ("Goods", item),
        ("Amount due", f"EUR {amount}"),
        ("Discount", share),
        ("Telephone", phone),
    ]
    return _lines(rows, font, size, width=20, ruled=True), [
        *(code, customer, written, f"“{item}”", amount, share, phone)
    ]


def _lines(rows, font: ImageFont.FreeTypeFont, size: int, *, width: int, ruled: bool = False):
    step = round(size * (2.2 if ruled else 1.75))
    image = Image.new("RGB", (size * width + 6 * size, step * len(rows) + 5 * size), PAPER)
    pen = ImageDraw.Draw(image)
    for place, (left, right) in enumerate(rows):
        top = 2 * size + place * step
        pen.text((2 * size, top), left, INK, font)
        pen.text((image.width - 2 * size, top), right, INK, font, anchor="ra")
        if ruled:
            below = top + round(1.6 * size)
            pen.line([(2 * size, below), (image.width - 2 * size, below)], (190, 188, 184))
    return image


def _chart(choice: random.Random, font: ImageFont.FreeTypeFont, size: int):
    names = choice.sample(["ingest", "resize", "render", "upload", "export", "search"], 5)
    heights = choice.sample(range(12, 990), 5)
    width, height = size * 34, size * 22
    image = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(image)
    title = f"Figure {choice.randint(11, 99)}. Latency by stage"
    pen.text((width / 2, 2 * size), title, INK, font, anchor="mm")
    base, top = height - 4 * size, 5 * size
    for place, (name, value) in enumerate(zip(names, heights, strict=True)):
        left = 3 * size + place * 6 * size
        peak = base - (base - top) * value / 1000
        pen.rectangle([left, peak, left + 3 * size, base], choice.choice(["#3b66c4", "#d98a2b"]))
        pen.text((left + 1.5 * size, peak - 0.9 * size), str(value), INK, font, anchor="mm")
        pen.text((left + 1.5 * size, base + 1.2 * size), name, INK, font, anchor="mm")
    return image, [*map(str, heights), *(f"“{name}”" for name in names)]


def altered(value: str, others: set[str], choice: random.Random) -> str:
    """Return the value with one of its digits another one, none of the values of the image."""
    places = [place for place, sign in enumerate(value) if sign.isdigit()]
    while places:
        place = choice.choice(places)
        digit = choice.choice([one for one in "123456789" if one != value[place]])
        changed = value[:place] + digit + value[place + 1 :]
        if changed not in others:
            return changed
    return value


@dataclass
class Figures:
    """How many values were found: those that stand there, and those with a digit altered."""

    found: int = 0
    true: int = 0
    found_altered: int = 0
    altered: int = 0

    def add(self, drawing: Drawing, reading: Reading, seed: int) -> None:
        kinds = _kinds(drawing.values, reading)
        self.true += len(kinds)
        self.found += sum(kind == FOUND for kind in kinds)
        choice, others = random.Random(seed), {one.strip("“”") for one in drawing.values}
        for value in sorted(others):
            changed = altered(value, others, choice)
            if changed != value:
                self.altered += 1
                self.found_altered += FOUND in _kinds([changed], reading)


def _kinds(values: Iterable[str], reading: Reading) -> list[str]:
    """Return what becomes of values that an answer names."""
    answer = "\n\n".join(f"It says {value} there." for value in values)
    items = trace({"v": render(answer).html}, [reading]).items
    return [item.kind for item in items for _ in item.spoken]
