"""`manage.py experiment --url`: an experiment of another playground, by its API and a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError

from playground.api import tokens
from playground.experiments.models.experiment import Experiment
from playground.images.models import Image
from tests.conftest import FLASH, GPT
from tests.experiments.sets import carry_all
from tests.operations.test_experiment_command import CASES, folder, run, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db(transaction=True)
assert folder  # a fixture of the other file


@pytest.fixture
def url(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Serve a playground, whose token the command finds."""
    monkeypatch.setenv("PLAYGROUND_TOKEN", tokens.make("nightly", None).secret)
    return str(live_server.url)


def test_it_is_started_there_once_and_its_result_is_printed(
    url: str, upstream: FakeWaveSpeed, folder: Path
) -> None:
    upstream.configure(answer={FLASH: "It is 429", GPT: "no idea"})
    plan = written(folder, idempotency_key="k")
    code, _out, said = run(plan, "--url", url, "--yes", "--wait", "0")
    experiment = Experiment.objects.get()
    assert code == 3
    assert said.startswith("1 case × 2 variants: 2 runs, ")
    assert f"It goes on at {url}{experiment.get_absolute_url()}" in said
    carry_all(experiment)
    code, out, _said = run(plan, "--url", url, "--yes")
    assert (code, Experiment.objects.count(), Image.objects.count()) == (0, 1, 1)
    assert "1 of 1 right" in out


def test_an_expected_number_arrives_as_it_is_written(url: str, folder: Path) -> None:
    text = (folder / "plan.json", written(folder, cases=[CASES[0] | {"expected": 9.5}]))
    text[0].write_text(text[0].read_text().replace("9.5", "9.50"))
    run(text[1], "--url", url, "--yes", "--wait", "0")
    assert Experiment.objects.get().version.cases.get().expected == "9.50"


def test_without_yes_nothing_is_started_there(url: str, folder: Path) -> None:
    with pytest.raises(CommandError, match="Add --yes"):
        run(written(folder), "--url", url)
    assert not Experiment.objects.exists()


def test_what_is_refused_there_is_said(url: str, folder: Path) -> None:
    with pytest.raises(CommandError, match=r"variants\[0\].model"):
        run(written(folder, variants=[{"model": "no/such"}]), "--url", url, "--yes")


def test_without_a_token_it_says_where_to_get_one(folder: Path) -> None:
    with pytest.raises(CommandError, match="PLAYGROUND_TOKEN"):
        run(written(folder), "--url", "http://127.0.0.1:9", "--yes")


def test_a_server_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_TOKEN", "vpg_x")
    with pytest.raises(CommandError, match="the connection was refused"):
        run(written(folder, cases=[{"question": "?"}]), "--url", "http://127.0.0.1:9", "--yes")
