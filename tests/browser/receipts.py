"""Receipts for tests, drawn here: what is on each is known."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOPS, ITEMS = 40, ("Bread", "Milk", "Cheese")


@dataclass(frozen=True)
class Receipt:
    number: int

    @property
    def shop(self) -> str:
        return f"Shop {self.number:02}"

    @property
    def prices(self) -> list[int]:
        """In hundredths."""
        return [(self.number * 37 + place * 113) % 900 + 50 for place in range(len(ITEMS))]

    @property
    def total(self) -> str:
        return f"{sum(self.prices) / 100:.2f}"

    @property
    def name(self) -> str:
        return f"receipt-{self.number:02}.png"

    def drawn(self) -> bytes:
        image = Image.new("RGB", (240, 160), "white")
        pen = ImageDraw.Draw(image)
        lines = zip(ITEMS, self.prices, strict=True)
        text = [self.shop, *(f"{item:<10}{price / 100:>8.2f}" for item, price in lines)]
        pen.multiline_text((12, 12), "\n".join([*text, f"TOTAL {self.total:>12}"]), fill="black")
        data = io.BytesIO()
        image.save(data, "PNG")
        return data.getvalue()


RECEIPTS = tuple(Receipt(number) for number in range(SHOPS))


def table(receipts: Sequence[Receipt] = RECEIPTS) -> bytes:
    """Return the CSV that names them: images, shop, expected, tags."""
    data = io.StringIO()
    rows = csv.writer(data)
    rows.writerow(["images", "shop", "expected", "tags"])
    for one in receipts:
        rows.writerow([one.name, one.shop, one.total, "even" if one.number % 2 == 0 else "odd"])
    return data.getvalue().encode()
