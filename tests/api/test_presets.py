"""Presets by the API: which there are, what one fills in, and starting runs with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.composer.presets import library, versions
from playground.composer.presets.models import Preset
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from tests.api.conftest import program, wrong
from tests.conftest import FLASH, member
from tests.history.test_moving import Team, team

if TYPE_CHECKING:
    from django.test import Client

    from playground.accounts.models import Account

pytestmark = pytest.mark.django_db
__all__ = ["team"]
SEER = "seer@local"
with_accounts = pytest.mark.usefixtures("accounts")


def kept(owner: Account | None = None, project: int | None = None, **options: Any) -> Preset:
    content = library.Content("Find the {{part}}", "Speak {{lang}}", [FLASH], options)
    return library.save(content, owner, "Parts", project)


def ask(api: Client, preset: Any, **fields: Any) -> Any:
    body = {"preset": preset, "variables": {"part": "lid", "lang": "Welsh"}} | fields
    return api.post("/api/runs/", body, content_type="application/json")


@pytest.mark.usefixtures("local_server")
def test_a_preset_fills_in_what_it_fills_in_in_the_form(api: Client) -> None:
    preset = kept(temperature=0.5, max_tokens=20, stop="END\nSTOP", seed="7")
    assert ask(api, preset.pk, models=[SEER]).status_code == 201
    run = Run.objects.get()
    assert (run.prompt, run.system_prompt, run.model_id) == ("Find the lid", "Speak Welsh", SEER)
    assert (run.temperature, run.max_tokens) == (0.5, 20)
    assert run.parameters == {"seed": 7, "stop": ["END", "STOP"]}


@pytest.mark.usefixtures("local_server")
def test_a_field_beside_a_preset_counts_instead(api: Client) -> None:
    preset = kept(temperature=0.5, reasoning=True, seed="7")
    fields = {"models": [SEER], "temperature": 0, "reasoning": False, "seed": 8, "max_tokens": None}
    ask(api, str(preset.pk), prompt="The {{part}}?", **fields)
    run = Run.objects.get()
    assert (run.prompt, run.model_id, run.temperature) == ("The lid?", SEER, 0)
    assert (run.reasoning, run.parameters) == (False, {"seed": 8})


def test_a_preset_brings_its_sweep_unless_what_it_sweeps_over_is_given(api: Client) -> None:
    preset = kept(sweep_of="temperature", sweep_values="0, 1", repeats=2)
    ask(api, preset.pk)
    assert [run.temperature for run in Comparison.objects.get().cells()] == [0, 0, 1, 1]
    ask(api, preset.pk, temperature=0.3, repeats=1)
    assert Run.objects.get(comparison=None).temperature == 0.3


def test_a_preset_of_text_keeps_its_braces(api: Client) -> None:
    preset = kept(as_text=True)
    ask(api, preset.pk, variables={})
    assert Run.objects.get().prompt == "Find the {{part}}"
    assert list(wrong(ask(api, preset.pk))) == ["variables"]


def test_variables_go_without_a_preset_too(api: Client) -> None:
    ask(api, None, prompt="Explain {{it}}", models=[FLASH], variables={"it": "{{that}}"})
    assert Run.objects.get().prompt == "Explain {{that}}"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"part": "lid"}, "Write a value for lang. Nothing was sent."),
        ({"part": " ", "lang": "Welsh"}, "Write a value for part. Nothing was sent."),
        ({"part": "lid", "lang": "Welsh", "size": "1"}, "size is no variable of the prompts."),
        ({"part": "a\x00", "lang": "Welsh"}, "an object of at most 20 texts"),
        ({"part": 1}, "an object of at most 20 texts"),
        (["part"], "an object of at most 20 texts"),
    ],
)
def test_variables_that_do_not_fit_are_refused(api: Client, variables: Any, words: str) -> None:
    fields = wrong(ask(api, kept().pk, variables=variables))
    assert words in str(fields["variables"])
    assert not Run.objects.exists()


@pytest.mark.parametrize("preset", [999_999, "999999", "no-link", "", 0, -1, 10**30, "a\x00"])
def test_an_unknown_preset_is_refused_by_its_name(api: Client, preset: Any) -> None:
    assert list(wrong(ask(api, preset))) == ["preset"]


@pytest.mark.parametrize("preset", [True, 1.5, [], {}])
def test_what_names_no_preset_is_refused(api: Client, preset: Any) -> None:
    assert "a preset's id" in wrong(ask(api, preset))["preset"][0]


def test_a_question_that_follows_a_run_takes_no_preset(api: Client) -> None:
    fields = wrong(ask(api, kept().pk, follows="0" * 32, prompt="And?"))
    assert {"preset", "variables"} <= set(fields)


def test_a_model_of_a_preset_that_is_gone_is_named(api: Client) -> None:
    gone = library.save(library.Content("Why?", model_ids=["gone/model"]), None)
    words = wrong(ask(api, gone.pk, variables={}))["models"]
    assert words == ["gone/model is not in the catalogue. Choose another model."]


def test_the_version_that_was_used_is_kept(api: Client) -> None:
    preset = kept()
    ask(api, preset.pk)
    changed = versions.change(preset, library.Content("Other", model_ids=[FLASH]))
    assert [one.number for one in versions.all_of(changed)] == [2, 1]


def test_a_multipart_form_takes_both(api: Client) -> None:
    fields = {"preset": str(kept().pk), "variables": '{"part": "lid", "lang": "Welsh"}'}
    assert api.post("/api/runs/", fields).status_code == 201


@with_accounts
def test_somebody_elses_preset_is_none_but_its_link_is_anybodys() -> None:
    preset = kept(member("other"))
    api = program(member("mira"))
    assert list(wrong(ask(api, preset.pk))) == ["preset"]
    library.share(preset)
    link = Preset.objects.get().link
    assert ask(api, link).status_code == 201
    assert api.get(f"/api/presets/{preset.pk}/").status_code == 404
    assert api.get("/api/presets/").json()["items"] == []


@with_accounts
def test_members_read_the_presets_of_a_project_and_start_runs_of_their_own(team: Team) -> None:
    preset = kept(team.worker, team.project)
    api = program(team.looker)
    (listed,) = api.get("/api/presets/").json()["items"]
    assert listed["project"] == {"id": team.project, "name": "Receipts"}
    assert ask(api, preset.pk).json()["project"] is None


def test_what_a_preset_fills_in_is_read_as_a_new_run_takes_it(api: Client) -> None:
    options = {"temperature": 0.5, "seed": "7", "image_mode": "each", "blind": False}
    preset = kept(**options, sweep_of="top_p", sweep_values="0.5, not sent", repeats=2)
    read = api.get(f"/api/presets/{preset.pk}/").json()
    assert (read["name"], read["models"], read["variables"]) == ("Parts", [FLASH], ["part", "lang"])
    assert read["options"] == {
        "temperature": 0.5,
        "seed": 7,
        "sweep": {"over": "top_p", "values": [0.5, None]},
        "repeats": 2,
        "each_image": True,
    }


def test_a_preset_of_two_sweeps_is_read_as_two(api: Client) -> None:
    also = {"sweep_also_of": "seed", "sweep_also_values": "1, 2"}
    preset = kept(sweep_of="top_p", sweep_values="0.5", **also)
    assert api.get(f"/api/presets/{preset.pk}/").json()["options"]["sweep"] == [
        {"over": "top_p", "values": [0.5]},
        {"over": "seed", "values": [1, 2]},
    ]
