"""What pages show of an exchange, and what Ask further does."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from playground.history import deletion
from playground.runs import exchange
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, markup
from tests.submission.test_follow_ups import followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    Carried = Callable[..., Run]

pytestmark = pytest.mark.django_db


def ask(client: Client, run: Run, **fields: str) -> tuple[int, str]:
    answer = client.post(f"/runs/{run.pk}/follow/", {"prompt": "And?"} | fields)
    return answer.status_code, answer.headers.get("Location", "") or markup(answer)


@pytest.fixture
def comparison() -> Comparison:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    for run in started.cells():
        execution.execute(run.pk)
    return started


def test_a_question_leads_to_a_run_that_names_its_ancestor(
    client: Client, carried: Carried
) -> None:
    first = carried("One?")
    _, address = ask(client, first, prompt="Two?")
    page = markup(client.get(address))
    assert f'Follows: <a href="/runs/{first.pk}/">One?</a>' in page
    assert "Question 2 of this exchange" in page
    assert f'class="turn-link" href="/runs/{first.pk}/"' in page


def test_the_ancestor_says_what_follows_it(client: Client, carried: Carried) -> None:
    first = carried("One?")
    second = followed(first, "Two?")
    page = markup(client.get(f"/runs/{first.pk}/"))
    assert "Followed by" in page
    assert f'<a href="/runs/{second.pk}/" dir="auto">Two?</a>' in page


def test_an_ancestor_that_was_deleted_is_not_linked(client: Client, carried: Carried) -> None:
    first = carried("One?")
    second = followed(first, "Two?")
    deletion.delete([first])
    page = markup(client.get(f"/runs/{second.pk}/"))
    assert "Follows a run that was deleted" in page
    assert str(first.pk) not in page.partition("</ol>")[0]
    assert "One?" in page


def test_the_text_that_is_sent_is_shown_before(client: Client, carried: Carried) -> None:
    first = carried("One?")
    page = client.get(f"/runs/{first.pk}/").content.decode()
    assert "Sent as text in this form" in page
    shown = 'Question 2\n<span class="ask-place">Your next question stands here.</span>'
    assert shown in page


def test_what_goes_as_messages_has_no_such_text(
    client: Client, local_server: object, carried: Carried
) -> None:
    run = carried(model="vis@local")
    assert "Sent as text" not in markup(client.get(f"/runs/{run.pk}/"))


def test_a_refusal_keeps_the_question(client: Client, carried: Carried) -> None:
    run = carried()
    Run.objects.filter(pk=run.pk).update(status="failed", output="")
    status, page = ask(client, run, prompt="Where has it gone?")
    assert status == 422
    assert exchange.NO_ANSWER in page
    assert "Where has it gone?" in page


def test_an_empty_question_is_refused(client: Client, carried: Carried) -> None:
    status, page = ask(client, carried(), prompt=" ")
    assert (status, Run.objects.count()) == (422, 1)
    assert "Write a question. Nothing was sent." in page


def test_a_run_that_failed_offers_nothing(client: Client, carried: Carried) -> None:
    run = carried()
    Run.objects.filter(pk=run.pk).update(status="failed", output="")
    assert "Ask further" not in markup(client.get(f"/runs/{run.pk}/"))


def test_a_comparison_goes_on_with_all_its_columns(client: Client, comparison: Comparison) -> None:
    answer = client.post(f"/compare/{comparison.pk}/follow/", {"prompt": "Why?"})
    further = Comparison.objects.exclude(pk=comparison.pk).get()
    assert answer["Location"] == further.get_absolute_url()
    assert [run.model_id for run in further.cells()] == [FLASH, GPT]
    page = markup(client.get(further.get_absolute_url()))
    assert "exchange before" in page


def test_a_comparison_goes_on_with_one_column(client: Client, comparison: Comparison) -> None:
    last = comparison.cells().last()
    assert last
    fields = {"prompt": "Why?", "run": str(last.pk)}
    answer = client.post(f"/compare/{comparison.pk}/follow/", fields)
    run = Run.objects.get(follows=last)
    assert (answer["Location"], run.comparison) == (run.get_absolute_url(), None)


def test_columns_without_an_answer_stay_behind(client: Client, comparison: Comparison) -> None:
    comparison.runs.filter(model_id=GPT).update(status="failed", output="")
    client.post(f"/compare/{comparison.pk}/follow/", {"prompt": "Why?"})
    assert Run.objects.get(prompt="Why?").model_id == FLASH


def columns_in(page: str) -> list[str]:
    return re.findall(r'name="column" value="([^"]*)"', page)


def test_an_answer_that_came_after_the_page_is_not_asked(
    client: Client, comparison: Comparison
) -> None:
    late = comparison.runs.filter(model_id=GPT)
    late.update(status="processing")
    shown = columns_in(client.get(comparison.get_absolute_url()).content.decode())
    late.update(status="completed")
    client.post(f"/compare/{comparison.pk}/follow/", {"prompt": "Why?", "column": shown})
    assert Run.objects.get(prompt="Why?").model_id == FLASH


def test_one_column_that_was_refused_goes_on_alone(client: Client, comparison: Comparison) -> None:
    address, one = f"/compare/{comparison.pk}/follow/", str(comparison.cells()[0].pk)
    refused = client.post(address, {"prompt": " ", "run": one})
    assert columns_in(refused.content.decode()) == [one]
    client.post(address, {"prompt": "Why?", "column": [one]})
    assert str(Run.objects.get(prompt="Why?").follows_id) == one


def test_a_limit_keeps_the_question(
    client: Client, upstream: object, carried: Carried, settings: SettingsWrapper
) -> None:
    settings.LIMITS = {"SITE_RUNS_DAY": 1}
    run = carried()
    status, page = ask(client, run, prompt="One more?")
    assert status == 429
    assert "One more?" in page


def test_the_csv_says_which_run_a_run_follows(client: Client, carried: Carried) -> None:
    second = followed(first := carried("One?"), "Two?")
    body = b"".join(client.get("/runs/export.csv?as=exact").streaming_content).decode()  # type: ignore[attr-defined]
    rows = {one["run"]: one["follows"] for one in csv.DictReader(io.StringIO(body))}
    assert list(rows.values()) == [str(first.pk), ""]
    assert next(iter(rows)).endswith(second.get_absolute_url())
