"""Parameters in the composer: set, refused, kept, and filled in again wherever they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.catalog.capabilities import UnfitError
from playground.composer.presets.models import Preset
from playground.connections.models import RefusedParameter
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import repeat
from playground.submission.request import Options
from tests.conftest import FLASH, form, markup
from tests.fakes.wavespeed import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_server")]
SEER = "seer@local"
FIELDS = {
    "models": [SEER],
    "top_p_mode": "custom",
    "top_p": "0.9",
    "seed_mode": "custom",
    "seed": "42",
    "stop_mode": "unset",
    "stop": "left from before",
    "reasoning_effort": "custom",
    "reasoning_effort_number": "2048",
    "image_detail": "high",
    "extra_body_mode": "custom",
    "extra_body": '{"min_p": 0.05}',
}
SET = {
    "top_p": 0.9,
    "seed": 42,
    "reasoning_effort": 2048,
    "image_detail": "high",
    "extra_body": {"min_p": 0.05},
}
FOLDED = "Top p 0.9, seed 42, effort 2048, detail high, free JSON"


def test_what_is_set_is_asked_and_what_is_not_stays_out(press: Callable[..., Any]) -> None:
    press(**FIELDS)
    assert Run.objects.get().parameters == SET


def test_nothing_is_set_at_first(press: Callable[..., Any], client: Client) -> None:
    press(models=[SEER], top_p_mode="unset", top_p="0.9", reasoning_effort="", image_detail="")
    assert Run.objects.get().parameters == {}
    assert "Sampling, answer schema, sweep" in markup(client.get("/"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"top_p_mode": "custom", "top_p": ""}, "Top p is a number from 0 to 1."),
        ({"reasoning_effort": "custom"}, "Reasoning effort is low, medium, high or a whole number"),
        ({"extra_body": '{"model": "b"}'}, "model cannot be set here"),
        ({"seed": "1.5"}, "Seed is a whole number."),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_open(
    press: Callable[..., Any], fields: dict[str, str], words: str
) -> None:
    text = markup(press(models=[SEER], **fields))
    assert words in text
    assert '<details class="disclosure more-parameters" open>' in text
    assert not Run.objects.exists()


def test_any_llm_vision_takes_none_and_the_form_says_so(
    press: Callable[..., Any], client: Client
) -> None:
    assert "takes no seed: any-llm/vision has no such field." in markup(press(seed="42"))
    said = markup(client.get("/selection/", {"models": [FLASH, SEER]}))
    assert "gemini-2.0-flash-001 takes none of these" in said
    assert not Run.objects.exists()


@pytest.mark.parametrize("way", ["from", "preset", "address"])
def test_they_are_filled_in_again(press: Callable[..., Any], client: Client, way: str) -> None:
    press(**FIELDS)
    client.post("/presets/", {"run": Run.objects.get().pk})
    typed = {"extra_body": '{"min_p":0.05}', "reasoning_effort": "2048", "image_detail": "high"}
    addresses = {
        "from": {"from": Run.objects.get().pk},
        "preset": {"preset": Preset.objects.get().pk},
        "address": {"model": SEER, "top_p": "0.9", "seed": "42", **typed},
    }
    text = markup(client.get("/", addresses[way]))
    assert FOLDED in text
    assert 'name="seed" class="input input-code number-field"' in text.replace('id="seed" ', "")


def test_a_preset_keeps_what_the_form_had(press: Callable[..., Any], client: Client) -> None:
    fields = {**FIELDS, "prompt": "Why?", "sweep_of": "seed", "sweep_values": "1, 2"}
    client.post("/presets/", fields)
    text = markup(client.get("/", {"preset": Preset.objects.get().pk}))
    assert "detail high, free JSON, sweep over seed" in text
    assert 'autocomplete="off" value="1, 2"' in text


def test_another_value_is_another_press(press: Callable[..., Any]) -> None:
    press(**FIELDS, form_token="t")
    changed = markup(press(**FIELDS | {"seed": "43"}, form_token="t"))
    assert "already sent with other content" in changed


def test_a_rerun_asks_with_the_same(carried: Callable[..., Run]) -> None:
    run = carried(model=SEER, options=Options(parameters=SET))
    assert repeat.rerun(run, "again").parameters == SET


def test_a_rerun_elsewhere_says_what_is_not_taken(carried: Callable[..., Run]) -> None:
    run = carried(model=SEER, options=Options(parameters={"seed": 1}))
    with pytest.raises(UnfitError, match="takes no seed"):
        repeat.rerun(run, "again", FLASH)


def test_what_a_server_refused_is_said_beside_the_model_until_it_takes_it(
    carried: Callable[..., Run], client: Client, local_server: FakeWaveSpeed
) -> None:
    options, said = Options(parameters={"seed": 1, "top_p": 0.5}), "seer refused seed on "
    local_server.fault("chat", Fault(status=400, body={"error": {"message": "seed is unknown"}}))
    assert carried(model=SEER, options=options).status == RunStatus.FAILED
    assert said in markup(client.get("/", {"model": SEER}))
    assert carried(model=SEER, options=options).status == RunStatus.COMPLETED
    assert said not in markup(client.get("/", {"model": SEER}))
    assert not RefusedParameter.objects.exists()


@pytest.mark.parametrize(("posted", "shown"), [("throughput", "throughput"), ("soon", "latency")])
def test_a_switch_keeps_its_value_and_begins_with_the_first(
    client: Client, posted: str, shown: str
) -> None:
    page = client.post("/runs/", form(prompt="", priority=posted)).content.decode()
    assert f'name="priority" value="{shown}" checked' in page
    assert page.count('name="priority"') == 2
    assert page.count('name="image_mode" value="together" checked') == 1
