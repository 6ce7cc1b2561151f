"""An answer of any length is whole wherever it is shown, or says where it ends."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from playground.comparisons.diff.words import MAX_CHARACTERS, word_diff
from playground.exports.redaction import EVERYTHING, shown_comparison
from playground.providers.base import Prediction, PredictionStatus
from playground.rendering import render, shortened
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.worker import finishing
from tests.exports.documents.reading import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db

WORDS = 77_000
ANSWER = " ".join(f"word{number}" for number in range(WORDS))


@pytest.fixture
def long_one(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    upstream.configure(answer=lambda _: ANSWER)
    return carried()


def words_in(page: str) -> int:
    """How many of the words stand on the page in their order, from the first on."""
    at = count = 0
    while count < WORDS and (at := page.find(f"word{count}", at)) >= 0:
        count += 1
    return count


@pytest.mark.parametrize("address", ["/runs/{0}/", "/compare/?run={0}"])
def test_a_page_has_every_word(client: Client, long_one: Run, address: str) -> None:
    page = client.get(address.format(long_one.pk), follow=True).content.decode()
    assert words_in(page) == WORDS
    assert "The rest follows as plain text." in page


def test_the_json_tab_says_where_it_is_cut_and_the_json_is_not(
    client: Client, long_one: Run
) -> None:
    page = client.get(long_one.get_absolute_url()).content.decode()
    assert "[Shown up to here. The JSON has all of it.]</code>" in page
    kept = client.get(f"{long_one.get_absolute_url()[:-1]}.json").json()["response"]
    assert kept["data"]["outputs"] == [ANSWER]


def test_what_a_link_shows_has_every_word(client: Client, long_one: Run) -> None:
    share = links.share(long_one, links.Choice())
    assert words_in(client.get(share.get_absolute_url()).content.decode()) == WORDS


def test_a_file_has_every_word(long_one: Run) -> None:
    page = page_of(shown_comparison(Comparison.objects.create(), [long_one], EVERYTHING))
    assert words_in(page) == WORDS


def test_reasoning_that_is_not_shown_whole_says_so(client: Client, long_one: Run) -> None:
    Run.objects.update(thoughts="so " * 10_000)
    page = client.get(long_one.get_absolute_url()).content.decode()
    assert f'Shown up to here. <a href="{long_one.get_absolute_url()[:-1]}.md">' in page


def test_reasoning_that_is_not_kept_whole_says_so() -> None:
    raw = Prediction(id="p", status=PredictionStatus.COMPLETED, reasoning="so " * 700_000)
    assert finishing.parted(raw).reasoning.endswith(
        "\n[2,100,000 characters in all. The rest was not kept.]"
    )


def test_an_answer_that_broke_off_and_is_not_kept_whole_says_so(ask: Callable[..., Run]) -> None:
    run = ask()
    run.claim("a")
    run.begin_submission({})
    text = ["so " * 700_000]
    finishing.finish(run, Prediction(id="p", status=PredictionStatus.FAILED, outputs=text))
    assert Run.objects.get(pk=run.pk).partial.endswith(
        "\n[2,100,000 characters in all. The rest was not kept.]"
    )


@pytest.mark.parametrize(
    ("ends", "kinds"),
    [
        (("alike", "alike"), {"same"}),
        (("old", "new"), {"same", "removed", "added"}),
        (("", "new"), {"same", "added"}),
    ],
)
def test_two_long_answers_are_compared_to_their_ends(
    ends: tuple[str, str], kinds: set[str]
) -> None:
    first, second = ("a " * (MAX_CHARACTERS // 2) + end for end in ends)
    changes = word_diff(first, second)
    assert "".join(one.text for one in changes if one.kind != "removed") == second
    assert {one.kind for one in changes} == kinds


def test_a_comparison_of_long_answers_says_how_far_it_goes(
    client: Client, long_one: Run, carried: Callable[..., Run]
) -> None:
    both = [str(one.pk) for one in (long_one, carried())]
    page = client.get("/compare/", {"run": both, "diff": both}).content.decode()
    assert "Behind 100,000 characters the answers are compared as a whole." in page
    assert "of the first 100,000 characters of each answer" in page


SIGNS = "&" * 1_900_000  # each of them is five letters in HTML
SHORTENED = "Shown up to here. The files of this run have all of it."


@pytest.mark.parametrize("answer", [SIGNS, "word " * 380_000])
def test_a_page_has_room_for_so_much_and_says_so(
    client: Client, long_one: Run, answer: str
) -> None:
    Run.objects.update(output=answer, output_html=render(answer).html)
    share = links.share(long_one, links.Choice())
    for address in (long_one.get_absolute_url(), share.get_absolute_url()):
        page = client.get(address).content.decode()
        assert len(page) < 5_000_000
        assert SHORTENED in page
        assert page.count("<pre") == page.count("</pre>")


def test_a_file_has_what_a_page_has_no_room_for(long_one: Run) -> None:
    long_one.output, long_one.output_html = SIGNS, render(SIGNS).html
    page = page_of(shown_comparison(Comparison.objects.create(), [long_one], EVERYTHING))
    assert page.count("&amp;") >= len(SIGNS)
    assert SHORTENED not in page


def test_a_grid_of_long_answers_is_no_larger_than_a_page(client: Client, long_one: Run) -> None:
    comparison = Comparison.objects.create(rows=2)
    for position in (0, 1, 100, 101):
        long_one.pk, long_one.form_token = uuid.uuid4(), "grid"
        long_one.comparison, long_one.position = comparison, position
        long_one.prediction_id = ""
        long_one.save(force_insert=True)
    page = client.get(links.share(comparison, links.Choice()).get_absolute_url()).content.decode()
    assert (page.count(SHORTENED), len(page) < 600_000) == (4, True)


def test_what_cannot_be_cut_within_is_shown_as_text() -> None:
    """Formatted HTML is never cut: a tag that stays open would take the rest of the page along."""
    text = "a\n" * 45_000
    html = shortened(render(text).html, text, 1_000)
    assert html.startswith('<pre class="raw-text">\na\na\n')
    assert (html.count("<p>"), len(html) < 1_200) == (1, True)


def test_no_escaped_sign_is_cut_in_two() -> None:
    rendered = render("x" * 100_000 + "&" * 1_000).html
    for most in range(100_200, 100_210):
        shown = shortened(rendered, "", most).partition("</pre>")[0]
        assert shown.endswith(("&amp;", "\n"))


def test_an_answer_that_broke_off_is_shown_as_far_as_a_page_has_room(
    client: Client, long_one: Run
) -> None:
    Run.objects.update(status="failed", partial=SIGNS, output="", output_html="")
    page = client.get(long_one.get_absolute_url()).content.decode()
    assert (SHORTENED in page, len(page) < 2_000_000) == (True, True)
