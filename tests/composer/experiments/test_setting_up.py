"""Setting up an experiment: what is asked about first, started once, and refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import CaseImage
from playground.history import deletion
from playground.runs.models.run import Run
from tests.composer.experiments.forms import NEW, press
from tests.conftest import FLASH, GPT, markup, member, signed_in
from tests.experiments.sets import version_of
from tests.matrices import HTMX

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
TWO = ["What is {{thing}}?", "Name {{thing}}."]


@pytest.fixture(autouse=True)
def _with_key(settings: Any) -> None:
    settings.WAVESPEED_API_KEY = "key"
    settings.WAVESPEED_BASE_PRICE = None


def test_nothing_starts_before_its_number_and_cost_were_confirmed(client: Client) -> None:
    text = markup(press(client, version_of("1", "2"), models=[FLASH, GPT], prompt=TWO))
    assert "Start 8 runs?" in text
    assert "2 cases × 4 variants: 2 models, 2 prompts." in text
    assert "16 units in all" in text
    assert not Experiment.objects.exists()


def test_a_confirmed_press_starts_every_combination(client: Client) -> None:
    version = version_of("1", "2")
    answer = press(client, version, models=[FLASH, GPT], prompt=TWO, confirmed="8", name="Two ways")
    experiment = Experiment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, experiment.get_absolute_url())
    assert [(one.model_id, one.prompt) for one in experiment.variants.all()] == [
        (FLASH, TWO[0]),
        (FLASH, TWO[1]),
        (GPT, TWO[0]),
        (GPT, TWO[1]),
    ]
    assert experiment.comparison.title == "Two ways"
    assert Run.objects.filter(prompt="What is thing 1?").count() == 2


def test_options_that_vary_multiply_the_columns(client: Client) -> None:
    changed = {"temperatures": "0, 1", "max_edge": ["0", "1024"], "system_prompt": ["", "Brief"]}
    press(client, version_of("1"), confirmed="16", repeats="2", max_tokens="50", **changed)
    variants = Experiment.objects.get().variants.all()
    assert len({(one.temperature, one.max_edge, one.system_prompt) for one in variants}) == 8
    assert {one.max_tokens for one in variants} == {50}


def test_parameters_vary_and_are_filled_in_again(
    client: Client, local_server: FakeWaveSpeed
) -> None:
    changed = {"seed": "1, 2", "top_p": "not sent, 0.5", "extra_body": '{"min_p": 0.1}'}
    press(client, version_of("1"), models=["seer@local"], confirmed="4", **changed)
    variants = Experiment.objects.get().variants.all()
    assert [(one.parameters["seed"], one.parameters.get("top_p")) for one in variants] == [
        *((seed, top_p) for top_p in (None, 0.5) for seed in (1, 2))
    ]
    assert {run.parameters["extra_body"]["min_p"] for run in Run.objects.all()} == {0.1}
    text = markup(client.get(f"/experiments/new/?from={Experiment.objects.get().pk}"))
    assert 'autocomplete="off" value="1, 2"' in text
    assert 'autocomplete="off" value="not sent, 0.5"' in text


def test_a_model_that_takes_no_parameters_is_refused(client: Client) -> None:
    text = markup(press(client, version_of("1"), seed="1, 2"))
    assert "takes no seed: any-llm/vision has no such field." in text


def test_a_second_press_of_the_same_form_starts_nothing_more(client: Client) -> None:
    version = version_of("1", "2")
    first, second = (press(client, version, confirmed="2") for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == 2


def test_pressed_again_after_it_was_deleted_an_experiment_comes_back(client: Client) -> None:
    version = version_of("1")
    address = press(client, version, confirmed="1")["Location"]
    deletion.delete(list(Run.objects.all()))
    assert client.get(address).status_code == 404
    press(client, version, confirmed="1")
    assert client.get(address).status_code == 200
    assert Run.everything.count() == 1


def test_what_was_deleted_for_good_is_not_started_again(client: Client) -> None:
    version = version_of("1")
    press(client, version, confirmed="1")
    deletion.delete(list(Run.objects.all()))
    Run.everything.update(deleted_at=timezone.now() - timedelta(days=9))
    deletion.purge()
    text = markup(press(client, version, confirmed="1"))
    assert "What this form started was deleted. Nothing was sent." in text
    assert not Run.everything.exists()


def test_a_changed_form_with_a_used_token_is_asked_about_anew(client: Client) -> None:
    version = version_of("1")
    press(client, version, confirmed="1")
    text = markup(press(client, version, confirmed="1", prompt=["Something else"]))
    assert "This form was already sent with other content" in text
    assert "Something else" in text
    assert 'value="t1"' not in text
    assert Experiment.objects.count() == 1


def test_going_back_to_a_form_that_was_sent_says_so(client: Client) -> None:
    version = version_of("1")
    press(client, version, confirmed="1")
    text = markup(press(client, version))
    assert "This form was sent before" in text
    assert Experiment.objects.get().get_absolute_url() in text
    assert 'value="t1"' not in text


def test_that_it_was_sent_stays_said_while_the_form_is_changed(client: Client) -> None:
    version = version_of("1")
    press(client, version, confirmed="1")
    changed = {"form_token": "t2", "sent_token": "t1", "refresh": "1", "prompt": ["Other?"]}
    text = markup(press(client, version, headers=HTMX, **changed))
    assert "This form was sent before" in text
    assert 'value="t2"' in text


def test_more_than_the_page_said_is_shown_again(client: Client) -> None:
    version = version_of("1")
    shown = {"shown_runs": "1", "shown_units": "1", "shown_amount": ""}
    text = markup(press(client, version, models=[GPT], confirmed="1", **shown))
    assert "The page said 1 run, 1 unit. This is 1 run, 3 units." in text
    assert not Experiment.objects.exists()


def test_another_number_than_what_was_confirmed_is_asked_about(client: Client) -> None:
    assert "Start 2 runs?" in markup(press(client, version_of("1", "2"), confirmed="1"))
    assert not Experiment.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": None}, "Choose a test set. Nothing was sent."),
        ({"version": "999"}, "This test set is no longer there. Choose another."),
        ({"version": "one"}, "This test set is no longer there. Choose another."),
        ({"cases": "typed"}, "Bring the cases in first"),
        ({"models": []}, "Choose at least one model. Nothing was sent."),
        ({"models": ["nothing"]}, "nothing is not in the catalogue."),
        ({"prompt": ["", " "]}, "Write a prompt. Nothing was sent."),
        ({"prompt": ["{{thing}} {{what}} {{shop}}"]}, "{{what}}, {{shop}} are variables that no"),
        ({"system_prompt": ["{{shop}}"]}, "{{shop}} is a variable that no case has."),
        ({"prompt": ["a"] * 13}, "Use at most 12 prompts. These are 13."),
        ({"prompt": ["a\x00"]}, "The prompt contains a NUL character. Remove it."),
        ({"temperatures": "warm"}, "warm is no temperature."),
        ({"repeats": "0"}, "Repeats is a whole number from 1 to 12."),
        ({"max_edge": ["77"]}, "Image sizes are original, 256, 512,"),
        ({"prompt": list("abcdefg"), "models": [FLASH, GPT]}, "That is 28 variants (2 models, 7"),
        ({"rule-0": "matches", "rule-0-of": "matches", "rule-0-pattern": "(a"}, "cannot be read"),
        ({"rule-0": "number", "rule-0-of": "number", "rule-0-within": "x"}, "Give a number with"),
        ({"rule-0": "json", "rule-0-of": "json", "rule-0-schema": "["}, "The schema is no JSON."),
        ({"rule-0": "json", "rule-0-of": "json", "rule-0-schema": "[1]"}, "an object"),
        ({"rule-0": "boxes", "rule-0-of": "boxes", "rule-0-iou": "2"}, "at most 1"),
        ({"name": "n" * 121}, "A name has at most 120 characters."),
    ],
)
def test_a_refusal_says_what_to_do_and_returns_the_form(
    client: Client, changed: dict[str, Any], words: str
) -> None:
    answer = press(client, version_of("1"), **({"temperatures": "0, 0.25"} | changed))
    assert answer.status_code == 422
    assert words in markup(answer)
    assert changed.get("temperatures", "0, 0.25") in markup(answer)
    assert not Experiment.objects.exists()


@pytest.mark.parametrize(
    "text", ["[" * 90_000, '{"a": NaN}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', "{'a': 1}"]
)
def test_json_that_cannot_be_kept_is_refused_as_any_other(client: Client, text: str) -> None:
    schema = {"rule-0": "json", "rule-0-of": "json", "rule-0-schema": text}
    assert "The schema is no JSON." in markup(press(client, version_of("1"), **schema))


def test_a_test_set_without_cases_is_refused(client: Client) -> None:
    assert "This test set has no cases." in markup(press(client, version_of()))


def test_more_runs_than_one_experiment_makes_say_what_to_take_away(
    client: Client, settings: Any
) -> None:
    settings.EXPERIMENT_RUNS = 5
    text = markup(press(client, version_of("1", "2", "3"), models=[FLASH, GPT]))
    assert "That is 6 runs (3 cases × 2 variants), and one experiment makes at most 5." in text
    assert "Take away 1 case or 1 variant. Nothing was sent." in text


def test_a_model_that_takes_fewer_images_is_named(client: Client) -> None:
    from playground.connections.models import ListedModel

    version = version_of("1", images=True)
    image = CaseImage.objects.get()
    CaseImage.objects.create(case=image.case, position=1, image=image.image)
    ListedModel.objects.create(provider="wavespeed", model_id=FLASH, max_images=1)
    text = markup(press(client, version))
    assert "gemini-2.0-flash-001: one image. A case here has 2." in text


def test_cases_with_questions_of_their_own_need_no_prompt(client: Client) -> None:
    version = version_of("1")
    version.cases.update(question="How much is {{thing}}?")
    text = markup(press(client, version, prompt=[""]))
    assert "Start 1 run?" in text
    assert "1 case with a question of their own" in text


def test_a_variable_that_some_cases_have_not_is_said_before_it_starts(client: Client) -> None:
    version = version_of("1", "2")
    version.cases.filter(position=1).update(variables={})
    text = markup(press(client, version))
    assert "1 case without {{thing}}, which is sent as it stands" in text


def test_a_limit_returns_the_filled_form(client: Client, settings: Any) -> None:
    settings.LIMITS = {"SITE_RUNS_DAY": 1}
    answer = press(client, version_of("1", "2"), confirmed="2")
    assert answer.status_code == 429
    assert "this press is 2 runs. Nothing was sent. Choose fewer." in markup(answer)
    assert "What is {{thing}}?" in markup(answer)
    assert not Experiment.objects.exists()


def test_runs_that_have_to_wait_are_said_before_it_starts(client: Client, settings: Any) -> None:
    settings.LIMITS = {"SITE_RUNS_DAY": 2}
    text = markup(press(client, version_of("1", "2", "3")))
    assert "2 runs left now: what is more waits until it may be started" in text


@pytest.mark.usefixtures("accounts")
def test_the_test_set_of_somebody_else_is_not_there() -> None:
    version = version_of("1", owner=member("owner"))
    other = signed_in(member("other"))
    assert "is no longer there" in markup(press(other, version))
    assert "Totals" not in markup(other.get(f"{NEW}?test_set={version.test_set_id}"))


def test_htmx_is_led_to_the_experiment(client: Client) -> None:
    answer = press(client, version_of("1"), HTMX, confirmed="1")
    assert answer["HX-Redirect"] == Experiment.objects.get().get_absolute_url()
