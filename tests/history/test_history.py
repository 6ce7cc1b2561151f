"""GET /runs/: History."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django.utils.text import Truncator

from playground.history import pagination as finding
from playground.history.rows import shortened
from playground.images import store
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, request
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, HAIKU, form, markup, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


def history(client: Client, **filters: str) -> str:
    response = client.get("/runs/", filters)
    assert response.status_code == 200
    return markup(response)


def test_with_nothing_there_it_says_what_to_do(client: Client) -> None:
    text = history(client)
    assert "No runs yet" in text
    assert "Go to the playground" in text


def test_runs_are_listed_newest_first(client: Client, ask: Press) -> None:
    for prompt in ("First question", "Second question"):
        ask(prompt)
    text = history(client)
    assert text.index("Second question") < text.index("First question")


def test_a_row_has_thumbnail_prompt_model_state_and_time(client: Client, carried: Press) -> None:
    image = store.store(png())
    run = carried("Tell me", images=(AttachedImage(image=image),))
    text = history(client)
    for part in (image.thumbnail_url, "Tell me", "gemini-2.0-flash-001", "Completed"):
        assert part in text
    assert f"{run.created_at:%H:%M}" in text


def test_a_comparison_is_one_row_that_leads_to_it(client: Client) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU)))
    text = history(client)
    assert "Compare 3 models" in text
    assert text.count('class="row"') == 1
    assert started.get_absolute_url() in text


def test_a_sweep_over_one_model_is_runs_and_not_models(client: Client) -> None:
    client.post("/runs/", form(sweep_of="temperature", sweep_values="0, 1"))
    assert "Compare 2 runs" in client.get("/runs/").content.decode()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "CATS"}, {"cats"}),
        ({"q": "whiskers"}, {"cats"}),
        ({"q": '"have whisk"*'}, {"cats"}),
        ({"q": "whiskers", "order": "best"}, {"cats"}),
        ({"q": "about", "order": "best", "model": GPT}, {"dogs"}),
        ({"q": "\x00 whiskers"}, {"cats"}),
        ({"q": "🙂"}, set()),
        ({"q": "about " * 1000}, {"cats", "dogs"}),
        ({"provider": "demo"}, {"cats", "dogs"}),
        ({"provider": "wavespeed"}, set()),
        ({"kind": "single"}, {"cats", "dogs"}),
        ({"kind": "comparison"}, set()),
        ({"model": GPT}, {"dogs"}),
        ({"status": "completed"}, {"cats"}),
        ({"status": "running"}, {"dogs"}),
        ({"starred": "1"}, {"dogs"}),
        ({"status": "nonsense"}, {"cats", "dogs"}),
        ({"from": "2020-01-01"}, {"cats", "dogs"}),
        ({"to": "2020-01-01"}, set()),
        ({"from": "nonsense"}, {"cats", "dogs"}),
    ],
)
def test_filters(client: Client, ask: Press, filters: dict[str, str], found: set[str]) -> None:
    cats, dogs = ask("About cats"), ask("About dogs", model=GPT)
    Run.objects.filter(pk=cats.pk).update(
        status=RunStatus.COMPLETED, finished_at=timezone.now(), output="They have whiskers"
    )
    Run.objects.filter(pk=dogs.pk).update(starred=True)
    text = history(client, **filters)
    assert {name for name in ("cats", "dogs") if f"About {name}" in text} == found


def test_a_filter_by_model_finds_a_comparison_by_any_of_its_cells(client: Client) -> None:
    create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert "Which?" in history(client, model=GPT)
    assert "Which?" not in history(client, model=HAIKU)


def test_what_was_found_is_marked_and_the_answer_shown_where_it_was(
    client: Client, ask: Press
) -> None:
    run = ask("Which animal?")
    answer = "<b>Stripes</b> " + "and so on " * 50 + "a <i>zebra</i> at last"
    Run.objects.filter(pk=run.pk).update(output=answer)
    text = history(client, q="zebra")
    assert "&lt;i&gt;<mark>zebra</mark>&lt;/i&gt; at last" in text
    assert "<i>" not in text.split("<main")[1]
    assert "Stripes" not in text


def test_a_match_in_the_title_is_marked_there(client: Client, ask: Press) -> None:
    ask("Is this a ZEBRA & friend?")
    assert "Is this a <mark>ZEBRA</mark> &amp; friend?</a>" in history(client, q="zebra")


def test_the_best_match_can_come_first(client: Client, ask: Press) -> None:
    ask("zebra zebra zebra")
    ask("Once upon a time there was a very long story in which no zebra but one was seen")
    text = history(client, q="zebra", order="best")
    assert text.index("zebra</mark> <mark>zebra") < text.index("Once upon")


def test_ranked_pages_follow_each_other(client: Client, ask: Press) -> None:
    for n in range(35):
        ask(f"Question {n:03}")
    first, second = (history(client, q="question", order="best", after=n) for n in ("", "30"))
    assert "after=30_" in first
    assert (first.count('class="row"'), second.count('class="row"')) == (30, 5)


def test_nothing_found_names_the_filters_and_clears_them(client: Client, ask: Press) -> None:
    ask()
    text = history(client, q="zebra", status="failed")
    assert "No runs match" in text
    assert "zebra" in text
    assert "Clear the filters" in text


def test_pages_follow_each_other_without_gap_or_repeat(client: Client, ask: Press) -> None:
    now = timezone.now()
    runs = [ask(f"Question {n:03}") for n in range(65)]
    for n, run in enumerate(runs):  # pairs share a moment: a page must not end between them
        Run.objects.filter(pk=run.pk).update(listed_at=now - timedelta(seconds=n // 2))
    seen: list[str] = []
    address = "/runs/"
    while address:
        text = markup(client.get(address))
        seen += re.findall(r'row-link" href="[^"]*">Question (\d+)', text)
        older = re.search(r'class="button" href="(/runs/\?after=[^"]*)"', text)
        address = older[1] if older else ""
    assert sorted(seen) == [f"{n:03}" for n in range(65)]


def test_a_new_run_does_not_move_the_next_page(client: Client, ask: Press) -> None:
    for n in range(31):
        ask(f"Question {n:03}")
    last = Run.objects.order_by("-listed_at")[29]
    cursor = last.listed_at.isoformat()
    before = history(client, after=cursor)
    ask("Newcomer")
    last.delete()  # in another tab
    after = history(client, after=cursor)
    assert before.count('class="row"') == after.count('class="row"') == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, ask: Press, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(20):
        ask(images=(AttachedImage(image=store.store(png())),))
    history(client)  # what is kept for some seconds is read now
    with django_assert_max_num_queries(8):
        history(client)


def test_the_list_reads_no_answers(client: Client, carried: Press) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    carried()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        history(client)
    assert not [q for q in queries if '"output_html"' in q["sql"].split(" FROM ")[0]]


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_are_no_filter(
    client: Client, ask: Press, name: str, day: str
) -> None:
    ask("Still here")
    assert "Still here" in history(client, **{name: day})


def test_a_cursor_of_an_earlier_release_goes_on(client: Client, ask: Press) -> None:
    first, last = ask("The older one"), ask("The newer one")
    text = history(client, after=f"{last.created_at.isoformat()}_{first.pk}")
    assert ("The older one" in text, "The newer one" in text) == (True, False)


@pytest.mark.parametrize("cursor", ["x", "9999-12-31T00:00:00+00:00_x", "2026-01-01_", "_"])
def test_a_cursor_that_is_none_is_the_first_page(client: Client, ask: Press, cursor: str) -> None:
    ask("Still here")
    assert "Still here" in history(client, after=cursor)


def test_a_comparison_stays_in_history_when_its_first_run_is_deleted(client: Client) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU)))
    started.cells()[0].delete()
    assert started.get_absolute_url() in history(client)
    assert "Which?" in history(client, q="which")


def shown_ids(text: str) -> list[str]:
    return re.findall(r'id="row-([0-9a-f-]{36})"', text)


@pytest.mark.parametrize("order", ["", "best"])
def test_an_address_shows_all_that_was_loaded_at_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    for n in range(5):
        create.submit(request.RunRequest(prompt=f"Cat {n}", models=(FLASH,)))
    address, seen = f"/runs/?q=cat&order={order}", list[str]()
    headers, found = {"HX-Request": "true"}, client.get(f"/runs/?q=cat&order={order}")
    while True:
        seen += shown_ids(found.content.decode())
        assert shown_ids(client.get(address).content.decode()) == seen
        older = re.search(r'hx-get="([^"]+)"[^>]*hx-target="#older"', found.content.decode())
        if not older:
            break
        found = client.get(unescape(older[1]), headers=headers)
        address = found["HX-Replace-Url"]
    assert len(seen) == 5
    assert "after=" not in address


def test_what_was_loaded_behind_an_older_run_begins_there(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/runs/?after=2026-01-02"}
    address = client.get("/runs/?after=2026-01-01T00:00:00Z", headers=headers)["HX-Replace-Url"]
    assert address.startswith("/runs/?after=2026-01-02&through=")


def test_one_answer_shows_a_limited_number_of_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 1)
    monkeypatch.setattr(finding, "MAX_PAGES", 3)
    for n in range(5):
        create.submit(request.RunRequest(prompt=f"Dog {n}", models=(FLASH,)))
    text = client.get("/runs/?through=2020-01-01T00:00:00Z").content.decode()
    assert (len(shown_ids(text)), 'id="older"' in text) == (3, True)


@pytest.mark.parametrize("through", ["", "x", "9" * 40, "2026-13-45", "-1"])
def test_an_end_that_is_none_shows_a_page(client: Client, through: str) -> None:
    for order in ("", "best"):
        address = f"/runs/?q=a&order={order}"
        assert client.get(address, {"through": through}).status_code == 200


def test_a_time_in_the_address_stays_a_filter(client: Client, ask: Press) -> None:
    ask()
    text = history(client, **{"from": "2026-01-31T12:00:00+00:00", "to": "2199-01-31T12:30:00Z"})
    assert 'value="2026-01-31T12:00:00+00:00" selected' in text
    assert "Until 31 Jan 2199, 12:30" in text
    assert text.count('class="row"') == 1


@pytest.mark.parametrize("text", ["", "short", "x" * 60, "x" * 61, "é" * 61, "e\u0301" * 61])
def test_a_label_is_cut_as_django_cuts_it(text: str) -> None:
    assert shortened(text, 60) == Truncator(text).chars(60)
