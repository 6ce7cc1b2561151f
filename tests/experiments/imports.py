"""Imports for tests: files as a browser sends them, and a worker that carries what waits."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from playground.experiments import importing
from playground.experiments.models.importing import Import
from tests.conftest import png

if TYPE_CHECKING:
    from django.test import Client

TABLE = "file,what,truth,tags\nred.png,the colour,10.57,a; b\nblue.png,the colour,46.03,a\n"


def image(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{colour}.png", png(colour), "image/png")


def table(text: str = TABLE, name: str = "numbers.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def archive(files: dict[str, bytes | str], name: str = "all.zip") -> SimpleUploadedFile:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in files.items():
            file.writestr(path, content)
    return SimpleUploadedFile(name, data.getvalue(), "application/zip")


def sent(client: Client, *files: SimpleUploadedFile, **fields: Any) -> Import:
    """Send files, and let a worker look at them; returns the row as it is then."""
    answer = client.post("/imports/", {"files": list(files), **fields})
    assert answer.status_code == 303, answer.content.decode()
    return carried(Import.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2]))


def carried(import_: Import) -> Import:
    importing.carry(import_.pk)
    import_.refresh_from_db()
    return import_


def kept(client: Client, import_: Import, **fields: Any) -> Import:
    """Press *Bring in the cases*, and let a worker do so."""
    client.post(import_.get_absolute_url(), {"keep": "1", **fields})
    return carried(import_)
