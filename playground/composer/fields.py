"""What the composer's form asks for that Django has no field for: prompts and models."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from playground.catalog import offered
from playground.providers.wavespeed.model_list import MAX_ID_LENGTH

MAX_PROMPT_LENGTH = 100_000  # characters
MAX_MODELS = 12
MAX_LISTED = 100  # what is looked at one by one before a form says that it is too many


class PromptField(forms.CharField):
    """Text that goes to a model: kept as typed, no NUL.

    as_given: whether CRLF stays. Browsers make it of every line end, so there it means `\\n`.
    """

    as_given = False

    def __init__(self, name: str, *, required: bool) -> None:
        messages = {
            "required": f"Write a {name}. Nothing was sent.",
            "max_length": f"The {name} has %(show_value)s characters. "
            f"Shorten it to {MAX_PROMPT_LENGTH:,} at most.",
        }
        super().__init__(
            required=required, strip=False, max_length=MAX_PROMPT_LENGTH, error_messages=messages
        )
        self.name = name

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        text = text if self.as_given else text.replace("\r\n", "\n")
        if "\x00" in text:
            raise ValidationError(f"The {self.name} contains a NUL character. Remove it.")
        return text if text.strip() else ""


class ModelsField(forms.MultipleChoiceField):
    """Models of the catalogue, each once, in the order they were chosen."""

    def __init__(self) -> None:
        super().__init__(
            error_messages={
                "required": "Choose at least one model. Nothing was sent.",
                "invalid_choice": "%(value)s is not in the catalogue. Choose another model.",
            },
        )

    def valid_value(self, value: Any) -> bool:
        return offered.may_run(str(value))

    def clean(self, value: Any) -> list[str]:
        """What is too long to be an id is cut: refused all the same, in a short sentence."""
        typed = dict.fromkeys(str(one).strip()[: MAX_ID_LENGTH + 1] for one in value or [])
        typed.pop("", None)
        if len(typed) > MAX_MODELS:
            raise ValidationError(
                f"Choose at most {MAX_MODELS} models. You chose {len(typed)}. Nothing was sent."
            )
        return list(super().clean(list(typed)))
