"""People mark answers, each for themselves, on the page of a case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments.models.mark import Mark, Source
from playground.experiments.outcome import outcome_of
from tests.conftest import markup, member, signed_in
from tests.experiments.sets import answered, started, version_of

if TYPE_CHECKING:
    from django.test import Client

    from playground.experiments.models.experiment import Experiment

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    experiment = started(version_of("1", "2", "3"))
    answered(experiment, "yn", "y-", "nn")
    return experiment


def address(experiment: Experiment, number: int = 1) -> str:
    return f"{experiment.get_absolute_url()}cases/{number}/"


def mark(client: Client, experiment: Experiment, number: int = 1, **said: str) -> Any:
    return client.post(
        address(experiment, number), {k.replace("_", "-"): v for k, v in said.items()}
    )


def said(**where: Any) -> list[tuple[bool | None, float | None, str]]:
    marks = Mark.objects.filter(source=Source.PERSON, **where).order_by("run__position")
    return list(marks.values_list("right", "score", "note"))


def test_right_wrong_grades_and_notes_are_kept(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, mark_A="right", mark_B="2", note_B="one digit off")
    assert said() == [(True, 1.0, ""), (None, 0.25, "one digit off")]


def test_saving_goes_on_to_the_next_that_is_unmarked(
    client: Client, experiment: Experiment
) -> None:
    first = mark(client, experiment, mark_A="right", mark_B="wrong")
    second = mark(client, experiment, 2, mark_A="right")
    assert first["Location"] == address(experiment, 2)
    assert second["Location"] == address(experiment, 3)


def test_after_the_last_comes_the_outcome_by_people(client: Client, experiment: Experiment) -> None:
    for number in (1, 2, 3):
        last = mark(client, experiment, number, mark_A="right", mark_B="wrong")
    assert last["Location"] == f"{experiment.get_absolute_url()}?source=person"
    assert "3 of 3" in markup(client.get(last["Location"]))


def test_skipping_keeps_nothing(client: Client, experiment: Experiment) -> None:
    answer = mark(client, experiment, mark_A="right", skip="1")
    assert (said(), answer["Location"]) == ([], address(experiment, 2))


def test_marking_twice_is_marking_once(client: Client, experiment: Experiment) -> None:
    for choice in ("right", "wrong"):
        mark(client, experiment, mark_A=choice)
    assert [right for right, _, _ in said()] == [False]


def test_a_mark_can_be_taken_back(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, mark_A="right")
    mark(client, experiment, mark_A="")
    assert said() == []


@pytest.mark.parametrize("odd", ["6", "0", "RIGHT", "²", "right\x00", "x" * 10_000])
def test_an_odd_choice_is_none(client: Client, experiment: Experiment, odd: str) -> None:
    assert mark(client, experiment, mark_A=odd).status_code == 303
    assert said() == []


def test_what_has_no_answer_cannot_be_marked(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, 2, mark_B="right")
    assert said() == []


def test_blind_names_no_model_and_links_no_run(client: Client, experiment: Experiment) -> None:
    html = markup(client.get(address(experiment), {"blind": "1"}))
    assert "gpt-4o" not in html
    assert "gemini" not in html
    assert not re.search(r'href="/runs/[0-9a-f]', html)


def test_the_shuffled_order_stays(client: Client, experiment: Experiment) -> None:
    pages = [markup(client.get(address(experiment), {"blind": "1"})) for _ in range(2)]
    answers = [re.findall(r"read <span[^>]*>read (\w)", html) for html in pages]
    assert answers[0] == answers[1]


def test_the_rules_verdict_comes_after_ones_own(client: Client, experiment: Experiment) -> None:
    assert "verdict-wrong" not in markup(client.get(address(experiment)))
    mark(client, experiment, mark_A="right", mark_B="right")
    assert "verdict-wrong" in markup(client.get(address(experiment)))


def test_the_first_unmarked_case_is_found(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, mark_A="right", mark_B="right")
    answer = client.get(f"{experiment.get_absolute_url()}cases/")
    assert answer["Location"] == address(experiment, 2)


@pytest.mark.parametrize("number", [0, 4, 99999999])
def test_a_case_that_is_not_there_is_not_found(
    client: Client, experiment: Experiment, number: int
) -> None:
    assert client.get(address(experiment, number)).status_code == 404


def test_with_script_only_what_changed_is_answered(client: Client, experiment: Experiment) -> None:
    answer = client.post(address(experiment), {"mark-A": "right"}, headers={"HX-Request": "true"})
    html = markup(answer)
    assert 'id="answers" hx-swap-oob' in html
    assert "<html" not in html


def test_marks_count_at_once(client: Client, experiment: Experiment) -> None:
    outcome_of(experiment, Source.PERSON)
    mark(client, experiment, mark_A="right")
    experiment.refresh_from_db()
    assert outcome_of(experiment, Source.PERSON).standings[0].right == 1


def test_agreement_with_the_rule_is_told(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, mark_A="right", mark_B="right")
    text = " ".join(re.sub("<[^>]+>", "", client.get(address(experiment)).content.decode()).split())
    assert "People and the rule agree on 1 of 2 answers" in text


@pytest.mark.usefixtures("accounts")
def test_others_find_no_case() -> None:
    owner = member("owner")
    experiment = started(version_of("1", owner=owner), owner)
    assert signed_in(owner).get(address(experiment)).status_code == 200
    assert signed_in(member("other")).get(address(experiment)).status_code == 404


def test_a_note_alone_is_kept_and_is_no_mark(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, note_A="Look again")
    html = markup(client.get(address(experiment)))
    assert 'value="Look again"' in html
    assert "3 of 3 unmarked" in html
    assert outcome_of(experiment, Source.PERSON).standings[0].n == 0


def test_taking_a_mark_back_keeps_its_note(client: Client, experiment: Experiment) -> None:
    mark(client, experiment, mark_A="right", note_A="Clear")
    mark(client, experiment, mark_A="", note_A="Clear")
    assert said() == [(None, None, "Clear")]


def test_checking_against_the_image_keeps_who_marks_blind(
    client: Client, experiment: Experiment
) -> None:
    address = f"{experiment.get_absolute_url()}evidence/?case=2"
    case = f"{experiment.get_absolute_url()}cases/2/"
    assert client.get(f"{case}?blind=1").context["evidence"].address == f"{address}&blind=1"
    assert client.post(f"{address}&blind=1")["Location"] == f"{case}?blind=1"
    assert client.post(address)["Location"] == case
