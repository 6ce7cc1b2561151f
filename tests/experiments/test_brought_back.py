"""What is downloaded of a test set can be brought in again, in each form."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments import cases, test_sets
from playground.experiments.sources.archive import open_archive
from playground.experiments.sources.columns import CaseDraft, drafts, guess
from playground.experiments.sources.file_names import FileNames
from playground.experiments.sources.reading import read_table
from playground.images.store import store
from tests.conftest import png

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.sources.archive import Archive
    from playground.experiments.sources.rows import Table

pytestmark = pytest.mark.django_db


def downloaded(client: Client, form: str) -> bytes:
    """A set of a case with two images and one with a question of its own, as a file."""
    red, blue = store(png("red")), store(png("blue"))
    made = test_sets.create("Totals", None)
    content = cases.Content(
        images=((red, "a.png"), (blue, "b.png")),
        variables={"shop": "Dune", "note": "of the variable"},
        expected="9.60",
        tags=("receipt", "small print"),
    )
    other = cases.Content(images=((red, "a.png"),), question='How "many"?\nAll', note="faint")
    version = cases.add(made.test_set, [content, other])
    answer: Any = client.get(f"{version.test_set.get_absolute_url().rstrip('/')}.{form}")
    return b"".join(answer.streaming_content)


def brought(table: Table) -> list[CaseDraft]:
    rows = list(table.rows)
    return list(drafts(rows, guess(table.columns, rows)))


def facts(one: CaseDraft) -> tuple[object, ...]:
    filled = {name: value for name, value in one.variables.items() if value}
    return one.images, filled, one.question, one.expected, one.tags, one.note


def found(case: CaseDraft, archive: Archive) -> list[str | None]:
    """Return the files of the archive that the case names."""
    names = FileNames(archive.images)
    return [names.find(one) for one in case.images]


FIRST = {"shop": "Dune", "note": "of the variable"}


def test_promptfoos_tests_of_a_test_set_give_its_cases(client: Client) -> None:
    archive = open_archive(BytesIO(downloaded(client, "promptfoo")))
    name, content = archive.table() or ("", BytesIO())
    first, second = brought(read_table(content, name))
    assert found(first, archive) == ["images/a.png", "images/b.png"]
    assert facts(first)[1:] == (
        *(FIRST, "", "9.60"),
        *(("receipt", "small print"), ""),
    )
    assert facts(second)[2:] == ('How "many"?\nAll', "", (), "faint")


@pytest.mark.parametrize("form", ["csv?as=exact", "csv", "jsonl"])
def test_a_table_of_a_test_set_gives_its_cases(client: Client, form: str) -> None:
    name = f"cases.{form.partition('?')[0]}"
    first, second = brought(read_table(BytesIO(downloaded(client, form)), name))
    assert facts(first) == (
        *(("a.png", "b.png"), FIRST, "", "9.60"),
        *(("receipt", "small print"), ""),
    )
    assert facts(second) == (("a.png",), {}, 'How "many"?\nAll', "", (), "faint")


def test_an_archive_of_a_test_set_gives_its_cases_and_images(client: Client) -> None:
    archive = open_archive(BytesIO(downloaded(client, "zip")))
    name, content = archive.table() or ("", BytesIO())
    first, second = brought(read_table(content, name))
    assert found(first, archive) == ["images/a.png", "images/b.png"]
    assert found(second, archive) == ["images/a.png"]
    assert first.variables == FIRST
    assert b"".join(archive.pieces("images/a.png", 10_000)).startswith(b"\x89PNG")
