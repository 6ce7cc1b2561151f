"""Blind comparisons: voting while the names are hidden, the reveal, and what counts."""

from __future__ import annotations

import json
import re
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from playground.comparisons.blind import voting
from playground.comparisons.blind.models import Contender, Outcome, Vote
from playground.comparisons.blind.win_rates import WinRate
from playground.rendering import render
from playground.runs.answer_states import state_of
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.submission import create
from playground.submission.request import RunRequest
from playground.submission.sweeps import Sweep
from tests.conftest import FLASH, GPT, HAIKU, form, png, upload
from tests.exports.schemas import validator
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.gone import delete_for_good
from tests.results.test_comparisons import HTMX, carry_all, page_of, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
ANSWERS = {FLASH: "A red car.", GPT: "A blue car.", HAIKU: "A green car."}


def blind(*models: str, **fields: Any) -> Comparison:
    asked = RunRequest(prompt="Which?", models=models or (FLASH, GPT, HAIKU), blind=True, **fields)
    started = create.submit(asked)
    assert isinstance(started, Comparison)
    return started


def cell(comparison: Comparison, model: str) -> Run:
    return comparison.cells().get(model_id=model)


def answer(comparison: Comparison, answers: dict[str, str] | None = None) -> None:
    """Let the models answer, at WaveSpeed: who answered is not the demo."""
    texts = answers or ANSWERS
    comparison.runs.update(provider="wavespeed")
    for run in comparison.cells().filter(status=RunStatus.QUEUED, model_id__in=texts):
        text = texts[run.model_id]
        run.finish(
            RunStatus.COMPLETED,
            output=text,
            output_html=render(text).html,
            answer_state=state_of(text, run.max_tokens),
        )


@pytest.fixture
def sealed() -> Comparison:
    """Three answers whose models are hidden."""
    comparison = blind()
    answer(comparison)
    return comparison


@pytest.fixture
def vote(client: Client) -> Callable[..., Any]:
    """Post a choice, as a browser without script does; returns the answer."""

    def post(comparison: Comparison, choice: object, action: str = "vote") -> Any:
        chosen = str(choice.pk) if isinstance(choice, Run) else choice
        return client.post(f"/compare/{comparison.pk}/{action}/", {"vote": chosen})

    return post


def test_a_blind_press_makes_a_sealed_comparison(press: Callable[..., Any]) -> None:
    press(models=[FLASH, GPT], blind="on")
    comparison = Comparison.objects.get()
    assert (comparison.is_sealed, comparison.seed is None) == (True, False)


def test_one_model_alone_is_an_ordinary_run(press: Callable[..., Any]) -> None:
    press(models=[FLASH], blind="on")
    assert not Comparison.objects.exists()


def test_the_order_is_not_the_order_of_choosing() -> None:
    chosen = (FLASH, GPT, HAIKU)
    orders = {tuple(run.model_id for run in blind(*chosen).cells()) for _ in range(30)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(chosen))}


def test_the_seed_gives_the_order_again() -> None:
    comparison = blind(sweep=Sweep((0.0, 1.0)))
    asked = RunRequest(prompt="Which?", models=(FLASH, GPT, HAIKU), sweep=Sweep((0.0, 1.0)))
    stands = [(run.model_id, run.temperature) for run in comparison.cells()]
    again = comparison.in_its_order(asked.cells())
    assert [(one.model, one.options.temperature) for one in again] == stands


def test_the_switch_is_part_of_what_a_press_asks(client: Client) -> None:
    for switch in (None, "on"):
        fields = form(models=[FLASH, GPT], form_token="t", blind=switch)
        response = client.post("/runs/", fields)
    assert response.status_code == 422
    assert Comparison.objects.count() == 1


def test_a_matrix_is_not_blind(press: Callable[..., Any]) -> None:
    files = [upload(png(colour), f"{colour}.png") for colour in ("red", "blue")]
    response = press(models=[FLASH, GPT], image_mode="each", images=files, blind="on")
    assert (response.status_code, Run.objects.count()) == (422, 0)
    assert "One run per image cannot be blind" in response.content.decode()


def test_a_vote_is_stored_and_can_be_changed(sealed: Comparison, vote: Callable[..., Any]) -> None:
    for model in (FLASH, GPT):
        assert vote(sealed, cell(sealed, model)).status_code == 303
    given = Vote.objects.get()
    assert (given.winner, given.frozen_at) == (cell(sealed, GPT), None)
    assert Contender.objects.get(won=True).model_id == GPT


