"""POST /runs/ from a page: what is more than the page said is not started."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from playground.runs.models.run import Run
from playground.spending.prices import Estimate
from tests.conftest import FLASH, GPT, HAIKU, form
from tests.matrices import HTMX
from tests.matrices import press as press_matrix

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SAID = {"shown_runs": "1", "shown_units": "1", "shown_amount": ""}
THREE = [FLASH, GPT, HAIKU]


@pytest.fixture(autouse=True)
def _with_key(settings: Any) -> None:
    settings.WAVESPEED_API_KEY = "key"


def press(client: Client, headers: Any = None, **fields: Any) -> Any:
    return client.post("/runs/", form(**(SAID | fields)), headers=headers)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"models": THREE},
            "The page said 1 run. This is 3 runs, 5 units. Press Run to start them.",
        ),
        ({"repeats": "3"}, "The page said 1 run. This is 3 runs, 3 units."),
        ({"temperatures": "0,1"}, "The page said 1 run. This is 2 runs, 2 units."),
        (
            {"models": [GPT]},
            "The page said 1 run, 1 unit. This is 1 run, 3 units. Press Run to start it",
        ),
        ({"shown_runs": "many"}, "The page said 0 runs. This is 1 run, 1 unit."),
    ],
)
def test_more_than_the_page_said_is_shown_again(
    client: Client, fields: dict[str, Any], words: str
) -> None:
    response = press(client, HTMX, **fields)
    assert (response.status_code, response["HX-Retarget"]) == (200, "#composer")
    assert words in response.content.decode()
    assert not Run.objects.exists()


def test_the_form_that_comes_back_says_the_right_sum_and_can_be_pressed(client: Client) -> None:
    text = press(client, HTMX, models=THREE, form_token="t1").content.decode()
    assert 'name="shown_runs" value="3"' in text
    assert 'name="shown_units" value="5"' in text
    assert 'id="form-token" value="t1"' in text
    press(client, HTMX, models=THREE, form_token="t1", shown_runs="3", shown_units="5")
    assert Run.objects.count() == 3


def test_without_script_more_runs_are_confirmed_as_a_matrix_is(client: Client) -> None:
    text = press(client, models=THREE).content.decode()
    assert "Start 3 runs?" in text
    assert 'name="confirmed" value="3"' in text
    press(client, models=THREE, confirmed="3", shown_runs="3", shown_units="5")
    assert Run.objects.count() == 3


def test_less_than_the_page_said_is_started(client: Client) -> None:
    assert press(client, shown_runs="3", shown_units="7").status_code == 303


def test_a_program_that_says_nothing_of_a_page_is_not_asked(client: Client) -> None:
    assert client.post("/runs/", form(models=THREE)).status_code == 303
    assert Run.objects.count() == 3


@pytest.mark.parametrize(
    ("now", "shown", "is_more"),
    [
        (Estimate(1, 1, Decimal("0.06")), Estimate(1, 1, Decimal("0.05")), True),
        (Estimate(1, 1, Decimal("0.05")), Estimate(1, 1, Decimal("0.06")), False),
        (Estimate(1, 1, Decimal("0.05")), Estimate(1, 1, None), False),
        (Estimate(1, 1, None), Estimate(1, 1, None, is_free=True), True),
        (Estimate(1, 3, None, is_free=True), Estimate(1, 1, None), False),
        (Estimate(2, 2, None, is_free=True), Estimate(1, 1, None, is_free=True), True),
    ],
)
def test_more_is_more_runs_more_units_or_more_money(
    now: Estimate, shown: Estimate, is_more: bool
) -> None:
    assert now.exceeds(shown) is is_more


def test_a_press_that_was_made_before_says_that_it_starts_nothing(client: Client) -> None:
    made, again = (press(client, form_token="t1") for _ in range(2))
    assert again["Location"] == made["Location"] + "?again"
    text = client.get(again["Location"]).content.decode()
    assert "This form was sent before." in text
    assert Run.objects.count() == 1


def test_with_htmx_it_is_said_above_the_answers(client: Client) -> None:
    press(client, HTMX, form_token="t1")
    assert "This form was sent before." in press(client, HTMX, form_token="t1").content.decode()


def test_a_matrix_that_was_started_is_asked_about_anew(client: Client) -> None:
    said = {"shown_runs": "6", "shown_units": "12", "form_token": "t1"}
    made = press_matrix(client, confirmed="6", **said)
    text = press_matrix(client, **said).content.decode()
    assert "Start 6 runs?" in text
    assert f'This form was sent before:\n  <a href="{made["Location"]}">' in text
    assert 'id="form-token" value="t1"' not in text


def test_the_choice_gives_a_form_that_was_sent_a_token_of_its_own(client: Client) -> None:
    fields = {"models": FLASH, "form_token": "t1"}
    assert "form_token" not in client.get("/selection/", fields).content.decode()
    made = press(client, form_token="t1")
    text = client.get("/selection/", fields).content.decode()
    assert 'name="form_token"' in text
    assert f'href="{made["Location"]}"' in text


def test_a_token_that_no_database_stores_is_no_error(client: Client) -> None:
    assert client.get("/selection/", {"form_token": "\x00" * 100}).status_code == 200


@pytest.mark.parametrize(("repeats", "is_said"), [("4", False), ("5", True)])
def test_more_than_one_press_makes_is_said_before_it(
    client: Client, repeats: str, *, is_said: bool
) -> None:
    page = client.get("/selection/", {"models": THREE, "repeats": repeats}, headers=HTMX)
    assert (", at most 12 in one press" in page.content.decode()) is is_said
