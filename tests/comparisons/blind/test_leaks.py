"""A sealed comparison gives nothing away: every address of it and of its runs is walked."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from playground.catalog import entries
from playground.comparisons.blind import voting
from playground.comparisons.blind.anonymise import Anonymiser, anonymous
from playground.connections.models import ListedModel
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.sweeps import Sweep
from playground.urls import urlpatterns
from tests.comparisons.blind.test_voting import answer, blind, cell
from tests.conftest import FLASH, GPT, HAIKU
from tests.results.test_comparisons import HTMX, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from playground.runs.models.comparison import Comparison

pytestmark = pytest.mark.django_db
LLAMA, SCOUT = "meta-llama/llama-3.2-90b-vision-instruct", "meta-llama/llama-4-scout"
FIVE = (FLASH, GPT, HAIKU, LLAMA, SCOUT)
SECRETS = [text for model in entries.models() for text in (model.id, model.name)]
SECRETS += ["7.8 s", "0.77", "3×", 'class="vendor', "secret reasoning"]
NAMES_ONCE = re.compile(r'<span class="cluster blind-names" role="list".*?</p>', re.DOTALL)
QUERIES = ["?view=page", "?view=alone", "?view=compare", "?diff="]
ASKED = [{"Accept": kind} for kind in ("text/html", "application/json", "text/markdown")] + [HTMX]


@pytest.fixture
def sealed() -> Comparison:
    """A cell in each state, and everything that names its model or what it took."""
    comparison = blind(*FIVE)
    texts = {
        m: f"I am {m}.\n\n<think>secret reasoning</think>A car of 19{n}0."
        for n, m in enumerate((FLASH, GPT))
    }
    answer(comparison, texts)
    Run.objects.update(price="0.777", inference_ms=7777, provider="wavespeed")
    cell(comparison, HAIKU).finish(
        RunStatus.FAILED, error_kind="invalid", error_detail=f"{HAIKU} is away"
    )
    Run.objects.filter(model_id=LLAMA).update(last_error=f"{LLAMA}: slow down")
    Run.objects.filter(model_id=SCOUT).update(
        status=RunStatus.PROCESSING, last_error=f"{SCOUT}: slow down", prediction_id="p1"
    )
    return comparison


def addresses(comparison: Comparison) -> Iterator[str]:
    """Every address that is made of the id of a run or of a comparison, as the URLs have them."""
    ids = {"run_id": [run.pk for run in comparison.cells()], "comparison_id": [comparison.pk]}
    for pattern in urlpatterns:
        names = list(pattern.pattern.converters)
        if len(names) == 1 and names[0] in ids and pattern.name != "webhook":
            yield from (reverse(pattern.name, args=[one]) for one in ids[names[0]])


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_no_address_says_which_model_it_was(client: Client, sealed: Comparison) -> None:
    for address, headers in product(addresses(sealed), ASKED):
        plain = client.get(address, headers=headers)
        queries = QUERIES if plain.status_code == 200 else ()  # what refuses reads none
        for told in (plain, *(client.get(address + one, headers=headers) for one in queries)):
            assert (address, found(NAMES_ONCE.sub("", told.content.decode()))) == (address, [])


def test_no_action_says_it_either(client: Client, sealed: Comparison) -> None:
    for address in addresses(sealed):
        if address.endswith(("reveal/", "delete/")):
            continue
        for headers in ({}, HTMX):
            body = client.post(address, {"view": "page"}, headers=headers).content.decode()
            assert (address, found(body)) == (address, [])
    sealed.refresh_from_db()
    assert sealed.is_sealed


def test_a_retry_that_is_refused_does_not_say_which_model_cannot(
    client: Client, sealed: Comparison
) -> None:
    Run.objects.update(temperature=0.5)
    ListedModel.objects.create(provider="wavespeed", model_id=HAIKU, temperature=False)
    for headers in ({}, HTMX):
        answer = client.post(f"/runs/{cell(sealed, HAIKU).pk}/retry/", headers=headers)
        assert answer.status_code == 409
        assert found(answer.content.decode() + str(answer.headers)) == []


def test_the_pages_that_say_nothing_are_not_empty(client: Client, sealed: Comparison) -> None:
    text = page_of(client, sealed)
    assert text.count('<article class="panel result sealed ') == 5
    assert len(re.findall(r"A car of <mark.*?>19", text)) == 2  # to be read
    assert len(re.findall(r"A car of 19", text)) == 2  # to be copied


def test_the_names_are_shown_once_by_name(client: Client, sealed: Comparison) -> None:
    once = NAMES_ONCE.findall(page_of(client, sealed))
    names = re.findall(r"<span>([\w.-]+)</span>", once[0])
    assert (len(once), names) == (1, sorted(entries.find(model).name for model in FIVE))


def test_two_answers_are_compared_word_by_word_under_their_letters(
    client: Client, sealed: Comparison
) -> None:
    ids = [run.pk for run in sealed.cells() if run.output]
    body = client.get(sealed.get_absolute_url(), {"diff": ids}).content.decode()
    assert 'id="pair"' in body
    assert found(NAMES_ONCE.sub("", body)) == []


@pytest.mark.parametrize("whole", [True, False])
def test_its_runs_stand_beside_no_others(client: Client, sealed: Comparison, whole: bool) -> None:
    chosen = sealed.cells()[0 if whole else 1]
    response = client.get("/compare/", {"run": [chosen.pk]})
    assert (response.status_code, found(response.content.decode())) == (409, [])


def rows_of(client: Client, **filters: Any) -> list[str]:
    return client.get("/runs/", filters, headers=HTMX).content.decode().split('class="row"')[1:]


def test_the_row_of_history_names_nothing(client: Client, sealed: Comparison) -> None:
    (row,) = rows_of(client)
    assert (found(row), "Blind" in row) == ([], True)


def test_no_sum_of_history_says_which_model_failed(client: Client, sealed: Comparison) -> None:
    Run.objects.filter(model_id=GPT).update(price="1.25")
    text = client.get("/runs/").content.decode()
    assert re.findall(r"\$\d|\d unit", text) == []
    voting.reveal(sealed)
    assert client.get("/runs/").content.decode().count("$3.58") == 2  # of the row and of the day


def test_what_was_found_in_an_answer_names_nothing(client: Client, sealed: Comparison) -> None:
    (row,) = rows_of(client, q="A car of 1900")
    assert found(row) == []


@pytest.mark.parametrize("model", FIVE)
def test_filters_of_history_cannot_be_crossed(
    client: Client, sealed: Comparison, model: str
) -> None:
    for other in ({"status": "failed"}, {"q": "A car of 1900"}, {"starred": "1"}):
        assert len(rows_of(client, model=model, **other)) == 0
    assert len(rows_of(client, model=model)) == 1


def test_after_the_reveal_filters_cross_again(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed)
    assert len(rows_of(client, model=HAIKU, status="failed")) == 1
    assert len(rows_of(client, model=GPT, status="failed")) == 0


def test_edit_and_run_again_forgets_the_order(client: Client) -> None:
    orders = set()
    for _ in range(8):
        first = blind(*FIVE).cells()[0]
        text = client.get("/", {"from": first.pk}).content.decode()
        orders.add(tuple(re.findall('data-remove-model="(.*?)"', text)))
    assert orders == {tuple(sorted(FIVE))}


def test_a_sweep_does_not_say_which_column_has_which_temperature(client: Client) -> None:
    comparison = blind(FLASH, sweep=Sweep((0.123, 0.456, 1.789)))
    text = page_of(client, comparison) + rows_of(client)[0]
    assert [one for one in ("0.123", "0.456", "1.789") if one in text] == []
    forms = {
        client.get("/", {"from": run.pk}).content.decode().split('id="sweep-values"')[1][:200]
        for run in comparison.cells()
    }
    assert len(forms) == 1


def test_the_star_of_a_row_leads_back_to_the_comparison(client: Client, sealed: Comparison) -> None:
    response = client.post(f"/runs/{sealed.cells()[0].pk}/star/", {"starred": "1"})
    assert response.headers["Location"] == sealed.get_absolute_url()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I'm Claude, an AI assistant made by Anthropic.",
         "I'm [name hidden], an AI assistant made by [name hidden]."),
        ("I am **GPT-4** and see a cat.", "I am **[name hidden]** and see a cat."),
        ("The menu says gpt-4o and openai/gpt-4o.",
         "The menu says [name hidden] and [name hidden]."),
        ("As a large language model trained by Google, I see two.",
         "As a large language model trained by [name hidden], I see two."),
        ("The sign reads Google. The llama is brown.",
         "The sign reads Google. The llama is brown."),
        ("I am looking at Google Maps.", "I am looking at Google Maps."),
    ],
)  # fmt: skip
def test_an_answer_does_not_name_its_writer(text: str, shown: str) -> None:
    assert anonymous(text) == shown


def test_what_has_arrived_of_an_answer_names_nobody_either(
    client: Client, sealed: Comparison
) -> None:
    text = f"<think>secret reasoning</think>I am {GPT}, and I see a tram"
    Run.objects.filter(model_id__in=(HAIKU, SCOUT)).update(partial=text)
    page = NAMES_ONCE.sub("", page_of(client, sealed))
    assert (page.count("and I see a tram"), found(page)) == (2, [])


def test_what_a_lookup_found_names_nobody(client: Client, sealed: Comparison) -> None:
    candidate = {"id": "p9", "created_at": "", "status": "completed"}
    now = timezone.now()
    Run.objects.filter(model_id=HAIKU).update(
        status=RunStatus.UNKNOWN,
        submit_started_at=now,
        lookup_started_at=now,
        lookup_ended_at=now,
        candidates=[candidate | {"output": f"I am {HAIKU}. A tram."}],
    )
    page = NAMES_ONCE.sub("", page_of(client, sealed))
    assert (page.count("A tram."), found(page)) == (1, [])


def test_the_models_of_servers_are_not_named_by_their_answers(client: Client) -> None:
    comparison = blind(FLASH, GPT)
    Run.objects.filter(model_id=GPT).update(model_id="tulu3:8b@lab", provider="lab")
    answer(comparison, {FLASH: "It is Tulu3:8B who says it.", "tulu3:8b@lab": "tulu3:8b here."})
    page = NAMES_ONCE.sub("", page_of(client, comparison))
    assert page.count("[name hidden]") >= 2
    assert "tulu3" not in page.lower()


def test_after_the_reveal_the_answer_stands_as_it_came(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed)
    sealed.refresh_from_db()
    text = page_of(client, sealed)
    assert {GPT, "7.8 s", "0.77", "3×", "secret reasoning"} <= set(found(text))


def test_what_is_shown_of_a_run_is_a_value_without_names(sealed: Comparison) -> None:
    shown = [Anonymiser(sealed).run(run) for run in sealed.cells()]
    assert found(repr(shown)) == []
    assert not {"model_id", "provider", "price", "thoughts"} & set(vars(shown[0]))
    assert [one.last_error for one in shown].count(True) == 2


def test_the_row_stays_as_it_came(sealed: Comparison) -> None:
    run = cell(sealed, GPT)
    shown = Anonymiser(sealed).run(run)
    assert f"I am {GPT}." in run.output
    assert shown.output != run.output


def test_of_a_run_that_goes_on_no_answer_is_read(
    sealed: Comparison, django_assert_num_queries: Any
) -> None:
    run = sealed.cells().for_glance().get(model_id=SCOUT)
    anonymiser = Anonymiser(sealed)
    with django_assert_num_queries(0):
        assert anonymiser.run(run).output == ""
