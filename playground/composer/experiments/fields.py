"""Fields of the form of an experiment that Django has not: lists of texts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from playground.composer.fields import PromptField

MAX_TEXTS = 12


class TextsField(forms.Field):
    """Texts for a model, each once, in their order. keeps_blank: none is a choice of its own."""

    widget = forms.MultipleHiddenInput

    def __init__(self, name: str, *, keeps_blank: bool) -> None:
        super().__init__(required=False)
        self.name, self.keeps_blank = name, keeps_blank
        self._text = PromptField(name, required=False)

    def clean(self, value: Any) -> list[str]:
        typed = list(value or [])
        if len(typed) > MAX_TEXTS:
            raise ValidationError(
                f"Use at most {MAX_TEXTS} {self.name}s. These are {len(typed)}. Nothing was sent."
            )
        texts = dict.fromkeys(self._text.clean(one) for one in typed)
        return [text for text in texts if text or self.keeps_blank]
