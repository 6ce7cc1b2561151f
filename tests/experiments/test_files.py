"""An experiment as files: one line a cell with all marks, promptfoo's results, preference pairs."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from playground.experiments.files.cells import CHUNK_CELLS, rows_of
from playground.experiments.files.lines import as_csv
from playground.experiments.models.mark import Judge, Mark, Source
from playground.experiments.plan import Column
from playground.exports import Manner
from playground.runs.models.run import Run
from tests.conftest import FLASH, GPT
from tests.experiments.sets import answered, started, version_of

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.experiment import Experiment

pytestmark = pytest.mark.django_db


def written(client: Client, experiment: Experiment, form: str, query: str = "") -> str:
    response: Any = client.get(reverse(f"experiment-{form}", args=[experiment.pk]) + query)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_cell_is_a_line_with_what_each_said(client: Client) -> None:
    experiment = started(version_of("1", "2", images=True))
    answered(experiment, "yn", "y-")
    run = experiment.comparison.runs.get(position=0)
    judge = Judge.objects.create(experiment=experiment, model_id=GPT, rubric="Is it right?")
    Mark.objects.create(run=run, source=Source.PERSON, right=False, note="too long")
    Mark.objects.create(run=run, source=Source.JUDGE, judge=judge, score=0.5)
    lines = table(written(client, experiment, "csv", "?as=exact"))
    assert [(one["case"], one["variant"], one["status"]) for one in lines] == [
        ("1", "1", "completed"),
        ("1", "2", "completed"),
        ("2", "1", "completed"),
        ("2", "2", "failed"),
    ]
    first = lines[0]
    assert (first["expected"], first["images"], first["answer"]) == ("1", "0.png", "y")
    assert first["rule 1 (Equals): verdict"] == "right"
    assert first["rule 1 (Equals): read"] == "read y"
    assert (first["person: verdict"], first["person: note"]) == ("wrong", "too long")
    assert first[f"judge {GPT}: score"] == "0.5"


def test_what_starts_like_a_formula_is_made_text(client: Client) -> None:
    experiment = started(version_of("1"))
    answered(experiment, "yy")
    Run.objects.update(output="=1+1")
    assert table(written(client, experiment, "csv"))[0]["answer"] == "'=1+1"


def test_json_lines_say_the_same(client: Client) -> None:
    experiment = started(version_of("1"))
    answered(experiment, "yn")
    first, second = map(json.loads, written(client, experiment, "jsonl").splitlines())
    assert first["case"]["expected"] == "1"
    assert [one["right"] for one in (*first["marks"], *second["marks"])] == [True, False]
    assert first["marks"][0]["rule"] == {"rule": "equals"}
    assert first["variant"]["model"] == FLASH


def test_right_answers_are_preferred_to_wrong_ones(client: Client) -> None:
    experiment = started(version_of("1", "2", "3"))
    answered(experiment, "yn", "ny", "yy")
    pairs = [json.loads(one) for one in written(client, experiment, "preferences").splitlines()]
    assert [(one["case"], one["chosen_model"]) for one in pairs] == [(1, FLASH), (2, GPT)]
    assert (pairs[0]["chosen"], pairs[0]["rejected"]) == ("y", "n")


def test_people_are_believed_before_rules(client: Client) -> None:
    experiment = started(version_of("1"))
    answered(experiment, "yn")
    for run, right in zip(experiment.comparison.cells(), (False, True), strict=True):
        Mark.objects.create(run=run, source=Source.PERSON, right=right)
    pair = json.loads(written(client, experiment, "preferences"))
    assert (pair["chosen_model"], pair["chosen"]) == (GPT, "n")


def test_answers_to_different_prompts_are_no_pair(client: Client) -> None:
    columns = (Column(FLASH, "What is {{thing}}?"), Column(FLASH, "Say {{thing}}"))
    experiment = started(version_of("1"), columns=columns)
    answered(experiment, "yn")
    assert written(client, experiment, "preferences") == ""


def test_promptfoo_gets_a_result_for_each_cell(client: Client) -> None:
    experiment = started(version_of("1", "2", images=True))
    answered(experiment, "yn", "y-")
    whole = json.loads(written(client, experiment, "promptfoo"))["results"]
    assert (whole["version"], len(whole["results"])) == (3, 4)
    assert whole["stats"]["successes"] == 2
    assert (whole["stats"]["failures"], whole["stats"]["errors"]) == (1, 1)
    first = whole["results"][0]
    assert (first["success"], first["vars"]["image"]) == (True, "file://images/0.png")
    assert whole["prompts"][1]["metrics"]["testPassCount"] == 0


def test_only_a_few_answers_are_held_at_once(django_assert_max_num_queries: Any) -> None:
    experiment = started(version_of(*"1234567890" * 12))
    answered(experiment, *["yn"] * 120)
    Run.objects.update(output="x" * 20_000)
    tracemalloc.start()
    with django_assert_max_num_queries(20):
        size = sum(map(len, as_csv(experiment, Manner.EXACT, "")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 4_000_000
    assert peak < 2 * CHUNK_CELLS * 20_000 + 3_000_000


def test_rows_come_in_the_order_of_the_set() -> None:
    experiment = started(version_of(*"123"))
    assert [row.case.position for row in rows_of(experiment)] == [0, 1, 2]
