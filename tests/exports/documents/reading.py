"""Makes files of runs and takes them apart again."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from typing import TYPE_CHECKING

from playground.exports.documents import as_html, as_zip

if TYPE_CHECKING:
    from playground.exports.redaction import ShownComparison, ShownRun

DATA = re.compile(r'src="data:([\w/]+);base64,([^"]*)"')


def page_of(shown: ShownRun | ShownComparison) -> str:
    return b"".join(as_html(shown)).decode()


def pictures_in(page: str) -> list[tuple[str, bytes]]:
    """Return type and bytes of each picture in a page."""
    return [(kind, base64.b64decode(data, validate=True)) for kind, data in DATA.findall(page)]


def files_in(shown: ShownRun | ShownComparison) -> dict[str, bytes]:
    """Return the files of the archive by their names, without the folder around them."""
    with zipfile.ZipFile(io.BytesIO(b"".join(as_zip(shown)))) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
