"""Sweeps: one model at several temperatures, or the same again, in one comparison."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from playground.providers.endpoint import Server
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.sweeps import values_in, written
from tests.conftest import FLASH, GPT, markup, png, upload

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Any]"


def over(values: str, name: str = "temperature") -> dict[str, str]:
    return {"sweep_of": name, "sweep_values": values}


def test_each_model_runs_at_each_temperature(press: Press) -> None:
    press(models=[FLASH, GPT], **over("0, 0.5,1"))
    cells = Comparison.objects.get().cells()
    assert [(run.model_id, run.temperature) for run in cells] == [
        (model, value) for model in (FLASH, GPT) for value in (0, 0.5, 1)
    ]


def test_one_model_repeated_is_a_comparison(press: Press, client: Client) -> None:
    address = press(repeats="3")["Location"]
    assert address.startswith("/compare/")
    text = client.get(address).content.decode()
    assert [f"no. {n}" in text for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_columns_of_one_model_are_told_apart_by_temperature(press: Press, client: Client) -> None:
    text = client.get(press(**over("0, 1.5"))["Location"]).content.decode()
    assert '<span class="badge number">t 1.5</span>' in text


@pytest.mark.parametrize("mode", ["together", "each"])
def test_the_input_says_all_temperatures(press: Press, client: Client, mode: str) -> None:
    files = [upload(png(size=(20 + n, 20)), f"{n}.png") for n in range(2)]
    fields = {"images": files, "image_mode": mode, "confirmed": "6"}
    text = client.get(press(**fields, **over("0, 0.5, 1"))["Location"]).content.decode()
    assert "temperatures 0, 0.5 and 1" in text.lower()


def test_the_same_sweep_pressed_twice_is_one_comparison(press: Press) -> None:
    for _ in range(2):
        press(repeats="3", form_token="t")
    assert Run.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repeats": "13"}, "Repeats is a whole number from 1 to 12"),
        ({"repeats": "0"}, "Repeats is a whole number"),
        (over("0, hot"), "Give temperatures from 0 to 2"),
        (over("0, 3"), "Give temperatures from 0 to 2"),
        (over("nan"), "Give temperatures from 0 to 2"),
        ({"models": [FLASH, GPT], "repeats": "7"}, "That is 14 runs"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(
    press: Press, fields: dict[str, Any], words: str
) -> None:
    response = press(**fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Run.objects.exists()


def test_the_cost_of_all_cells_is_shown_first(client: Client) -> None:
    fields = {"models": [FLASH, GPT], "repeats": "2", **over("0, 1")}
    text = client.get("/selection/", fields).content.decode()
    assert "8 runs" in text
    assert "Run 8 times" in text


def test_a_sweep_opens_in_the_playground_as_one(press: Press, client: Client) -> None:
    press(**over("0, 0.5"), repeats="2")
    run = Run.objects.order_by("position")[0]
    text = markup(client.get(f"/?from={run.pk}"))
    assert 'value="temperature" selected' in text
    assert 'autocomplete="off" value="0, 0.5"' in text
    assert 'min="1" max="12" value="2"' in text


def test_the_form_asks_with_everything_that_the_cost_hangs_on(client: Client) -> None:
    page = markup(client.get("/"))
    (asked,) = re.findall(rf'data-sum="{reverse("selection")}" hx-include="([^"]*)"', page)
    names = "models repeats sweep_of sweep_values image_mode image_count max_tokens tokens_mode"
    assert [name for name in names.split() if f"[name={name}]" not in asked] == []


def test_thirteen_temperatures_are_too_many_not_out_of_range(press: Press) -> None:
    text = press(**over(", ".join(f"0.{n:02}" for n in range(13)))).content.decode()
    assert "That is 13 temperatures, and one press takes at most 12. Leave out 1." in text
    assert "from 0 to 2" not in text.split("sweep-values-error")[2].split("</p>")[0]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0,1", "2 temperatures: 0 and 1. A comma stands between two temperatures, a point before"),
        ("0, 0.5; 1", "3 temperatures: 0, 0.5 and 1</p>"),
        ("0.1", "1 temperature: 0.1</p>"),
        ("0,5", "5 is no temperature. Give temperatures from 0 to 2"),
    ],
)
def test_the_page_says_how_temperatures_are_read(client: Client, typed: str, words: str) -> None:
    text = client.get("/selection/", {"models": FLASH, **over(typed)}).content.decode()
    assert words in text


def test_a_page_of_before_sweeps_over_its_temperatures(press: Press) -> None:
    press(temperatures="0, 1")
    assert [run.temperature for run in Comparison.objects.get().cells()] == [0, 1]


@pytest.mark.parametrize(
    ("name", "typed", "values"),
    [
        ("top_p", "not sent, 0.5; 0.9", (None, 0.5, 0.9)),
        ("seed", "1, 2", (1, 2)),
        ("reasoning_effort", "low, 2048", ("low", 2048)),
        ("image_detail", "Low, high", ("low", "high")),
        ("stop", '["END"], not sent', (["END"], None)),
        ("extra_body", '{"min_p": 0.1}, {"min_p": 0.2}', ({"min_p": 0.1}, {"min_p": 0.2})),
    ],
)
def test_a_sweep_goes_over_any_parameter(name: str, typed: str, values: tuple[Any, ...]) -> None:
    assert values_in(typed, name) == values
    assert values_in(written(values, name), name) == values


def test_each_value_is_a_column_and_one_is_not_sent(press: Press, settings: Any) -> None:
    settings.SERVERS = (Server("lab", "http://127.0.0.1:9/v1"),)
    press(models=["seer@lab"], seed="7", **over("not sent, 0.5", "top_p"))
    cells = Comparison.objects.get().cells()
    assert [run.parameters for run in cells] == [{"seed": 7}, {"seed": 7, "top_p": 0.5}]


def test_columns_are_told_apart_by_what_was_swept(
    press: Press, client: Client, settings: Any
) -> None:
    settings.SERVERS = (Server("lab", "http://127.0.0.1:9/v1"),)
    text = markup(client.get(press(models=["seer@lab"], **over("1, 2", "seed"))["Location"]))
    assert '<span class="badge number">seed 2</span>' in text
    assert "Seed 1 and 2" in text


def test_values_of_json_stand_with_commas_between() -> None:
    found = values_in('{"a": 1,\n"b": [2]}, Not sent,\n{"a": 2}', "extra_body")
    assert found == ({"a": 1, "b": [2]}, None, {"a": 2})


def test_many_values_of_json_are_too_many() -> None:
    text = ", ".join(f'{{"a": {n}}}' for n in range(2000))
    with pytest.raises(ValidationError, match="one press takes at most 12"):
        values_in(text, "extra_body")


def both(first: str, second: str, name: str = "max_edge") -> dict[str, str]:
    return over(first) | {"sweep_also_of": name, "sweep_also_values": second}


def test_two_parameters_are_crossed(press: Press, client: Client) -> None:
    address = press(repeats="2", **both("0, 1", "512, not sent"))["Location"]
    cells = Comparison.objects.get().cells()
    assert [(run.temperature, run.max_edge) for run in cells] == [
        (t, edge) for t in (0, 1) for edge in (512, 0) for _ in range(2)
    ]
    text = " ".join(re.sub("<[^>]*>", " ", markup(client.get(address))).split())
    assert "t 1, 512 px, no. 2" in text


def test_the_second_parameter_may_stand_alone(press: Press) -> None:
    press(**both("", "512, 768"))
    assert [run.max_edge for run in Comparison.objects.get().cells()] == [512, 768]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (both("0, 1", "0, 2", "temperature"), "This parameter is swept over already"),
        (both("0, 1", "many"), "many is no image size"),
        (both("0, 1", "1", "mood"), "There is no such parameter to sweep over"),
        (both("0, 0.5, 1, 1.5", "512, 768, 1024, 2048"), "That is 16 runs"),
    ],
)
def test_two_parameters_that_cannot_be_crossed_are_refused(
    press: Press, fields: dict[str, Any], words: str
) -> None:
    response = press(**fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Run.objects.exists()


def test_the_number_and_each_list_are_said_before_the_press(client: Client) -> None:
    fields = {"models": FLASH, "image_count": "0", **both("0, 1", "512, 768, 1024")}
    text = client.get("/selection/", fields).content.decode()
    assert "Run 6 times" in text
    assert "2 temperatures: 0 and 1; 3 values: 512, 768 and 1024" in text


def test_a_crossed_sweep_opens_as_it_was(press: Press, client: Client) -> None:
    press(**both("0, 1", "512, 768"), repeats="2")
    page = client.get(f"/?from={Run.objects.first().pk}").context["form"].initial  # type: ignore[union-attr]
    assert (page["sweep_of"], page["sweep_values"]) == ("temperature", "0, 1")
    assert (page["sweep_also_of"], page["sweep_also_values"]) == ("max_edge", "512, 768")
    assert page["repeats"] == 2
