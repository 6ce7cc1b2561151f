"""The form of an experiment: what it starts with, its buttons, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments.models.experiment import Experiment
from playground.experiments.plan import Column
from playground.runs.models.comparison import Comparison
from playground.submission import create, request
from tests.composer.experiments.forms import NEW, press
from tests.conftest import FLASH, GPT, markup
from tests.experiments.sets import started, version_of
from tests.matrices import HTMX

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_without_a_test_set_the_page_says_how_to_get_one(client: Client) -> None:
    text = markup(client.get(NEW))
    assert "There is no test set yet." in text
    assert "No test set chosen" in text


def test_the_newest_version_of_each_test_set_can_be_chosen(client: Client) -> None:
    version = version_of("1", images=True)
    version.test_set.versions.create(number=2)
    text = markup(client.get(NEW))
    assert "Totals, version 2, 0 cases" in text
    assert "version 1" not in text


def test_an_address_names_a_test_set_and_its_version(client: Client) -> None:
    version = version_of("41", images=True)
    version.test_set.versions.create(number=2)
    text = markup(client.get(f"{NEW}?test_set={version.test_set_id}&version=1"))
    assert "Totals, version 1, 1 case" in text
    assert 'placeholder="41"' in text


@pytest.mark.parametrize("query", ["test_set=x", "from=x", "test_set=&from=", "version=9", "page"])
def test_addresses_that_name_nothing_open_the_form(client: Client, query: str) -> None:
    assert client.get(f"{NEW}?{query}").status_code == 200


def test_an_experiment_is_edited_and_run_again(client: Client) -> None:
    rules = ({"rule": "number", "within": 0.5, "percent": True}, {"rule": "choice"})
    experiment = started(version_of("1", "2"), rules=rules, repeats=2)
    text = markup(client.get(f"{NEW}?from={experiment.pk}"))
    assert "8 runs" in text
    assert 'value="0.5"' in text
    assert '<option value="True" selected>± %</option>' in text
    assert '<option value="choice" selected>' in text
    assert "What is {{thing}}?</textarea>" in text


@pytest.mark.parametrize(
    ("others", "is_told"),
    [([("b", 0.0), ("a", 0.0), ("b", 1.0)], False), ([("b", 0.0)], True), ([("a", None)], False)],
)
def test_variants_that_were_no_product_are_told(
    client: Client, others: list[tuple[str, float | None]], is_told: bool
) -> None:
    asked = [("a", 1.0), *others]
    columns = tuple(Column(FLASH, text, "", request.Options(heat)) for text, heat in asked)
    experiment = started(version_of("1"), columns=columns)
    text = markup(client.get(f"{NEW}?from={experiment.pk}"))
    assert ("were not every combination" in text) == is_told


def test_a_comparison_gives_its_prompt_and_models(client: Client) -> None:
    asked = request.RunRequest(prompt="How much?", models=(FLASH, GPT))
    comparison = create.submit(asked)
    assert isinstance(comparison, Comparison)
    text = markup(client.get(f"{NEW}?from={comparison.pk}"))
    assert "How much?</textarea>" in text
    assert "2 selected" in text


def test_adding_and_removing_prompts_keeps_what_was_typed(client: Client) -> None:
    version = version_of("1")
    added = markup(press(client, version, prompt=["One", "Two"], add="prompt"))
    assert [f'id="prompt-{n}"' in added for n in (1, 2, 3, 4)] == [True, True, True, False]
    removed = markup(press(client, version, prompt=["One", "Two", "Three"], remove="prompt-1"))
    assert "Three</textarea>" in removed
    assert "Two</textarea>" not in removed
    assert "is-invalid" not in removed


def test_a_button_that_is_none_changes_nothing(client: Client) -> None:
    for button in ({"add": "x"}, {"remove": "rule-99"}, {"remove": "prompt-x"}, {"show": ""}):
        assert "What is {{thing}}?</textarea>" in markup(press(client, version_of("1"), **button))
    assert not Experiment.objects.exists()


def test_a_prompt_shows_what_it_has_that_the_first_has_not(client: Client) -> None:
    prompts = ["What is it?", "What is it? Look twice."]
    text = markup(press(client, version_of("1"), HTMX, prompt=prompts, refresh="1"))
    assert "2 words more:" in text
    assert "<ins> Look twice.</ins>" in text


def test_long_prompts_are_not_compared_while_typing(client: Client) -> None:
    prompts = ["a b " * 20_000, "b a " * 20_000]
    text = markup(press(client, version_of("1"), HTMX, prompt=prompts, refresh="1"))
    assert "<ins>" not in text


def test_the_sum_follows_the_form(client: Client) -> None:
    changed = {"models": [FLASH, GPT], "repeats": "3", "refresh": "1"}
    text = markup(press(client, version_of("1", "2"), HTMX, **changed))
    assert "2 cases × 2 variants × 3 repeats: 2 models" in text
    assert 'name="shown_runs" value="12"' in text


def test_settings_of_a_chosen_rule_come_once(client: Client) -> None:
    version = version_of("1")
    chosen = markup(press(client, version, HTMX, **{"rule-0": "number", "refresh": "1"}))
    assert 'id="id_rule-0-within"' in chosen
    typed = {"rule-0": "number", "rule-0-of": "number", "refresh": "1"}
    assert "rule-0-settings" not in markup(press(client, version, HTMX, **typed))


def test_a_question_that_is_asked_is_not_drawn_over(client: Client) -> None:
    answer = press(client, version_of("1"), HTMX, confirming="1", refresh="1")
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("rule", "answer", "words"),
    [
        ({}, "B.", "read B, expected b: right"),
        ({"rule-0-ignore_case": None}, "B", "read B, expected b: wrong"),
        ({"rule-0": "choice", "rule-0-of": "choice", "rule-0-letters": "AB"}, "(b)", "read B"),
        ({"rule-0": "number"}, "7", "not marked. The expected value is no number."),
        (
            {"rule-0": "matches", "rule-0-of": "matches", "rule-0-pattern": "("},
            "b",
            "not marked. It cannot be used as it is set.",
        ),
    ],
)
def test_rules_are_tried(client: Client, rule: dict[str, Any], answer: str, words: str) -> None:
    tried = {"try": "1", "try_answer": answer}
    assert words in markup(press(client, version_of("b"), **rule, **tried))


def test_rules_are_kept_as_they_were_set(client: Client) -> None:
    rules = {
        "rule-0": "number",
        "rule-0-of": "number",
        "rule-0-percent": "True",
        "rule-0-within": "5",
        "rule-0-take": "only",
        "rule-0-decimal": "auto",
        "rule-1": "json",
        "rule-1-of": "json",
        "rule-1-fields": "total, shop.name",
    }
    press(client, version_of("1"), confirmed="1", **rules)
    assert [one.options for one in Experiment.objects.get().rules.all()] == [
        {"rule": "number", "percent": True, "within": 5.0, "take": "only"},
        {"rule": "json", "fields": ["total", "shop.name"]},
    ]


def test_a_kind_chosen_without_script_has_its_usual_settings(client: Client) -> None:
    press(client, version_of("1"), confirmed="1", **{"rule-0": "contains"})
    assert Experiment.objects.get().rules.get().options == {"rule": "contains"}


def test_experiments_are_listed_newest_first(client: Client) -> None:
    assert "No experiment yet" in markup(client.get("/experiments/"))
    for name in ("First", "Second"):
        press(client, version_of("1"), confirmed="1", name=name, form_token=name)
    text = markup(client.get("/experiments/?page=many"))
    assert text.index("Second") < text.index("First")
    assert "Totals, version 1" in text


def test_a_prompt_that_its_variables_make_too_long_is_refused(client: Client) -> None:
    version = version_of("1", "2")
    version.cases.filter(position=1).update(variables={"thing": "x" * 60_000})
    answer = press(client, version, prompt=["{{thing}} and {{thing}}"])
    assert answer.status_code == 422
    assert "With the variables of case 2 the text is longer than 100,000" in markup(answer)
