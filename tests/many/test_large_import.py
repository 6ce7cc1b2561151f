"""Five thousand cases in a ZIP of 200 MB, brought into a playground that goes on answering."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
import requests
from PIL import Image

from tests.many.pressing import CSRF
from tests.many.sockets import children
from tests.patience import PATIENCE_SECONDS
from tests.product import Server, serve, stop
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes
CASES = 5_000
MAX_PEAK_KB = 400 * 1024
PEAK = re.compile(r"VmHWM:\s+(\d+)")
KEPT = re.compile(r'<strong class="number">([\d,]+)</strong>\s*of <span class="number">5,000<')


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(tmp_path_factory.mktemp("large"))
    yield server
    stop(server)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ZIP of 200 MB: a table, and an image for each row but the last."""
    path = tmp_path_factory.mktemp("archive") / "receipts.zip"
    head, rest = noise()
    with zipfile.ZipFile(path, "w") as packed:
        rows = (f"images/{n}.png,{n}.50" for n in range(CASES + 1))
        packed.writestr("cases.csv", "\n".join(["image,expected", *rows]))
        for n in range(CASES):
            packed.writestr(f"images/{n}.png", head + comment(n) + rest)
    return path


def noise() -> tuple[bytes, bytes]:
    """Return the PNG of a picture that no format makes smaller, parted behind its header."""
    data = io.BytesIO()
    pixels = random.Random(1).randbytes(115 * 115 * 3)
    Image.frombytes("RGB", (115, 115), pixels).save(data, "PNG", compress_level=0)
    return data.getvalue()[:33], data.getvalue()[33:]


def comment(number: int) -> bytes:
    """Return a chunk of text, which makes another file of the same picture."""
    body = b"tEXtComment\0%d" % number
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


class Importer:
    """A person at a browser without script. A page that is asked for again is a reload."""

    def __init__(self, server: Server) -> None:
        self.url, self.address = server.url, ""

    def page(self) -> str:
        """Return the page of the import; the test set's, once it is there."""
        return requests.get(self.url + self.address, timeout=PATIENCE_SECONDS).text

    def press(self, address: str, fields: dict[str, str], files: dict[str, IO[bytes]]) -> None:
        answer = requests.post(
            self.url + address,
            data=fields | {"csrfmiddlewaretoken": CSRF},
            files=files,
            cookies={"csrftoken": CSRF},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 303, answer.text[:500]
        self.address = answer.headers["Location"]


def peak_kb(server: Server) -> int:
    """Return the most memory that one process of the playground has held."""
    pids = [server.process.pid, *children(server.process.pid)]
    peaks = (PEAK.search(Path(f"/proc/{pid}/status").read_text()) for pid in pids)
    return max(int(peak[1]) for peak in peaks if peak)


def test_five_thousand_cases_of_200_mb_come_in(playground: Server, archive: Path) -> None:
    assert 190 < archive.stat().st_size / 2**20 < 200
    person = Importer(playground)
    with archive.open("rb") as file:
        person.press("/imports/", {}, {"files": file})
    until(lambda: "5,000 of 5,001 rows are ready" in person.page(), "the table is read")
    assert "images/5000.png" in person.page()
    person.press(person.address, {"out-all": "1", "keep": "1"}, {})
    counts = set()
    until(
        lambda: counts.update(KEPT.findall(person.page())) or "5,000 cases" in person.page(),
        "they are kept",
        seconds=10 * PATIENCE_SECONDS,
    )
    assert len(counts) > 2
    assert peak_kb(playground) < MAX_PEAK_KB
