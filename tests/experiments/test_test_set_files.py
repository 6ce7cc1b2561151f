"""Downloads of a test set: what each form holds, and that nothing in them harms."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments import cases, test_sets
from playground.experiments.sources.columns import drafts, guess
from playground.experiments.sources.reading import read_table
from playground.images.store import store
from tests.conftest import png

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.test_set import Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Version:
    """Two cases; both images have one name, and one of the texts looks like a formula."""
    red, blue = store(png("red")), store(png("blue"))
    made = test_sets.create("Totals in Åland", None)
    content = cases.Content(
        images=((red, "../a;b.png"), (blue, "../a;b.png")),
        variables={"shop": "Dune", "note": "of the variable"},
        expected="=1+1",
        tags=("receipt", "small"),
    )
    other = cases.Content(images=((red, "x.png"),), question='How "many"?\nAll', note="faint")
    return cases.add(made.test_set, [content, other])


def sent(client: Client, version: Version, form: str) -> bytes:
    answer: Any = client.get(f"{version.test_set.get_absolute_url().rstrip('/')}.{form}")
    return b"".join(answer.streaming_content)


def archive(client: Client, version: Version, form: str = "zip") -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(sent(client, version, form)))


def test_the_csv_has_a_column_for_each_variable(client: Client, version: Version) -> None:
    text = sent(client, version, "csv?as=exact").decode()
    first, second = csv.DictReader(io.StringIO(text))
    assert first["images"] == "a-b.png;a-b-2.png"
    assert (first["shop"], first["{{note}}"]) == ("Dune", "of the variable")
    assert (first["expected"], first["tags"]) == ("=1+1", "receipt;small")
    assert (second["question"], second["note"]) == ('How "many"?\nAll', "faint")


def test_what_is_downloaded_is_understood_when_it_is_brought_in_again(
    client: Client, version: Version
) -> None:
    content = cases.Content(variables={"label": "a", "path": "b", "shop": "c"}, expected="5")
    cases.add(version.test_set, [content])
    for form in ("csv", "csv?as=exact", "jsonl"):
        name = f"cases.{form.partition('?')[0]}"
        read = read_table(io.BytesIO(sent(client, version, form)), name)
        rows = list(read.rows)
        last = list(drafts(rows, guess(read.columns, rows)))[-1]
        kept = {name: value for name, value in last.variables.items() if value}
        assert (last.images, kept, last.expected) == ((), content.variables, "5")


def test_a_spreadsheet_runs_nothing_of_it(client: Client, version: Version) -> None:
    text = sent(client, version, "csv").decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["expected"] == "'=1+1"


def test_json_lines_leave_out_what_is_not_there(client: Client, version: Version) -> None:
    lines = [json.loads(line) for line in sent(client, version, "jsonl").splitlines()]
    assert lines[1] == {"images": ["a-b.png"], "question": 'How "many"?\nAll', "note": "faint"}


def test_the_archive_has_each_image_once(client: Client, version: Version) -> None:
    found = archive(client, version)
    folder = f"totals-in-aland-v{version.number}"
    assert sorted(found.namelist()) == [
        f"{folder}/cases.jsonl",
        f"{folder}/images/a-b-2.png",
        f"{folder}/images/a-b.png",
    ]
    red = found.read(f"{folder}/images/a-b.png")
    assert sha256(red).digest() == sha256(png("red")).digest()
    first = json.loads(found.read(f"{folder}/cases.jsonl").splitlines()[0])
    assert first["images"] == ["images/a-b.png", "images/a-b-2.png"]


def test_promptfoo_gets_variables_files_and_an_assertion(client: Client, version: Version) -> None:
    found = archive(client, version, "promptfoo")
    first, second = json.loads(found.read(f"{found.namelist()[0]}"))
    assert first["vars"]["image2"] == "file://images/a-b-2.png"
    assert first["assert"] == [{"type": "equals", "value": "=1+1"}]
    assert first["metadata"] == {"tags": ["receipt", "small"]}
    assert second["vars"] == {"question": 'How "many"?\nAll', "image": "file://images/a-b.png"}


def test_an_old_version_is_downloaded_as_it_was(client: Client, version: Version) -> None:
    assert len(sent(client, version, "jsonl?version=1").splitlines()) == 2
    assert (
        client.get(f"{version.test_set.get_absolute_url()[:-1]}.csv?version=2").status_code == 404
    )


def test_an_image_that_the_storage_lost_is_empty_in_the_archive(
    client: Client, version: Version
) -> None:
    image = version.cases.all()[1].images.get().image
    variant = image.variants.get()
    variant.file.storage.delete(variant.file.name)
    assert archive(client, version).read("totals-in-aland-v1/images/a-b.png") == b""
