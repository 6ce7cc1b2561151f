"""The process that reads: one image after the other, until nobody asks for a minute.

`process.py` starts it as `python -m playground.reading.engine`. An image comes in on the standard
input and its lines go out, each behind its length. Whatever holds it up ends it, and who waits for
the answer learns of that: the alarm of the system after too many seconds, a look at its own memory
after too many bytes, the end of the input when who started it is gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from playground.imaging import PictureRefused
from playground.imaging.decoding import opened
from playground.imaging.decoding import read as as_source
from playground.imaging.pixels import scaled, shrunk, simple
from playground.reading.lines import Reading, ReadLine

if TYPE_CHECKING:
    from PIL.Image import Image

OVER_MEMORY = 3  # how the process ends then
LENGTH = struct.Struct(">I")
MAX_EDGE = 2000  # pixels; larger images are made smaller before they are read
MAX_THREADS = 4
LOOK_SECONDS = 0.1  # between two looks at the memory


def main(lock: str, read_seconds: int, idle_seconds: int, max_bytes: int) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand between answers
    threading.Thread(target=_watch_memory, args=(max_bytes,), daemon=True).start()
    signal.alarm(read_seconds)
    read = _load()
    signal.alarm(0)
    with Path(lock).open("a") as turn:
        while select.select([sys.stdin], [], [], idle_seconds)[0]:
            data = receive(sys.stdin.buffer)
            if data is None:
                return
            fcntl.flock(turn, fcntl.LOCK_EX)  # one at a time on this machine
            signal.alarm(read_seconds)
            answer = _answer(read, data)
            signal.alarm(0)
            fcntl.flock(turn, fcntl.LOCK_UN)
            send(answers, json.dumps(answer).encode())


def send(stream: BinaryIO, data: bytes) -> None:
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Return what was sent, or None where the other side ended before it was whole."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def _watch_memory(max_bytes: int) -> None:
    while True:
        if _memory() > max_bytes:
            os._exit(OVER_MEMORY)
        time.sleep(LOOK_SECONDS)


def _memory() -> int:
    """Return the bytes in memory; where the system does not say, the most there ever were."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS
    return pages * resource.getpagesize()


def _load() -> Any:
    """Load the models that lie in the package: nothing is ever fetched."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    threads = min(max((os.cpu_count() or 1) // 2, 1), MAX_THREADS)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # what stands upside down; it turns short numbers round
            "Global.max_side_len": MAX_EDGE,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )


def _answer(read: Any, data: bytes) -> dict[str, Any]:
    try:
        return _reading(read, data).to_json()
    except PictureRefused as refused:
        return {"why_not": refused.reason}
    except MemoryError:
        os._exit(OVER_MEMORY)
    except Exception as error:  # noqa: BLE001 - the libraries raise what they like
        return {"why_not": f"The reader failed: {type(error).__name__}."}


def _reading(read: Any, data: bytes) -> Reading:
    import numpy

    started = time.monotonic()
    image, size = _pixels(data)
    found = read(numpy.asarray(image)[:, :, ::-1])
    parts = () if found.boxes is None else zip(found.txts, found.scores, found.boxes, strict=True)
    lines = (_line(*part, image.size) for part in parts)
    kept = tuple(line for line in lines if line.text)
    return Reading(kept, *size, round(time.monotonic() - started, 3))


def _pixels(data: bytes) -> tuple[Image, tuple[int, int]]:
    """Return what is looked at, on white where the image is transparent; and the whole size."""
    from PIL import Image

    source = as_source(data)
    with opened(source) as picture:
        image, size = picture.image, picture.size
        if source.form.name == "JPEG":
            image.draft(None, scaled(image.size, 2 * MAX_EDGE))
        small = simple(shrunk(image, MAX_EDGE))
        if small.has_transparency_data:
            white = Image.new("RGBA", small.size, "white")
            small = Image.alpha_composite(white, small.convert("RGBA"))
        return small.convert("RGB"), size


def _line(text: str, confidence: float, box: Any, size: tuple[int, int]) -> ReadLine:
    one, two, three, four = ((_share(x, size[0]), _share(y, size[1])) for x, y in box)
    return ReadLine(text.strip(), round(float(confidence), 3), (one, two, three, four))


def _share(at: Any, whole: int) -> float:
    return round(min(max(float(at) / whole, 0.0), 1.0), 5)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
