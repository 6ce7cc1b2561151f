"""The page of an experiment: figures, grid, filters, and what is said of two variants."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.experiments import progress
from playground.experiments.models.experiment import State
from playground.experiments.plan import Column
from playground.runs.models.run import Run
from tests.conftest import FLASH, markup
from tests.experiments.sets import answered, plan_of, started, version_of

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.experiment import Experiment

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    experiment = started(version_of(*[f"{n}" for n in range(12)]))
    experiment.version.cases.filter(position__in=[0, 1]).update(tags=["small print"])
    answered(experiment, *["yn"] * 7, *["ny"] * 2, "yy", "nn", "-y")
    return experiment


def page(client: Client, experiment: Experiment, query: str = "") -> str:
    return markup(client.get(experiment.get_absolute_url() + query))


def text(client: Client, experiment: Experiment, query: str = "") -> str:
    html = client.get(experiment.get_absolute_url() + query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def rows(html: str) -> list[str]:
    return re.findall(r'case-number number">(\d+)', html)


def test_the_comparisons_address_shows_the_experiment(
    client: Client, experiment: Experiment
) -> None:
    said = text(client, experiment)
    assert "12 images × 2 variants" in said
    assert "8 of 11" in said


def test_the_sentence_says_who_is_ahead_and_how_surely(
    client: Client, experiment: Experiment
) -> None:
    said = text(client, experiment, "?a=0&b=1")
    assert "They differ on 9 of 11 images, 7 for A and 2 for B: not decided (p 0.18)." in said
    assert re.search(r"About \d+ more images would decide it four times in five.", said)


def test_the_roles_can_be_turned(client: Client, experiment: Experiment) -> None:
    assert "2 for A and 7 for B" in text(client, experiment, "?a=1&b=0")


FILTERED = {
    "?show=a&a=0&b=1": list("1234567"),
    "?show=b&a=0&b=1": ["8", "9"],
    "?show=both&a=0&b=1": ["10"],
    "?show=neither&a=0&b=1": ["11"],
    "?tag=small+print": ["1", "2"],
    "?show=wrong&order=wrong&tag=": ["11", *"123456789"],
}


def test_rows_are_filtered(client: Client, experiment: Experiment) -> None:
    assert {query: rows(page(client, experiment, query)) for query in FILTERED} == FILTERED


def test_rows_are_paged(client: Client) -> None:
    experiment = started(version_of(*[str(n) for n in range(25)]))
    assert rows(page(client, experiment, "?start=20")) == ["21", "22", "23", "24", "25"]


def test_odd_addresses_show_what_is_usual(client: Client, experiment: Experiment) -> None:
    for query in ("?a=99&b=-1", "?start=9999999&size=7", "?show=x&order=y&a=é"):
        assert client.get(experiment.get_absolute_url() + query).status_code == 200, query


def test_a_cell_says_what_the_rule_read(client: Client, experiment: Experiment) -> None:
    assert 'title="Wrong: read read n, expected 0. Open the run"' in page(client, experiment)


def test_of_answers_that_are_marked_no_more_is_read(client: Client, experiment: Experiment) -> None:
    Run.objects.filter(status="failed").delete()
    with CaptureQueriesContext(connection) as read:
        page(client, experiment)
    assert not any("excerpt" in query["sql"] for query in read.captured_queries)


def test_what_failed_can_be_asked_again(client: Client, experiment: Experiment) -> None:
    assert "Retry gemini-2.0-flash-001 for image 12" in page(client, experiment)


def test_a_cell_that_is_asked_again_is_waited_for_on_the_page(
    client: Client, experiment: Experiment
) -> None:
    assert 'hx-trigger="load, every' not in page(client, experiment)
    failed = experiment.comparison.runs.get(position=1100)
    answer = client.post(f"/runs/{failed.pk}/retry/", {"form_token": "again", "view": "matrix"})
    assert answer["Location"].startswith(experiment.get_absolute_url())
    html = page(client, experiment)
    assert 'hx-trigger="load, every' in html
    assert "Retry gemini" not in html


def test_a_running_experiment_is_polled(client: Client) -> None:
    experiment = started(version_of("1", "2"))
    assert "0 of 4 ended" in text(client, experiment)
    assert re.search(r'hx-get="/compare/[^"]+/status/\?seen=', page(client, experiment))


def test_a_poll_without_news_is_empty(client: Client) -> None:
    experiment = started(version_of("1"))
    Run.objects.update(created_at=timezone.now() - timedelta(hours=1))  # from there on all stays
    address = re.search(r'hx-get="(/compare/[^"]+/status/[^"]+)"', page(client, experiment))
    assert address
    assert client.get(address[1].replace("&amp;", "&")).status_code == 204
    answered(experiment, "yn")
    assert "2 of 2 completed" in markup(client.get(address[1].replace("&amp;", "&")))


@pytest.mark.parametrize(
    ("before", "press", "after"),
    [
        (State.RUNNING, "pause", State.PAUSED),
        (State.PAUSED, "resume", State.RUNNING),
        (State.PAUSED, "end", State.ENDED),
    ],
)
def test_it_is_paused_resumed_and_ended(
    client: Client, before: str, press: str, after: str
) -> None:
    experiment = started(version_of("1"))
    if before == State.PAUSED:
        progress.pause(experiment)
    assert client.post(f"{experiment.get_absolute_url()}{press}/").status_code == 303
    experiment.refresh_from_db()
    assert experiment.state == after


def test_a_comparison_that_is_no_experiment_cannot_be_paused(client: Client) -> None:
    comparison = started(version_of("1")).comparison
    comparison.experiment.delete()
    assert client.post(f"/compare/{comparison.pk}/pause/").status_code == 404


def test_prompts_that_differ_are_numbered_and_compared(client: Client) -> None:
    columns = tuple(Column(FLASH, prompt) for prompt in ("Total?", "Total? Number only."))
    experiment = progress.start(plan_of(version_of("1"), columns=columns))[0]
    assert "<ins> Number only.</ins>" in page(client, experiment)
    assert text(client, experiment).count("Prompt 2") >= 2


def test_the_page_leads_to_the_version_of_its_test_set(client: Client) -> None:
    experiment = started(version_of("1"))
    link = f'href="{experiment.version.test_set.get_absolute_url()}?version=1"'
    assert link in page(client, experiment)


def test_history_calls_it_an_experiment(client: Client) -> None:
    started(version_of("1", "2"))
    assert "Experiment, 4 runs" in markup(client.get("/runs/"))


def test_the_file_says_beside_each_answer_whether_it_is_right(
    client: Client, experiment: Experiment
) -> None:
    saved = client.get(f"{experiment.get_absolute_url().rstrip('/')}.html")
    html = b"".join(saved.streaming_content).decode()  # type: ignore[attr-defined]
    verdicts = re.findall(r"document-verdict.*?</svg>(\w+)\s+<span[^>]+>([^<]+)", html, re.DOTALL)
    assert (verdicts.count(("Right", "Read read y")), len(verdicts)) == (12, 23)


def test_notes_stand_below_it(client: Client, experiment: Experiment) -> None:
    address = f"{experiment.get_absolute_url()}notes/"
    client.post(address, {"note": "The third receipt is **torn**."})
    assert "<strong>torn</strong>" in page(client, experiment)
