"""How fast an answer was written: what is measured, and when nothing is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from playground.exports import run_as_json
from playground.exports.redaction import EVERYTHING, shown_run
from playground.exports.redaction.scope import Shown
from playground.runs.speed import tokens_per_second
from tests.conftest import markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.run import Run
    from tests.fakes.wavespeed import FakeWaveSpeed


def written(**values: int | None) -> float | None:
    measured = {"tokens_out": 101, "inference_ms": 3000, "first_token_ms": 1000} | values
    return tokens_per_second(SimpleNamespace(**measured))  # type: ignore[arg-type]


def test_tokens_after_the_first_count_by_the_time_they_took() -> None:
    assert written() == 50.0


@pytest.mark.parametrize(
    "values",
    [
        {"tokens_out": None},
        {"first_token_ms": None},
        {"inference_ms": None},
        {"tokens_out": 1},
        {"first_token_ms": 2990},  # it came at once
    ],
)
def test_what_is_not_known_is_not_said(values: dict[str, int | None]) -> None:
    assert written(**values) is None


@pytest.mark.django_db
def test_a_stream_tells_when_its_first_token_came(
    client: Client, local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.configure(delay=0.3)
    run = carried(model="vis@local")
    assert run.first_token_ms is not None
    assert run.inference_ms is not None
    assert 0 < run.first_token_ms < run.inference_ms
    page = markup(client.get(f"/runs/{run.pk}/"))
    assert "<dt>First token</dt>" in page
    assert "tokens a second" in page


@pytest.mark.django_db
def test_an_answer_that_comes_whole_has_none(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    assert carried().first_token_ms is None


@pytest.mark.django_db
def test_hidden_costs_hide_what_is_counted_from_tokens(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    local_server.configure(delay=0.3)
    run = carried(model="vis@local")
    whole, hidden = (
        run_as_json(shown_run(run, shown)) for shown in (EVERYTHING, Shown(costs=False))
    )
    assert whole["tokens_per_second"]
    assert hidden["tokens_per_second"] is None
    assert hidden["first_token_ms"] == whole["first_token_ms"] == run.first_token_ms
