"""Full-text search over prompts and answers, on whatever database the tests run with."""

from __future__ import annotations

import unicodedata
from copy import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from playground.migrations import _search
from playground.runs.models.run import Run
from playground.runs.search import index, mark, parse, schema
from playground.runs.search.index import SearchEntry
from playground.runs.status import RunStatus
from tests.gone import delete_for_good

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


CJK = "今天北京天气很好，发票总金额是四十五元。서울에서 만났다。第3章，5月4日。"
CJK += "東京タワーでGPT模型を使う。ราคาทั้งหมด"


@pytest.mark.parametrize(
    "text",
    [
        *("北京", "总金额", "서울", "에서", "金", "元", "京天", "今天北京天气很好", "好，发票"),
        *('"好 发票"', "京タワー", "タワ", "gpt", "GPT模型", "模型を", "タワーでgpt模", "ทั้งหมด"),
        *("北京 서울 gpt", "第3章", "3章", "月4日"),
    ],
)
def test_what_stands_inside_a_run_without_spaces_is_found_and_marked(
    answered: Callable[..., Run], text: str
) -> None:
    answered("Long", CJK)
    assert prompts(text) == {"Long"}
    assert "<mark>" in mark(CJK, parse(text))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (unicodedata.normalize("NFD", "오늘서울에서"), "서울"),
        ("今日ｶﾞｲﾄﾞを読む", "ガイド"),
        ("今日ガイドを読む", "ｶﾞｲﾄﾞ"),
        (unicodedata.normalize("NFD", "今日ガイドを読む"), "ガイド"),
        ("今日𠮷野家で", "𠮷野"),
        ("🙂北京🙂", "北京"),
    ],
)
def test_other_spellings_of_the_same_characters_are_found(
    answered: Callable[..., Run], written: str, text: str
) -> None:
    answered("Other", written)
    assert prompts(text) == {"Other"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        *(("合計１，２３４円、ＡＢＣ商店", text) for text in ("1,234", "abc", "ＡＢＣ", "ab*")),
        ("Total 1,234, ABC shop", "ＡＢＣ １，２３４"),
    ],
)
def test_letters_and_digits_are_found_in_either_width(
    answered: Callable[..., Run], written: str, text: str
) -> None:
    answered("Other", written)
    assert prompts(text) == {"Other"}
    assert "<mark>" in mark(written, parse(text))


@pytest.mark.parametrize(
    "text", ["京北", "总额", "서에", "好发票", "gpt型", "北京x", "ワタ", '"北 京"']
)
def test_what_does_not_stand_there_is_not_found(answered: Callable[..., Run], text: str) -> None:
    answered("Long", CJK)
    assert prompts(text) == set()


def test_history_shows_where_it_stands_in_a_long_run(
    answered: Callable[..., Run], client: Client
) -> None:
    answered("长", f"{'今天天气很好' * 60}北京{'发票是四十五元' * 60}")
    page = client.get("/runs/", {"q": "北京"}).content.decode()
    assert "<mark>北</mark><mark>京</mark>" in page or "<mark>北京</mark>" in page


def test_a_run_that_changes_is_found_by_its_new_words_alone(answered: Callable[..., Run]) -> None:
    run = answered("大阪の天気", CJK)
    Run.objects.filter(pk=run.pk).update(output="今日は雨です")
    assert (prompts("北京"), prompts("は雨")) == (set(), {"大阪の天気"})
    run.delete()
    assert index.newest(parse("阪の"), 5) == []


def test_an_index_of_an_older_release_is_parted_once(answered: Callable[..., Run]) -> None:
    run = answered("Long", CJK)
    with connection.cursor() as cursor:
        as_an_older_release_left_it(cursor)
    for _ in range(2):
        _search.part(connection)
    assert prompts("北京") == prompts("서울") == {"Long"}
    Run.objects.filter(pk=run.pk).update(output="nothing")
    assert prompts("北京") == set()


def as_an_older_release_left_it(cursor: Any) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(
            "UPDATE playground_searchentry SET words = to_tsvector('simple', '今天北京')"
        )
        cursor.execute("DROP FUNCTION playground_parted")
        return
    cursor.execute("DROP VIEW playground_search_parted")
    cursor.execute(
        "INSERT INTO playground_searchtext (playground_searchtext, rowid, prompt, output)"
        " SELECT 'delete', entry.id, playground_parted(r.prompt), playground_parted(r.output)"
        " FROM playground_searchentry AS entry JOIN playground_run AS r ON r.id = entry.run_id"
    )
    cursor.execute(
        "INSERT INTO playground_searchtext (rowid, prompt, output) SELECT entry.id, r.prompt,"
        " r.output FROM playground_searchentry AS entry JOIN playground_run AS r"
        " ON r.id = entry.run_id"
    )


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
    assert index.newest(terms, 5) == index.ranked(terms, 5) == [] if terms else not terms


