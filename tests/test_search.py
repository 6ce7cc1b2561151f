"""Full-text search over prompts and answers, on whatever database the tests run with."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from playground import search_schema
from playground.models import Run, RunStatus, SearchEntry, search
from playground.searching import mark, parse
from playground.services import images

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


@pytest.fixture
def answered(ask: Press) -> Callable[[str, str], Run]:
    def press(prompt: str, output: str) -> Run:
        run = ask(prompt)
        assert run.finish(RunStatus.COMPLETED, output=output)
        return run

    return press


def prompts(text: str) -> set[str]:
    return {run.prompt for run in Run.objects.search(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cats", {"About cats"}),
        ("CATS", {"About cats"}),
        ("cat", set()),
        ("whiskers", {"About cats"}),
        ("about", {"About cats", "About dogs"}),
        ("about whiskers", {"About cats"}),  # one word in the prompt, one in the answer
        ("cats dogs", set()),
        ('"long whiskers"', {"About cats"}),
        ('"whiskers long"', set()),
        ("whisk*", {"About cats"}),
        ('"long whisk"*', {"About cats"}),
        ("w*", set()),  # one letter is a word, not a beginning
        ("creme", {"About dogs"}),
        ("crème", {"About dogs"}),
        ("gpt-4o", {"About dogs"}),
        ("4o", {"About dogs"}),
        ("12.50", {"About dogs"}),
        ("12", {"About dogs"}),
        ("txt", {"About dogs"}),
        ("org", {"About dogs"}),
        ("ada@example.org", {"About dogs"}),
        ("b8", {"About dogs"}),
        ("7", {"About dogs"}),
        ("T", {"About dogs"}),
        ("snake", {"About dogs"}),
        ("", set()),
        ("🙂 ?!", set()),
    ],
)
def test_what_is_found(answered: Callable[..., Run], text: str, found: set[str]) -> None:
    answered("About cats", "They have long whiskers.")
    answered(
        "About dogs",
        "A Crème for 12.50, says gpt-4o; the file is bill.txt, "
        "from ada@example.org or https://x.org/a/b8?c=d#e, at -7 %, AT&T, <i>snake_case</i>",
    )
    assert prompts(text) == found


@pytest.mark.parametrize("text", ["喜欢", "喜欢猫", "Приве*", "ПРИВЕТ"])
def test_other_scripts_are_found(answered: Callable[..., Run], text: str) -> None:
    answered("Others", "喜欢猫的人 Привет")
    assert prompts(text) == {"Others"}


@pytest.mark.parametrize(
    "text",
    [
        '"', '""', '"*', "*", "a*b*", "AND", "OR NOT", "NEAR(a b)", "prompt:x", "-x", "(", ")))",
        "'", "''; DROP TABLE playground_run; --", "\\", "a\\", ":*", "!", "&|", "<->", "%s", "%",
        "\x00", "a\x00b", "🙂", "猫", "a" * 5000, "word " * 1000, '"' * 999, "\ud800", "{x}", "^a",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(answered: Callable[..., Run], text: str) -> None:
    answered("Quiet", "Nothing here matches.")
    terms = parse(text)
    assert prompts(text) == set()
    assert search.newest(terms, 5) == search.ranked(terms, 5) == [] if terms else not terms


def test_a_retry_in_a_comparison_and_all_writers_keep_the_index(
    answered: Callable[..., Run],
) -> None:
    run = answered("First words", "First answer")
    Run.objects.filter(pk=run.pk).update(prompt="Second words", output="Second answer")
    assert (prompts("first"), prompts('"second answer"')) == (set(), {"Second words"})


def test_a_deleted_run_leaves_the_index(answered: Callable[..., Run]) -> None:
    images.delete_runs([answered("Gone soon", "Gone answer")])
    assert not SearchEntry.objects.exists()
    assert search.newest(parse("gone"), 5) == []


def test_runs_of_one_moment_have_entries_of_their_own(answered: Callable[..., Run]) -> None:
    now = timezone.now()
    Run.objects.bulk_create(
        Run(
            form_token=f"t{n}",
            provider="demo",
            model_id="m",
            units=1,
            prompt="twin",
            created_at=now,
        )
        for n in range(40)
    )
    assert SearchEntry.objects.filter(pk__gte=search.key_of(now)).count() == 40


LATE = datetime(2026, 3, 1, 12, 0, 0, 999_700, tzinfo=UTC)  # SQLite rounds it to the next second
SECOND = 1_000_000 * 1000  # of the numbers of entries


def told_at(moment: datetime) -> None:
    fields = {"provider": "demo", "model_id": "m", "units": 1, "created_at": moment}
    Run.objects.create(form_token=str(moment), prompt="Late words", listed_at=moment, **fields)


def test_the_last_moment_of_a_second_is_of_that_second() -> None:
    told_at(LATE)
    assert SearchEntry.objects.get().pk == search.key_of(LATE)


def test_entries_that_were_a_second_late_are_renumbered() -> None:
    told_at(LATE)
    if connection.vendor == "sqlite":  # as its trigger did before
        text = "INSERT INTO playground_searchtext"
        with connection.cursor() as cursor:
            cursor.execute(f"{text} (playground_searchtext) VALUES ('delete-all')")
            cursor.execute("UPDATE playground_searchentry SET id = id + %s", [SECOND])
            late = [search.key_of(LATE) + SECOND]
            cursor.execute(f"{text} (rowid, prompt) VALUES (%s, 'Late words')", late)
    search_schema.renumber(connection)
    assert search.newest(parse("late"), 3) == [search.key_of(LATE)]


def test_a_form_that_is_retried_a_thousand_times_still_has_a_next_entry(ask: Press) -> None:
    first, later = ask("Again and again"), ask("Just after it")
    moment = search.key_of(first.listed_at)
    # All numbers of that microsecond are taken, and the first one of the next.
    SearchEntry.objects.filter(run=first).update(id=moment + 999)
    SearchEntry.objects.filter(run=later).update(id=moment + 1000)
    again = [copy(first), copy(first)]
    for run in again:
        run.pk, run.form_token = uuid4(), uuid4().hex
        run.save(force_insert=True)
    assert SearchEntry.objects.filter(run__in=again).count() == 2
    assert set(again) <= set(Run.objects.search("again"))


def test_entries_are_in_the_order_of_history(answered: Callable[..., Run]) -> None:
    for number in range(5):
        answered(f"Question {number}", "same")
    keys = search.newest(parse("same"), 3)
    found = [SearchEntry.objects.get(pk=key).run.prompt for key in keys]
    assert found == ["Question 4", "Question 3", "Question 2"]


def test_the_best_match_comes_first(answered: Callable[..., Run]) -> None:
    best = answered("Zebra or zebra", "zebra")
    answered("Stripes", "There is, among much else that is of no use here, one zebra.")
    key = search.ranked(parse("zebra"), 10)[0]
    assert SearchEntry.objects.get(pk=key).run == best


def test_a_finish_never_fails_over_its_index(ask: Press) -> None:
    words = " ".join(f"w{n:x}" for n in range(200_000)) + "\x01" + "x" * 100_000
    assert ask().finish(RunStatus.COMPLETED, output=words)


def test_triggers_that_a_migration_left_behind_come_back_with_what_they_missed(ask: Press) -> None:
    from django.db import connection

    search_schema.drop(connection)
    SearchEntry.objects.all().delete()
    ask("Written meanwhile")
    search_schema.look_after()
    assert prompts("meanwhile") == {"Written meanwhile"}


@pytest.mark.parametrize(
    ("text", "searched", "marked"),
    [
        ("One cat, two cats", "cat", "One <mark>cat</mark>, two cats"),
        ("One cat, two cats", "cat* ", "One <mark>cat</mark>, two <mark>cats</mark>"),
        ("<b>cat</b> & cat", "cat", "&lt;b&gt;<mark>cat</mark>&lt;/b&gt; &amp; <mark>cat</mark>"),
        ("Crème, brûlée", "creme brulee", "<mark>Crème</mark>, <mark>brûlée</mark>"),
        ("a b, b c", '"b c"', "a b, <mark>b c</mark>"),
        (
            "<script>mark</script>",
            "script",
            "&lt;<mark>script</mark>&gt;mark&lt;/<mark>script</mark>&gt;",
        ),
    ],
)
def test_what_was_found_is_marked_in_escaped_text(text: str, searched: str, marked: str) -> None:
    assert mark(text, parse(searched)) == marked


@pytest.mark.parametrize("day", ["from=2900-01-01", "to=2900-01-01", "after=2900-01-01T00:00Z"])
def test_a_day_beyond_any_entry_is_searched_up_to(client: Client, day: str) -> None:
    assert client.get(f"/runs/?q=cats&{day}").status_code == 200
