"""How long a newcomer waits for the first answer: python -m benchmarks.first_press

Without a key and without a network: the receipt of the examples, read by the text reader from the
press of Run to the stored answer. The first press starts the reader's process, the second finds it.
A page is pressed as a program does it; a browser sees the answer at the same moment.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import requests

from benchmarks.processes import command, computed, family, megabytes
from benchmarks.tables import Row, show
from tests.product import ROOT, Server, collected, serve, stop

LIMIT_SECONDS, LIMIT_MEGABYTES = 6.0, 500
RECEIPT = ROOT / "static/examples/receipt.webp"
POLL_SECONDS = 0.2
READER = "playground.reading.engine"


def press(server: Server) -> tuple[float, str]:
    """Press Run once; returns the seconds to the stored answer, and the answer."""
    with closing(requests.Session()) as session:
        page = session.get(server.url + "/", timeout=30).text
        chosen = re.findall(r'data-remove-model="([^"]+)"', page)
        fields = {"prompt": "What is the total?", "models": chosen}
        fields |= {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
        files = {"images": ("receipt.webp", RECEIPT.read_bytes())}
        began = time.monotonic()
        run = session.post(server.url + "/runs/", fields, files=files, timeout=30).url
        while True:
            answer = session.get(run.rstrip("/") + ".json", timeout=30).json()
            if answer["status"] in {"completed", "failed", "cancelled", "unknown"}:
                return time.monotonic() - began, answer["output"]
            time.sleep(POLL_SECONDS)


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="first-press-"))
    server = serve(folder, READER="1", READER_SECONDS="120", **collected(folder))
    try:
        idle = sum(megabytes(pid)[1] for pid in family(server.process.pid))
        cpu = computed(server.process.pid)
        first, answer = press(server)
        cpu = computed(server.process.pid) - cpu
        second, _ = press(server)
        reader = [pid for pid in family(server.process.pid) if READER in command(pid)]
        held = megabytes(reader[0])[0]
    finally:
        stop(server)
    print("the total was read" if "429.57" in answer else f"NOT READ: {answer[:300]}")
    rows = [
        Row(
            "press to answer, reader started", first, LIMIT_SECONDS, "s", note=f"{cpu:.1f} s of CPU"
        ),
        Row("press to answer, reader there", second, LIMIT_SECONDS, "s"),
        Row("memory of the reader", held, LIMIT_MEGABYTES, "MB"),
        Row("memory of web and worker before it", idle, None, "MB"),
    ]
    return show(rows) or "429.57" not in answer


if __name__ == "__main__":
    sys.exit(main())
