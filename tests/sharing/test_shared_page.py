"""The page of a link: what it shows, its headers, and what counts as opening it."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playground.comparisons import naming
from playground.config.logs import KeyFilter
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.sharing.models import Share
from playground.submission import columns
from playground.worker import execution
from tests.conftest import HAIKU, markup
from tests.exports.schemas import validator
from tests.gone import delete_for_good
from tests.sharing.walking import addresses, body, read, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.comparison import Comparison
    from tests.fakes.wavespeed import FakeWaveSpeed

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db
OPENINGS = {
    "a reader": ({}, 1),
    "prefetching": ({"Sec-Purpose": "prefetch;prerender"}, 0),
    "coming back": ({"If-None-Match": '"x"'}, 0),
    "a chat program": ({"User-Agent": "Slackbot-LinkExpanding 1.0"}, 0),
}


def page(client: Client, share: Share) -> str:
    response = client.get(share.get_absolute_url())
    assert response.status_code == 200
    return markup(response)


def test_a_run_is_complete_without_script(client: Client, run: Run, link: Link) -> None:
    text = page(client, link(run))
    assert run.output_html.strip() in text
    assert "What is this?" in text
    assert text.count('<img class="picture"') == 2


def test_there_is_nothing_of_the_owner_on_the_page(client: Client, run: Run, link: Link) -> None:
    text = page(client, link(run))
    assert not re.findall(r"<form|<nav|csrf|hx-|/runs/|/shares/", text)


def test_the_grid_has_an_anchor_for_each_cell(
    client: Client, comparison: Comparison, link: Link
) -> None:
    text = page(client, link(comparison))
    assert re.findall(r'<article[^>]* id="(answer-\d)"', text) == ["answer-1", "answer-2"]


def test_the_winner_and_why_are_shown(client: Client, comparison: Comparison, link: Link) -> None:
    naming.pick(comparison, comparison.cells()[1], "It counts right")
    text = page(client, link(comparison))
    assert 'Best answer: <a href="#answer-2">gpt-4o</a></strong>It counts right' in text


def test_later_cells_picks_and_titles_wait_for_an_update(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    before = page(client, share)
    for cell in columns.add(comparison, [HAIKU], "token"):
        execution.execute(cell.pk)
    naming.pick(comparison, comparison.cells()[0], "Best of three")
    naming.rename(comparison, "Three models")
    assert page(client, share) == before
    links.update(share)
    after = page(client, share)
    assert all(text in after for text in ("answer-3", "Best of three", "Three models"))


def test_a_deleted_cell_leaves_the_others(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    delete_for_good([comparison.cells()[0]])
    assert page(client, share).count("<article") == 1


def test_boxes_of_one_answer_are_not_drawn_for_all(
    client: Client, comparison: Comparison, link: Link
) -> None:
    boxes = '[{"label": "cup", "box_2d": [100, 100, 500, 500]}]'
    Run.objects.update(output=boxes)
    assert '<svg class="boxes"' not in page(client, link(comparison))
    assert '<svg class="boxes"' in page(client, link(comparison.cells()[0]))


def test_a_run_that_has_not_ended_says_so(client: Client, ask: Callable[..., Run]) -> None:
    text = page(client, links.share(ask(), links.Choice()))
    assert "This run has not ended yet. Reload the page" in text


def test_why_there_is_no_answer_is_said(client: Client, run: Run, link: Link) -> None:
    Run.objects.update(status=RunStatus.FAILED, error_kind="temporary", output="")
    assert "notice-bad" in page(client, link(run))


@pytest.mark.parametrize("kind", ["run", "matrix"])
def test_what_had_arrived_is_on_the_page_as_in_the_other_forms(
    request: pytest.FixtureRequest, client: Client, link: Link, kind: str
) -> None:
    item = request.getfixturevalue(kind)
    arrived = {"partial": "The receipt says", "thoughts": "Look closer.", "error_detail": "cut"}
    Run.objects.update(status="failed", error_kind="broken_off", output="", **arrived)
    share = link(item)
    for form in ("/", ".md", ".html"):
        page = body(client, f"/s/{share.token}{form}").decode()
        assert [one for one in arrived.values() if one not in page] == []


def test_the_address_of_an_answer_stays_when_one_before_it_is_deleted(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    quoted = body(client, f"/s/{share.token}.json").decode().count("#answer-2")
    delete_for_good([Run.objects.get(pk=share.cells[0])])
    text = page(client, share)
    assert ('id="answer-2"' in text, 'id="answer-1"' in text, quoted) == (True, False, 1)
    assert body(client, f"/s/{share.token}.json").decode().count("#answer-2") == 1


@pytest.mark.parametrize("form", ["json", "md", "csv", "html", "zip"])
def test_a_saved_file_is_not_called_by_the_address_of_the_link(
    client: Client, comparison: Comparison, link: Link, form: str
) -> None:
    share = link(comparison)
    named = read(client, f"/s/{share.token}.{form}").headers["Content-Disposition"]
    manner = "-for-spreadsheets" if form == "csv" else ""
    assert re.search(rf'filename="\d{{4}}-\d\d-\d\d-which{manner}\.{form}"$', named)


def test_code_for_strangers_names_the_public_api(
    client: Client, run: Run, link: Link, settings: Any
) -> None:
    text = page(client, link(run))
    assert "https://api.wavespeed.ai/api/v3" in text
    assert settings.WAVESPEED_BASE_URL not in text


def test_details_name_tokens_and_why_the_answer_ended(client: Client, run: Run, link: Link) -> None:
    Run.objects.update(tokens_in=1200, tokens_out=7, finish_reason="length")
    assert "1200 in, 7 out" in page(client, link(run))
    hidden = page(client, link(run, hide_costs=True))
    assert ("7 out" in hidden, '<dd class="number">length</dd>' in hidden) == (False, True)


def test_an_address_that_was_not_fetched_is_not_said_to_be_passed_on(
    client: Client, run: Run, link: Link
) -> None:
    run.images.update(image=None, url="https://example.org/a.png")
    assert page(client, link(run)).count(". Not fetched") == 2


def test_no_address_below_a_token_sets_a_cookie_or_wants_one(
    client: Client, run: Run, link: Link
) -> None:
    answers = walk(client, link(run).token)
    assert not client.cookies
    assert not [one for one in answers if "Cookie" in one.headers.get("Vary", "")]


def test_nothing_below_a_token_is_indexed_or_named_to_others(
    client: Client, comparison: Comparison, link: Link
) -> None:
    for answer in walk(client, link(comparison).token):
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_theme_of_the_owner_is_not_on_the_page(client: Client, run: Run, link: Link) -> None:
    client.cookies["theme"] = "dark"
    assert "data-theme" not in page(client, link(run))


def test_an_unchanged_page_is_not_sent_again(client: Client, run: Run, link: Link) -> None:
    address = link(run).get_absolute_url()
    etag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", OPENINGS)
def test_readers_are_counted(client: Client, run: Run, link: Link, name: str) -> None:
    headers, expected = OPENINGS[name]
    share = link(run)
    client.get(share.get_absolute_url(), headers=headers)
    share.refresh_from_db()
    assert (share.opens, bool(share.opened_at)) == (expected, bool(expected))


def test_the_owner_looking_as_a_stranger_is_not_counted(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    client.get(f"{share.get_absolute_url()}?preview")
    client.head(share.get_absolute_url())
    client.get(f"/s/{share.token}/preview.png")
    assert Share.objects.get().opens == 0


def test_counting_is_all_that_opening_writes(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    with CaptureQueriesContext(connection) as queries:
        page(client, share)
    writes = [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert len(writes) == 1
    assert "opens" in writes[0]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_stranger_can_only_read(client: Client, run: Run, link: Link, method: str) -> None:
    share = link(run)
    for address in addresses(share.token):
        assert getattr(client, method)(address).status_code == 405


def test_the_card_for_chat_programs_has_whole_addresses(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    text = page(client, share)
    assert f'property="og:url" content="http://testserver/s/{share.token}/"' in text
    assert f'content="http://testserver/s/{share.token}/preview.png"' in text
    assert 'name="twitter:card" content="summary_large_image"' in text


def test_code_on_the_page_names_pictures_below_the_token(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    assert f"http://testserver/s/{share.token}/images/" in page(client, share)


def test_pictures_answer_as_nothing_but_pictures(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    found = [one for one in addresses(share.token) if "/images/" in one]
    headers = [read(client, one).headers for one in found]
    assert {one["Content-Type"] for one in headers} == {"image/png", "image/webp"}
    assert {one["Content-Security-Policy"] for one in headers} == {"default-src 'none'; sandbox"}


def test_a_picture_of_a_page_loads_no_answer(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    found = [one for one in addresses(share.token) if "/images/" in one or "preview" in one]
    with CaptureQueriesContext(connection) as queries:
        assert {read(client, one).status for one in found} == {200}
    assert not [one for one in queries if '"output"' in one["sql"] or '"response"' in one["sql"]]


def test_chat_programs_may_show_the_preview_inside_their_own_pages(
    client: Client, run: Run, link: Link
) -> None:
    response = client.get(f"/s/{link(run).token}/preview.png")
    assert response["Content-Type"] == "image/png"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_token_does_not_get_into_the_log(run: Run, link: Link) -> None:
    share = link(run)
    words = f"Not Found: /s/{share.token}/ and /?share={share.token}"
    record = logging.LogRecord("django.request", 30, "f", 1, words, None, None)
    KeyFilter().filter(record)
    assert record.getMessage() == "Not Found: /s/[link]/ and /?share=[link]"


def test_a_prompt_that_is_markup_stays_text(
    client: Client, upstream: FakeWaveSpeed, carried: Callable[..., Run], link: Link
) -> None:
    text = page(client, link(carried('"><script>alert(1)</script>')))
    assert "<script>alert" not in text


def test_the_body_is_the_same_for_every_reader(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    assert body(client, share.get_absolute_url()) == body(client, share.get_absolute_url())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/markdown", "text/markdown; charset=utf-8"),
    ],
)
def test_the_same_address_answers_people_and_machines(
    client: Client, run: Run, link: Link, accept: str, kind: str
) -> None:
    response = client.get(link(run).get_absolute_url(), headers={"Accept": accept})
    assert response["Content-Type"] == kind
    assert "Accept" in response["Vary"]


def test_a_program_that_reads_is_not_an_opening(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    client.get(share.get_absolute_url(), headers={"Accept": "application/json"})
    client.get(f"/s/{share.token}.json")
    assert Share.objects.get().opens == 0


@pytest.mark.parametrize("choice", [{}, {"hide_costs": True, "hide_system_prompt": True}])
def test_json_of_a_link_fits_the_published_schema(
    client: Client, run: Run, comparison: Comparison, link: Link, choice: dict[str, bool]
) -> None:
    for item, kind in ((run, "run.v1.json"), (comparison, "comparison.v1.json")):
        data = client.get(f"/s/{link(item, **choice).token}.json").json()
        assert list(validator(kind).iter_errors(data)) == []


@pytest.mark.usefixtures("accounts")
def test_with_accounts_a_stranger_reads_and_leaves_no_trace(
    client: Client, comparison: Comparison, link: Link
) -> None:
    answers = walk(client, link(comparison).token)
    assert {one.status for one in answers} == {200}
    assert not client.cookies
    assert not [one for one in answers if "Cookie" in one.headers.get("Vary", "")]
    assert client.get(comparison.get_absolute_url()).status_code == 401


def test_answers_that_are_objects_are_compared_field_by_field(
    client: Client, comparison: Comparison, link: Link
) -> None:
    first, second = comparison.cells()
    Run.objects.filter(pk=first.pk).update(output='{"total": 12.50}')
    Run.objects.filter(pk=second.pk).update(output='{"total": 12.60}')
    share = link(comparison)
    text = page(client, share)
    assert "1 of 1 field differs." in text
    assert 'href="#answer-2">' in text
    lines = body(client, f"/s/{share.token}.csv?of=fields&as=exact").decode().splitlines()
    assert lines[1] == "total,12.50,12.60"


def test_a_link_without_costs_has_none_below_the_fields(
    client: Client, comparison: Comparison, link: Link
) -> None:
    Run.objects.update(output='{"total": 1}', price="0.0021", inference_ms=1800)
    share = link(comparison, hide_costs=True)
    (foot,) = re.findall(r"<tfoot>.*</tfoot>", page(client, share), re.S)
    assert ("1.8 s" in foot, "$" in foot, "cost" in foot) == (True, False, False)
    assert "usd" not in body(client, f"/s/{share.token}.csv?of=fields").decode()


def test_a_flagged_answer_is_in_no_field(
    client: Client, comparison: Comparison, link: Link
) -> None:
    Run.objects.update(output='{"secret": 1}')
    Run.objects.filter(pk=comparison.cells()[0].pk).update(flagged=True)
    text = page(client, link(comparison))
    assert 'class="fields-scroll"' not in text