def test_a_retry_in_a_comparison_and_all_writers_keep_the_index(
    answered: Callable[..., Run],
) -> None:
    run = answered("First words", "First answer")
    Run.objects.filter(pk=run.pk).update(prompt="Second words", output="Second answer")
    assert (prompts("first"), prompts('"second answer"')) == (set(), {"Second words"})


def test_a_deleted_run_leaves_the_index(answered: Callable[..., Run]) -> None:
    delete_for_good([answered("Gone soon", "Gone answer")])
    assert not SearchEntry.objects.exists()
    assert index.newest(parse("gone"), 5) == []


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
    assert SearchEntry.objects.filter(pk__gte=index.key_of(now)).count() == 40


LATE = datetime(2026, 3, 1, 12, 0, 0, 999_700, tzinfo=UTC)  # SQLite rounds it to the next second
SECOND = 1_000_000 * 1000  # of the numbers of entries


def told_at(moment: datetime) -> None:
    fields = {"provider": "demo", "model_id": "m", "units": 1, "created_at": moment}
    Run.objects.create(form_token=str(moment), prompt="Late words", listed_at=moment, **fields)


def test_the_last_moment_of_a_second_is_of_that_second() -> None:
    told_at(LATE)
    assert SearchEntry.objects.get().pk == index.key_of(LATE)


def test_entries_that_were_a_second_late_are_renumbered() -> None:
    told_at(LATE)
    if connection.vendor == "sqlite":  # as its trigger did before
        text = "INSERT INTO playground_searchtext"
        with connection.cursor() as cursor:
            cursor.execute(f"{text} (playground_searchtext) VALUES ('delete-all')")
            cursor.execute("UPDATE playground_searchentry SET id = id + %s", [SECOND])
            late = [index.key_of(LATE) + SECOND]
            cursor.execute(f"{text} (rowid, prompt) VALUES (%s, 'Late words')", late)
    _search.renumber(connection)
    assert index.newest(parse("late"), 3) == [index.key_of(LATE)]


def test_a_form_that_is_retried_a_thousand_times_still_has_a_next_entry(ask: Press) -> None:
    first, later = ask("Again and again"), ask("Just after it")
    moment = index.key_of(first.listed_at)
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
    keys = index.newest(parse("same"), 3)
    found = [SearchEntry.objects.get(pk=key).run.prompt for key in keys]
    assert found == ["Question 4", "Question 3", "Question 2"]


def test_the_best_match_comes_first(answered: Callable[..., Run]) -> None:
    best = answered("Zebra or zebra", "zebra")
    answered("Stripes", "There is, among much else that is of no use here, one zebra.")
    key = index.ranked(parse("zebra"), 10)[0]
    assert SearchEntry.objects.get(pk=key).run == best


def test_a_finish_never_fails_over_its_index(ask: Press) -> None:
    words = " ".join(f"w{n:x}" for n in range(200_000)) + "\x01" + "x" * 100_000
    assert ask().finish(RunStatus.COMPLETED, output=words)


def test_triggers_that_a_migration_left_behind_come_back_with_what_they_missed(ask: Press) -> None:
    from django.db import connection

    _search.drop(connection)
    SearchEntry.objects.all().delete()
    ask("Written meanwhile")
    schema.look_after()
    assert prompts("meanwhile") == {"Written meanwhile"}


@pytest.mark.parametrize(
    ("text", "searched", "marked"),
    [
        ("One cat, two cats", "cat", "One <mark>cat</mark>, two cats"),
        ("One cat, two cats", "cat* ", "One <mark>cat</mark>, two <mark>cats</mark>"),
        ("<b>cat</b> & cat", "cat", "&lt;b&gt;<mark>cat</mark>&lt;/b&gt; &amp; <mark>cat</mark>"),
        ("Crème, brûlée", "creme brulee", "<mark>Crème</mark>, <mark>brûlée</mark>"),
        ("a b, b c", '"b c"', "a b, <mark>b c</mark>"),
        ("ราคาน้ำดื่ม", "น้ำ", "ราคา<mark>น้ำ</mark>ดื่ม"),
        ("<b>ｶﾞｿﾘﾝ", "ガソリン", "&lt;b&gt;<mark>ｶﾞｿﾘﾝ</mark>"),
        (
            normalize("NFD", "서울은"),
            "서울",
            f"<mark>{normalize('NFD', '서울')}</mark>{normalize('NFD', '은')}",
        ),
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
