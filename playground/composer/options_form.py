"""The form of what goes beside the prompt, for the composer, programs and presets."""

from typing import Any

from django import forms
from django.http import QueryDict

from playground.composer import parameters
from playground.providers.parameters.listed import EDGES, MAX_EDGE, PARAMETERS
from playground.submission.request import MAX_OUTPUT_TOKENS, PRIORITY_NAMES, Options

PRIORITIES = [(one, one.capitalize()) for one in PRIORITY_NAMES]
MODES = [("default", "Model default"), ("custom", "Set")]
IMAGE_SIZES = [("0", "Original"), *((str(e), f"At most {e} px") for e in sorted(EDGES)[:0:-1])]
USUAL_SIZES = ("2048", "1024")  # what the composer shows; a ladder may have any
TEMPERATURE = "Temperature goes from 0 to 2. Set it in that range, or choose Model default."
TOKENS = "Max tokens is a whole number from 1 upward. Set one, or choose Model default."


class OptionsForm(forms.Form):
    """The parameters beside the prompt. Blank, or `Model default`, means: not sent."""

    temperature_mode = forms.ChoiceField(choices=MODES, required=False)
    temperature = forms.FloatField(
        required=False,
        min_value=0,
        max_value=2,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], TEMPERATURE),
    )
    tokens_mode = forms.ChoiceField(choices=MODES, required=False)
    max_tokens = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_OUTPUT_TOKENS,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], TOKENS),
    )
    reasoning = forms.BooleanField(required=False)
    priority = forms.ChoiceField(
        choices=PRIORITIES,
        required=False,
        error_messages={"invalid_choice": "Priority is latency or throughput. Choose one."},
    )
    max_edge = forms.ChoiceField(
        choices=IMAGE_SIZES,
        required=False,
        error_messages={"invalid_choice": f"Image size is {MAX_EDGE.kind.words}. Choose one."},
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        # The slider always posts a number; under `Model default` it means nothing.
        if data is not None:
            data = data.copy()
            for mode, name in (("temperature_mode", "temperature"), ("tokens_mode", "max_tokens")):
                if data.get(mode) == "default":
                    data[name] = ""
            parameters.chosen(data)
        super().__init__(data, *args, **kwargs)
        self.fields |= parameters.fields()

    def clean(self) -> dict[str, Any]:
        """Refuse `Set` without a value: it would be sent as the model's default."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        modes = (("temperature_mode", "temperature"), ("tokens_mode", "max_tokens"))
        for (mode, name), words in zip(modes, (TEMPERATURE, TOKENS), strict=True):
            if data.get(mode) == "custom" and data.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        for name, words in parameters.problems(self):
            self.add_error(name, words)
        return data

    def options(self) -> Options:
        return Options(
            temperature=self.cleaned_data["temperature"],
            max_tokens=self.cleaned_data["max_tokens"],
            reasoning=self.cleaned_data["reasoning"],
            priority=self.cleaned_data["priority"] or "latency",
            max_edge=int(self.cleaned_data["max_edge"] or 0),
            parameters={
                name: self.cleaned_data[name]
                for name in PARAMETERS
                if self.cleaned_data.get(name) is not None
            },
        )
