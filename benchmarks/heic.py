"""Our own time from the drop of a phone's HEIC to the bytes being ready to send.

    python -m benchmarks.heic

Takes the picture in as an upload is taken in: inspected, prepared, its thumbnails made.
"""

from __future__ import annotations

import io
import itertools
import os
import time

import pillow_heif
from PIL import Image

from playground import imaging

SIZE = (4032, 3024)
TRIES = 3


def phone_picture() -> bytes:
    """A noisy picture: harder to decode than most photographs."""
    noise = Image.frombytes("RGB", (504, 378), os.urandom(504 * 378 * 3)).resize(SIZE)
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    noise.save(file, "HEIF", quality=80)
    return file.getvalue()


def taken_in(data: bytes) -> dict[str, float]:
    """Return the seconds of each step."""
    marks = [time.perf_counter()]
    imaging.inspect(data)
    marks.append(time.perf_counter())
    prepared = imaging.prepare(data)
    marks.append(time.perf_counter())
    for edge in imaging.THUMBNAIL_EDGES:
        imaging.thumbnail(prepared.data, edge)
    marks.append(time.perf_counter())
    steps = [end - start for start, end in itertools.pairwise(marks)]
    return dict(zip(("inspect", "prepare", "thumbnails"), steps, strict=True))


def main() -> None:
    data = phone_picture()
    print(f"{SIZE[0]}x{SIZE[1]} HEIC, {len(data) / 2**20:.1f} MB")
    for _ in range(TRIES):
        steps = taken_in(data)
        each = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in steps.items())
        print(f"{each}: {sum(steps.values()):.2f} s in all (to reach: 2 s)")


if __name__ == "__main__":
    main()
