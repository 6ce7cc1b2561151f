"""What the picture of a share link costs the web process, beside the way it was drawn before.

python -m benchmarks.previews
"""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

from PIL import Image

from playground.sharing.preview import Card, ModelLine, card

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 3


def photograph(edge: int = 800) -> bytes:
    """Noise over gradients, of the size of a preview that is kept of each picture."""
    noise = Image.frombytes("RGB", (edge // 2, edge // 2), os.urandom(edge * edge // 4 * 3))
    hue, light = Image.linear_gradient("L"), Image.radial_gradient("L")
    plain = Image.merge("RGB", (hue, light, hue.rotate(90))).resize((edge, edge))
    file = io.BytesIO()
    Image.blend(noise.resize((edge, edge)), plain, 0.7).save(file, "WEBP", quality=80)
    return file.getvalue()


def by_all_pixels(canvas: Image.Image) -> Image.Image:
    return canvas.quantize(256, kmeans=1)


def measured(draw: Callable[[Card], bytes], shown: Card) -> tuple[float, int]:
    """Return the seconds of CPU of the quickest of a few, and the bytes."""
    seconds = []
    for _ in range(TRIES):
        started = time.process_time()
        size = len(draw(shown))
        seconds.append(time.process_time() - started)
    return min(seconds), size


def main() -> None:
    models = [ModelLine("GPT-4o", "openai", "O")] * 3
    shown = Card("What does the sign say, and where does it lead?", "", models, photograph())
    print(
        "now:    {:.2f} s of CPU, {:,} bytes (to reach: 0.3 s)".format(*measured(card.draw, shown))
    )
    with patch.object(card, "_with_palette", by_all_pixels):
        print("before: {:.2f} s of CPU, {:,} bytes".format(*measured(card.draw, shown)))


if __name__ == "__main__":
    main()
