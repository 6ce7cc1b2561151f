"""The catalogue: 13 models, four vendors, two tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.catalog import entries, latency
from playground.composer.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.run import Run


def test_it_has_13_models_of_which_7_are_premium() -> None:
    models = entries.models()
    assert (len(models), sum(model.is_premium for model in models)) == (13, 7)


def test_models_are_grouped_by_vendor() -> None:
    names = dict.fromkeys(model.vendor_name for model in entries.models())
    assert list(names) == ["Anthropic", "Google", "OpenAI", "Meta"]


def test_the_default_is_in_it() -> None:
    assert entries.contains(entries.default_model_id())


def test_a_model_that_is_gone_still_has_a_name_and_counts_one_unit() -> None:
    model = entries.find("acme/gone-1")
    assert (model.name, model.letter, model.units) == ("gone-1", "A", 1)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
@pytest.mark.django_db
def test_every_example_has_its_picture_and_opens(client: Client, example: object) -> None:
    assert example.path.exists()  # type: ignore[attr-defined]
    text = client.get(f"/?example={example.name}").content.decode()  # type: ignore[attr-defined]
    assert f'value="example:{example.name}"' in text  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_example_runs(client: Client) -> None:
    fields = {"prompt": "x", "models": [entries.default_model_id()], "tray": ["example:chart"]}
    address = client.post("/runs/", fields)["Location"]
    assert "Bar chart of latency" in client.get(address).content.decode()


@pytest.mark.django_db
def test_what_is_usual_is_said_after_five_runs(carried: Callable[..., Run]) -> None:
    model = entries.default_model_id()
    for _ in range(4):
        carried()
    assert latency._measure(model, "created_at") is None
    carried()
    usual = latency._measure(model, "created_at")
    assert usual
    assert 0 < usual.low <= usual.median <= usual.high