@pytest.mark.parametrize("outcome", ["tie", "all_bad"])
def test_tie_and_all_bad_are_votes_for_nobody(
    sealed: Comparison, vote: Callable[..., Any], outcome: str
) -> None:
    vote(sealed, outcome, "reveal")
    assert Vote.objects.get().outcome == outcome
    assert Contender.objects.win_rates() == {}


@pytest.mark.parametrize("choice", ["", "none", "nonsense", "a\x00b", "0" * 5000])
def test_what_is_no_choice_is_refused_in_words(
    client: Client, sealed: Comparison, vote: Callable[..., Any], choice: str
) -> None:
    response = vote(sealed, choice)
    assert (response.status_code, Vote.objects.count()) == (422, 0)
    assert "Choose one of the answers that are there" in response.content.decode()


def test_an_answer_of_another_comparison_is_no_choice(
    sealed: Comparison, vote: Callable[..., Any]
) -> None:
    other = blind()
    answer(other)
    assert vote(sealed, cell(other, GPT)).status_code == 422


def test_the_vote_is_frozen_at_the_reveal(sealed: Comparison, vote: Callable[..., Any]) -> None:
    vote(sealed, cell(sealed, FLASH))
    vote(sealed, "", "reveal")
    response = vote(sealed, cell(sealed, GPT))
    assert response.status_code == 409
    assert "The vote is frozen" in response.content.decode()
    assert Vote.objects.get().winner == cell(sealed, FLASH)


def test_a_second_reveal_changes_nothing(sealed: Comparison, vote: Callable[..., Any]) -> None:
    for model, expected in ((FLASH, 303), (FLASH, 303), (GPT, 409)):
        assert vote(sealed, cell(sealed, model), "reveal").status_code == expected
    assert Vote.objects.get().winner == cell(sealed, FLASH)


def test_no_vote_follows_a_reveal_without_one(
    client: Client, sealed: Comparison, vote: Callable[..., Any]
) -> None:
    vote(sealed, "", "reveal")
    assert vote(sealed, cell(sealed, GPT)).status_code == 409
    assert Vote.objects.get().outcome == Outcome.NONE
    sealed.refresh_from_db()
    assert "Revealed without a vote: nothing counts" in page_of(client, sealed)


def test_a_wrong_choice_reveals_nothing(sealed: Comparison, vote: Callable[..., Any]) -> None:
    assert vote(sealed, "nonsense", "reveal").status_code == 422
    sealed.refresh_from_db()
    assert sealed.is_sealed


@pytest.mark.parametrize("action", ["vote", "reveal"])
def test_a_comparison_with_names_takes_no_vote(vote: Callable[..., Any], action: str) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    answer(started)
    assert vote(started, started.cells()[0], action).status_code == 409
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    "change", [{"outcome": "tie", "place": None, "winner": None}, {"place": 7}]
)
def test_the_database_itself_keeps_a_frozen_vote(
    sealed: Comparison, change: dict[str, Any]
) -> None:
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.update(frozen_at=None)


