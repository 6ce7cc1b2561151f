"""pandas, Polars, pandoc, bibtexparser and jq read what the playground writes: `make interop`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.exports import comparison_as_markdown
from playground.exports.citations import cite_run
from playground.exports.redaction import EVERYTHING, shown_comparison
from playground.runs.models.comparison import Comparison
from tests.interop.answers import ANSWERS
from tests.interop.conftest import read_by, said_by
from tests.servers.packages import program

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from playground.runs.models.run import Run

pytestmark = [pytest.mark.interop, pytest.mark.django_db]


def saved(client: Client, address: str, folder: Path) -> Path:
    """Download a file as a browser does."""
    file = folder / "file"
    response: Any = client.get(address)
    file.write_bytes(response.getvalue())
    return file


@pytest.mark.parametrize("way", ["pandas_csv", "polars_csv", "pandas_jsonl", "polars_jsonl"])
def test_every_answer_comes_back(
    answered: list[Run], client: Client, tmp_path: Path, way: str
) -> None:
    kind = way.partition("_")[2]
    found = read_by(way, saved(client, f"/runs/export.{kind}?as=exact", tmp_path))
    assert sorted(found["output"]) == sorted(ANSWERS)


@pytest.mark.parametrize("way", ["pandas_csv", "polars_csv"])
def test_numbers_are_numbers_in_a_file_for_spreadsheets(
    answered: list[Run], client: Client, tmp_path: Path, way: str
) -> None:
    found = read_by(way, saved(client, "/runs/export.csv", tmp_path))
    assert {"-5", "1e5", "'=1+1"} <= set(found["output"])


def test_jq_reads_each_answer(answered: list[Run], client: Client, tmp_path: Path) -> None:
    file = saved(client, "/runs/export.jsonl", tmp_path)
    told = said_by(program("jq", "jq"), "--slurp", "[.[].output]", file)
    assert sorted(json.loads(told)) == sorted(ANSWERS)


@pytest.mark.parametrize("dialect", ["gfm", "commonmark"])
def test_no_answer_reaches_the_next_one(answered: list[Run], dialect: str) -> None:
    comparison = Comparison.objects.create()
    note = comparison_as_markdown(shown_comparison(comparison, answered, EVERYTHING))
    pandoc = program("pandoc", "pandoc")
    blocks = json.loads(said_by(pandoc, "--from", dialect, "--to", "json", stdin=note))["blocks"]
    levels = [one["c"][0] for one in blocks if one["t"] == "Header"]
    assert levels == [1, 2, *[2, 3] * len(ANSWERS)]


def test_every_citation_is_an_entry_of_its_own(answered: list[Run], tmp_path: Path) -> None:
    cited = [cite_run(run, f"http://testserver{run.get_absolute_url()}") for run in answered]
    texts = [one.text for forms in cited for one in forms if one.name == "bibtex"]
    (tmp_path / "all.bib").write_text("\n\n".join(texts), encoding="utf-8")
    entries = read_by("bibtex", tmp_path / "all.bib")
    assert len({key for key, _ in entries}) == len(ANSWERS)
    assert [fields["url"] for _, fields in entries] == [
        f"http://testserver{run.get_absolute_url()}" for run in answered
    ]
