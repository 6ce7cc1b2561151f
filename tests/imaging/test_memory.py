"""A process that took in pictures gives their memory back."""

from __future__ import annotations

import subprocess
import sys

MAX_GROWN_MB = 60
# Each thread of glibc has an arena of its own: what is kept there comes once for each of them.
TAKE_IN = """
import io, re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from PIL import Image
from playground.imaging import inspect, limits, thumbnail

limits.DECODE_WAIT_SECONDS = 600  # on a busy machine the last of them waits longer for its turn

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

def taken(data):
    inspect(data)
    thumbnail(data, 800)

def picture(form, size):
    target = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(target, form)
    return target.getvalue()

few = [picture(form, (320, 240)) for form in ("JPEG", "PNG", "WEBP")]
large = [picture("JPEG", size) for size in ((4000, 3000), (3000, 2000), (2000, 1500))]
large += [picture("PNG", (2000, 1500)), picture("WEBP", (1600, 1200))]
list(map(taken, few))
before = held()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(taken, large * 5))
    print(held() - before)
"""


def test_what_decoding_took_is_given_back() -> None:
    command = [sys.executable, "-c", TAKE_IN]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MAX_GROWN_MB