def test_the_database_takes_one_vote_a_comparison(sealed: Comparison) -> None:
    voting.reveal(sealed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(comparison=sealed, outcome=Outcome.TIE, answers=3)


def test_a_failed_answer_cannot_be_voted_for_and_has_not_lost(vote: Callable[..., Any]) -> None:
    comparison = blind()
    cell(comparison, GPT).finish(RunStatus.FAILED, error_kind="invalid")
    answer(comparison)
    assert vote(comparison, cell(comparison, GPT)).status_code == 422
    vote(comparison, cell(comparison, FLASH), "reveal")
    assert Contender.objects.win_rates() == {FLASH: WinRate(1, 1), HAIKU: WinRate(0, 1)}


@pytest.mark.parametrize("text", ["", "I'm sorry, but I can't help with that."])
def test_an_empty_or_refused_answer_is_left_out(text: str) -> None:
    comparison = blind()
    answer(comparison, ANSWERS | {GPT: text})
    with pytest.raises(voting.NotVotableError):
        voting.give(comparison, str(cell(comparison, GPT).pk))
    voting.reveal(comparison, str(cell(comparison, FLASH).pk))
    assert GPT not in Contender.objects.win_rates()


def test_an_answer_that_came_after_the_vote_has_not_lost(
    client: Client, vote: Callable[..., Any]
) -> None:
    comparison = blind()
    answer(comparison, {FLASH: "A car.", HAIKU: "A van."})
    vote(comparison, cell(comparison, FLASH))
    answer(comparison)
    assert "Vote again to count the others" in page_of(client, comparison)
    vote(comparison, "", "reveal")
    assert set(Contender.objects.win_rates()) == {FLASH, HAIKU}


def test_one_model_at_several_temperatures_has_beaten_nobody() -> None:
    comparison = blind(FLASH, sweep=Sweep((0.0, 1.0)))
    answer(comparison)
    voting.reveal(comparison, str(comparison.cells()[0].pk))
    assert Contender.objects.win_rates() == {}


def test_a_vote_before_the_reveal_counts_for_nothing_yet(sealed: Comparison) -> None:
    voting.give(sealed, str(cell(sealed, GPT).pk))
    assert Contender.objects.win_rates() == {}


@pytest.mark.parametrize(("provider", "name"), [("demo", "demo"), ("this-machine", "text reader")])
def test_a_vote_where_no_model_took_part_counts_for_none(
    client: Client, sealed: Comparison, provider: str, name: str
) -> None:
    sealed.runs.filter(model_id=HAIKU).update(provider=provider)
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    sealed.refresh_from_db()
    assert Contender.objects.win_rates() == {}
    assert f"The {name} took part, so this vote counts for no model" in page_of(client, sealed)


def test_one_model_at_two_servers_wins_and_loses_apart() -> None:
    here, there = "llava:7b@home", "llava:7b@work"
    comparison = blind(FLASH, GPT)
    for model, other in ((FLASH, here), (GPT, there)):
        answer(comparison, {model: "A car."})
        slug = other.rpartition("@")[2]
        comparison.runs.filter(model_id=model).update(model_id=other, provider=slug)
    voting.reveal(comparison, str(cell(comparison, here).pk))
    assert Contender.objects.win_rates() == {here: WinRate(1, 1), there: WinRate(0, 1)}


def test_one_model_of_the_demo_and_of_a_key_are_two_parts() -> None:
    comparison = blind(FLASH, GPT, sweep=Sweep((0.0, 1.0)))
    answer(comparison)
    first = comparison.cells().filter(model_id=FLASH)[0]
    Run.objects.filter(pk=first.pk).update(provider="demo")
    voting.give(comparison, str(first.pk))
    parts = Contender.objects.filter(model_id=FLASH).values_list("provider", "won")
    assert sorted(parts) == [("demo", True), ("wavespeed", False)]


def test_votes_from_before_learn_who_answered_from_their_runs(sealed: Comparison) -> None:
    migration = import_module("playground.migrations.0026_contender_provider")
    voting.give(sealed, str(cell(sealed, GPT).pk))
    Contender.objects.update(provider="")
    sealed.runs.filter(model_id=HAIKU).update(provider="demo")
    cell(sealed, FLASH).delete()
    migration.note(apps, SimpleNamespace(connection=connection))
    known = dict(Contender.objects.values_list("model_id", "provider"))
    assert known == {FLASH: "", GPT: "wavespeed", HAIKU: "demo"}


def test_picking_the_best_answer_never_counts(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed)
    best = {"run": str(cell(sealed, GPT).pk)}
    assert client.post(f"/compare/{sealed.pk}/pick/", best).status_code == 303
    assert Contender.objects.win_rates() == {}


def test_deleting_the_comparison_takes_its_vote_along(sealed: Comparison) -> None:
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    delete_for_good(Run.objects.all())
    assert (Vote.objects.count(), Contender.objects.win_rates()) == (0, {})


def test_deleting_the_winner_alone_keeps_the_vote(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    delete_for_good([cell(sealed, GPT)])
    assert Contender.objects.win_rates()[GPT] == WinRate(1, 1)
    sealed.refresh_from_db()
    assert "an answer that was deleted" in page_of(client, sealed)


def test_the_names_are_back_after_the_reveal_with_the_vote(
    client: Client, sealed: Comparison, vote: Callable[..., Any]
) -> None:
    voted = cell(sealed, GPT)
    vote(sealed, voted, "reveal")
    sealed.refresh_from_db()
    text = page_of(client, sealed)
    assert f"You voted {'ABC'[voted.position]}:" in text
    assert "Timings" in text
    assert client.get(f"/runs/{voted.pk}/").status_code == 200


def test_under_ten_votes_no_rate_is_shown(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    sealed.refresh_from_db()
    text = page_of(client, sealed)
    assert "1 vote, fewer than 10: not shown" in text
    assert 'class="range"' not in text


def test_from_ten_votes_on_the_rate_comes_with_its_interval(
    client: Client, sealed: Comparison
) -> None:
    for number in range(10):
        other = blind(FLASH, GPT)
        past = Vote.objects.create(
            comparison=other, outcome="answer", place=0, answers=2, frozen_at=timezone.now()
        )
        for model in (GPT, FLASH):
            won = (model == GPT) == (number < 6)
            Contender.objects.create(vote=past, model_id=model, won=won, provider="wavespeed")
    voting.reveal(sealed)
    sealed.refresh_from_db()
    text = page_of(client, sealed)
    assert "60%</span>" in text
    assert "31% to 83%, 10 votes" in text


def test_a_retried_place_stays_sealed(client: Client, upstream: FakeWaveSpeed) -> None:
    upstream.fault("submit", Fault.answer(400, {"message": f"{GPT} is away"}), model=GPT)
    comparison = blind()
    carry_all(comparison)
    failed = cell(comparison, GPT)
    answer = client.post(f"/runs/{failed.pk}/retry/", {"form_token": "t"}, headers=HTMX)
    assert (answer.status_code, GPT in answer.content.decode()) == (200, False)
    carry_all(comparison)
    again = cell(comparison, GPT)
    assert (again.position, again.status) == (failed.position, RunStatus.COMPLETED)


def test_an_answer_that_can_be_voted_for_is_not_replaced(
    client: Client, sealed: Comparison
) -> None:
    assert client.post(f"/runs/{cell(sealed, GPT).pk}/retry/").status_code == 409
    assert Run.objects.count() == 3


@pytest.mark.parametrize("action", ["add", "pick"])
def test_what_would_tell_a_column_waits_for_the_reveal(
    client: Client, sealed: Comparison, action: str
) -> None:
    fields = {"models": FLASH, "run": str(cell(sealed, FLASH).pk)}
    assert client.post(f"/compare/{sealed.pk}/{action}/", fields).status_code == 409
    sealed.refresh_from_db()
    assert (Run.objects.count(), sealed.best) == (3, None)


def test_a_poll_keeps_the_form_up_to_date(client: Client) -> None:
    comparison = blind()
    assert 'type="radio"' not in status(client, comparison)
    answer(comparison)
    assert status(client, comparison).count('type="radio"') == 5


def test_a_window_that_waits_learns_of_a_reveal_in_another(client: Client) -> None:
    comparison = blind(FLASH, GPT)
    poll = client.get(f"/compare/{comparison.pk}/").content.decode()
    assert "view=compare&amp;sealed=1" in poll
    voting.reveal(comparison)
    address = f"/compare/{comparison.pk}/status/?view=compare&sealed=1&seen="
    assert "The vote is frozen" in client.get(address, headers=HTMX).content.decode()
    assert "sealed=1" not in client.get(address, headers=HTMX).content.decode()


def test_a_sealed_run_says_where_to_reveal_it(client: Client, sealed: Comparison) -> None:
    address = f"/runs/{sealed.cells()[0].pk}"
    page = client.get(f"{address}/")
    data = client.get(f"{address}.json")
    assert (page.status_code, data.status_code) == (409, 409)
    assert sealed.get_absolute_url() in page.content.decode()
    assert json.loads(data.content)["comparison"] == sealed.get_absolute_url()


@pytest.mark.parametrize(("choice", "noted"), [("", "none, "), ("tie", "tie"), (GPT, "gpt-4o")])
def test_exports_carry_the_vote_once_the_names_are_shown(
    client: Client, sealed: Comparison, choice: str, noted: str
) -> None:
    winner = cell(sealed, choice) if choice == GPT else None
    voting.reveal(sealed, str(winner.pk) if winner else choice)
    value = client.get(f"/compare/{sealed.pk}.json").json()
    validator("comparison.v1.json").validate(value)
    outcome, at = value["vote"]["outcome"], value["vote"]["cell"]
    assert (value["blind"], outcome) == (True, "answer" if winner else choice or "none")
    assert (value["cells"][at - 1]["model"] if at else "") == (GPT if winner else "")
    note = client.get(f"/compare/{sealed.pk}.md").content.decode()
    assert re.search(rf"Blind vote: (\d\. )?{noted}", note)


def test_a_link_does_not_tell_the_vote(client: Client, sealed: Comparison) -> None:
    voting.reveal(sealed, str(cell(sealed, GPT).pk))
    sealed.refresh_from_db()
    token = links.share(sealed, links.Choice()).token
    value = client.get(f"/s/{token}.json").json()
    assert (value["blind"], value["vote"]) == (True, None)
    assert "Blind vote" not in client.get(f"/s/{token}.md").content.decode()
