"""What taking in pictures leaves in memory: python -m benchmarks.pictures --pictures 500

Uploads mixed pictures of up to 12 megapixels to a real web process, eight at a time, and reads what
each process of the playground holds before and after. Every picture is new to it.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pillow_heif
import requests
from PIL import Image

from benchmarks.processes import command, family, megabytes
from benchmarks.servers import playground, provider
from benchmarks.tables import Row, show

if TYPE_CHECKING:
    from tests.product import Server

MAX_GROWTH_MB = 60.0  # megabytes
CONCURRENT = 8
SIZES = ((640, 480), (1600, 1200), (3000, 2000), (4000, 3000))
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
MAX_BYTES = 20 * 1024 * 1024
_local = threading.local()


def kinds() -> list[tuple[str, bytes]]:
    """Return one picture of each format and size, as far as it is small enough to be taken."""
    pillow_heif.register_heif_opener()
    chance, made = random.Random(1), []
    for size in SIZES:
        coarse = (size[0] // 16, size[1] // 16)
        image = Image.frombytes("RGB", coarse, chance.randbytes(3 * coarse[0] * coarse[1]))
        image = image.resize(size)
        for form in FORMS:
            if form == "GIF" and size == SIZES[-1]:
                continue
            options = {"speed": 10} if form == "AVIF" else {}
            target = io.BytesIO()
            exif = Image.Exif()
            exif[0x0112] = 6 if form in {"JPEG", "WEBP"} and size == SIZES[1] else 1
            image.save(target, form, exif=exif, **options)
            if target.tell() < MAX_BYTES - 20:
                made.append((form, target.getvalue()))
    return made


def as_new(form: str, data: bytes, number: int) -> bytes:
    """Return the same picture with other bytes behind its end."""
    mark = number.to_bytes(4, "big")
    return data + (b"\0\0\0\x0cfree" + mark if form in {"AVIF", "HEIF"} else mark)


def upload(server: Server, form: str, data: bytes) -> int:
    session = _session(server)
    files = {"image": (f"a.{form.lower()}", data)}
    answer = session.post(f"{server.url}/images/", files=files, timeout=300)
    return int(answer.status_code)


def _session(server: Server) -> requests.Session:
    if not hasattr(_local, "session"):
        session = requests.Session()
        page = session.get(server.url, timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        session.headers["X-CSRFToken"] = token[1] if token else ""
        session.headers["Referer"] = server.url
        _local.session = session
    found: requests.Session = _local.session
    return found


def held(server: Server) -> dict[str, float]:
    """Return what is resident of each process, by what it is."""
    return {
        f"{'worker' if ' worker' in command(pid) else 'web'} {pid}": megabytes(pid)[0]
        for pid in family(server.process.pid)
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--pictures", type=int, default=500)
    given = parser.parse_args()
    made = kinds()
    with provider() as fake, playground(fake) as server:
        _session(server)
        time.sleep(3)
        before = held(server)
        with ThreadPoolExecutor(CONCURRENT) as pool:
            every = ((*made[n % len(made)], n) for n in range(given.pictures))
            codes = list(pool.map(lambda one: upload(server, one[0], as_new(*one)), every))
        time.sleep(3)
        after = held(server)
    taken = sum(code < 300 for code in codes)
    print(f"{taken} of {given.pictures} taken in", file=sys.stderr)
    grown = {name: after[name] - before.get(name, 0.0) for name in after}
    return show(
        [
            Row(name, grown[name], MAX_GROWTH_MB, "MB", note=f"{before.get(name, 0):.0f} MB before")
            for name in grown
        ]
    ) or int(taken < given.pictures)


if __name__ == "__main__":
    sys.exit(main())
