"""The form that sets up an experiment: cases and what varies. Its rules have forms of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from playground.catalog import capabilities
from playground.composer.experiments.cases import Cases, versions_of
from playground.composer.experiments.fields import TextsField
from playground.composer.experiments.variants import Variants
from playground.composer.fields import ModelsField
from playground.composer.forms import RunForm, chosen_project, fit_token
from playground.composer.options_form import IMAGE_SIZES, OptionsForm
from playground.composer.parameters import ValuesField
from playground.composer.terms_views import runnable
from playground.experiments.lengths import MAX_FILLED_LENGTH, too_long
from playground.experiments.models.test_set import MAX_NAME_LENGTH
from playground.experiments.plan import Plan, lacking, unfilled
from playground.experiments.size import ExperimentSize
from playground.providers.parameters.listed import MAX_EDGE, PARAMETERS
from playground.submission.request import Options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playground.accounts.visitor import Visitor

UNCHOSEN = "Choose a test set. Nothing was sent."
ELSEWHERE = "Bring the cases in first: they become a test set, which you choose here."
EMPTY = "This test set has no cases. Add some, or choose another. Nothing was sent."
GONE = "This test set is no longer there. Choose another."
NO_PROMPT = "Write a prompt. Nothing was sent."
TOO_LONG = (
    "With the variables of case {} the text is longer than "
    f"{MAX_FILLED_LENGTH:,} characters. Shorten the prompt. Nothing was sent."
)
WAYS = [(way, way) for way in ("set", "file", "runs", "typed")]


@dataclass(frozen=True)
class Asked:
    """What a form asks, or as much of it as can be read."""

    cases: Cases | None
    variants: Variants
    repeats: int

    @property
    def size(self) -> ExperimentSize:
        count, noun = (self.cases.count, self.cases.noun) if self.cases else (0, "case")
        return ExperimentSize(count, self.variants.count, self.repeats, noun)

    @property
    def cautions(self) -> list[str]:
        """What a person may not have meant, and what is asked all the same."""
        if not self.cases:
            return []
        texts = (*self.variants.prompts, *self.variants.system_prompts)
        return self.cases.words + lacking(texts, self.cases.names, self.cases.count)


class ExperimentForm(forms.Form):
    """What an experiment asks."""

    cases = forms.ChoiceField(choices=WAYS, required=False)
    version: Any = forms.ModelChoiceField(
        queryset=None, error_messages={"required": UNCHOSEN, "invalid_choice": GONE}
    )
    models = ModelsField()
    prompt = TextsField("prompt", keeps_blank=False)
    system_prompt = TextsField("system prompt", keeps_blank=True)
    temperatures = ValuesField("temperature")
    max_edge = forms.MultipleChoiceField(
        choices=IMAGE_SIZES,
        required=False,
        error_messages={"invalid_choice": f"Image sizes are {MAX_EDGE.kind.words}. Choose some."},
    )
    max_tokens = OptionsForm.base_fields["max_tokens"]
    reasoning = OptionsForm.base_fields["reasoning"]
    priority = OptionsForm.base_fields["priority"]
    repeats = RunForm.base_fields["repeats"]
    name = forms.CharField(
        required=False,
        max_length=MAX_NAME_LENGTH,
        error_messages={"max_length": f"A name has at most {MAX_NAME_LENGTH} characters."},
    )
    form_token = forms.Field(required=False)
    project = forms.Field(required=False)  # the number of the one whose members see it

    def __init__(self, *args: Any, visitor: Visitor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= {name: ValuesField(name) for name in PARAMETERS}
        versions: Any = self.fields["version"]
        versions.queryset = versions_of(visitor)
        self.visitor = visitor

    def clean_form_token(self) -> str:
        return fit_token(str(self.cleaned_data["form_token"] or ""))

    def clean_project(self) -> int | None:
        return chosen_project(self.cleaned_data["project"], self.visitor)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("cases", "") not in {"", "set"}:
            self.add_error("version", ELSEWHERE)
        if not self.errors and self.asked.cases:
            self._clean_asked(self.asked.cases, self.asked)
        return self.cleaned_data

    def _clean_asked(self, cases: Cases, asked: Asked) -> None:
        """Refuse what cannot be asked of these cases."""
        if not cases.count:
            self.add_error("version", EMPTY)
        elif not any(asked.variants.prompts) and cases.own_questions < cases.count:
            self.add_error("prompt", NO_PROMPT)
        for words in _not_accepted(cases, asked.variants):
            self.add_error("models", words)
        refusal = asked.variants.refusal or asked.size.refusal
        if refusal:
            self.add_error(None, refusal)
        elif missing := unfilled(asked.variants.columns(), list(cases.names)):
            self.add_error("prompt", _unknown(missing))
        elif (at := next(too_long(asked.variants.columns(), cases.asked()), None)) is not None:
            self.add_error("prompt", TOO_LONG.format(at + 1))

    @cached_property
    def asked(self) -> Asked:
        """What can be read of the form, checked or not."""
        read = {name: self._read(name) for name in self.fields}
        version = read["version"]
        variants = Variants(
            models=runnable(map(str, self["models"].value() or [])),
            prompts=read["prompt"] or ("",),
            system_prompts=read["system_prompt"] or ("",),
            temperatures=read["temperatures"] or (None,),
            max_edges=tuple(map(int, read["max_edge"] or ["0"])),
            parameters={name: read[name] for name in PARAMETERS if read[name]},
            options=_options(read),
        )
        return Asked(version and Cases.of(version), variants, read["repeats"] or 1)

    def _read(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    def plan(self, rules: Sequence[Mapping[str, Any]]) -> Plan:
        """Return what a valid form asks; without a name, that of the test set."""
        data = self.cleaned_data
        return Plan(
            name=data["name"] or data["version"].test_set.name,
            version=data["version"],
            columns=self.asked.variants.columns(),
            rules=tuple(rules),
            repeats=self.asked.repeats,
            form_token=data["form_token"],
            project=data["project"],
        )


def _options(read: Mapping[str, Any]) -> Options:
    return Options(
        max_tokens=read["max_tokens"],
        reasoning=bool(read["reasoning"]),
        priority=read["priority"] or "latency",
    )


def _unknown(names: Sequence[str]) -> str:
    said = ", ".join(f"{{{{{name}}}}}" for name in names)
    are = "is a variable" if len(names) == 1 else "are variables"
    remedy = "Write it otherwise, or give it to the cases of the test set. Nothing was sent."
    return f"{said} {are} that no case has. {remedy}"


def _not_accepted(cases: Cases, variants: Variants) -> list[str]:
    """Say what the chosen models do not take, where that is known."""
    swept = {"temperature"} if variants.temperatures != (None,) else set()
    swept |= set(variants.parameters)
    found = []
    for model in capabilities.accepts(variants.models):
        if model.images_refused(cases.most_images):
            found.append(f"{model.in_short()}. A case here has {cases.most_images}.")
        elif refused := model.options_refused(variants.options, swept=swept):
            short = f"{model.in_short()}. That was set under More that can vary."
            found.append(short if model.in_short() else next(iter(refused.values())))
    remedy = f"Take the model away, or change it. {capabilities.NOTHING}"
    return [f"{words} {remedy}" for words in found]
