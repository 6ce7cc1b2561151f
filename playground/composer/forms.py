"""One form per action. Says in plain words what is wrong, beside the field that it is about."""

import hashlib
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from playground.accounts.visitor import Visitor
from playground.catalog import capabilities
from playground.composer import parameters
from playground.composer.fields import MAX_PROMPT_LENGTH, ModelsField, PromptField
from playground.composer.options_form import OptionsForm
from playground.composer.pdf_pages import FirstPages, choices_in
from playground.composer.tray import Tray
from playground.imaging.pdf import DEFAULT_DPI, DPIS
from playground.providers.parameters.listed import SWEPT
from playground.submission.create import NO_PROJECT
from playground.submission.request import Options, RunRequest
from playground.submission.size import MAX_COLUMNS, Size
from playground.submission.sweeps import Sweep, values_in
from playground.submission.variables import MAX_VARIABLES, fill, filled_length, names_in
from playground.web.params import MAX_TOKEN_LENGTH, PREFIX, number_or_none

IMAGE_MODES = [("together", "All images in one run"), ("each", "One run per image")]
SWEPT_TWICE = "This parameter is swept over already. Choose another one, or nothing."
REPEATS = f"Repeats is a whole number from 1 to {MAX_COLUMNS}. Set one in that range."

_DPIS = ", ".join(map(str, DPIS))
PROMPTS = ("prompt", "system_prompt")
BLIND_MATRIX = (
    "One run per image cannot be blind: there is no one answer to vote for. "
    "Switch Blind off, or send all images in one run. Nothing was sent."
)


def keep_line_ends(form: forms.Form) -> None:
    """Keep CRLF in prompts: for programs, which send it only where they mean it."""
    for field in form.fields.values():
        if isinstance(field, PromptField):
            field.as_given = True


def fit_token(token: str) -> str:
    """Return a form's token as it can be stored, whatever was posted for it."""
    fits = len(token) <= MAX_TOKEN_LENGTH and "\x00" not in token
    return token if fits else hashlib.sha256(token.encode()).hexdigest()


def chosen_project(typed: Any, visitor: Visitor) -> int | None:
    """Return a project that the visitor works in, None where none is chosen.

    On a local playground there is none. Raises ValidationError.
    """
    text = str(typed or "")
    project = number_or_none(text, 18)
    if not text:
        return None
    if not visitor.works_in(project):
        raise forms.ValidationError(NO_PROJECT)
    return project


def _swept_over() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[(name, one.label) for name, one in SWEPT.items()],
        required=False,
        error_messages={"invalid_choice": "There is no such parameter to sweep over. Choose one."},
    )


class RunForm(OptionsForm):
    """The composer. Stores its pictures while it is checked, so that a refusal keeps them."""

    prompt = PromptField("prompt", required=True)
    system_prompt = PromptField("system prompt", required=False)
    models = ModelsField()
    pages = forms.CharField(required=False)  # of each PDF, for programs: "1-4, 7"
    dpi = forms.ChoiceField(
        choices=[(str(one), "") for one in DPIS],
        required=False,
        error_messages={"invalid_choice": f"A page is drawn at {_DPIS} dpi. Choose one."},
    )
    images = forms.Field(required=False)  # the tray; see clean_images
    image_urls = forms.CharField(required=False)  # like the tray
    image_mode = forms.ChoiceField(
        choices=IMAGE_MODES,
        required=False,
        error_messages={"invalid_choice": "Images go in one run, or each in a run. Choose one."},
    )
    confirmed = forms.Field(required=False)  # how many runs a person was told of and wants
    form_token = forms.Field(required=False)
    project = forms.Field(required=False)  # the number of the one whose members see it
    as_text = forms.BooleanField(required=False)  # braces are no variables; see ComposerForm
    blind = forms.BooleanField(required=False)
    sweep_of = _swept_over()
    sweep_values = forms.CharField(required=False)
    sweep_also_of = _swept_over()
    sweep_also_values = forms.CharField(required=False)
    repeats = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_COLUMNS,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], REPEATS),
    )

    def __init__(
        self, data: QueryDict | None = None, *args: Any, visitor: Visitor | None = None, **kw: Any
    ) -> None:
        if data is not None and (before := parameters.sweep_of_before(data)):
            data = data.copy()
            data.update(before)
        super().__init__(data, *args, **kw)
        self.visitor = visitor or Visitor()
        self.asks_for_pages = True  # of a PDF; programs take its first ones, or those in `pages`

    def clean_form_token(self) -> str:
        """The same token stays the same, whatever it is: dropped, a press would be paid twice."""
        return fit_token(str(self.cleaned_data["form_token"] or ""))

    def clean_project(self) -> int | None:
        return chosen_project(self.cleaned_data["project"], self.visitor)

    def clean_sweep_values(self) -> tuple[Any, ...]:
        over = self.cleaned_data.get("sweep_of")
        return values_in(self.cleaned_data["sweep_values"], over) if over else ()

    def clean_sweep_also_values(self) -> tuple[Any, ...]:
        over = self.cleaned_data.get("sweep_also_of")
        if over and over == self.cleaned_data.get("sweep_of"):
            raise forms.ValidationError(SWEPT_TWICE)
        return values_in(self.cleaned_data["sweep_also_values"], over) if over else ()

    def clean(self) -> dict[str, Any]:
        """Refuse more runs than one screen compares, however they come together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        size = self.size()
        runs = size.columns
        if size.refusal:
            self.add_error("image_mode", size.refusal)
        elif size.is_matrix and data.get("blind"):
            self.add_error("blind", BLIND_MATRIX)
        elif runs > MAX_COLUMNS and not size.is_matrix:
            self.add_error(
                "repeats",
                f"That is {runs} runs, and one press makes at most {MAX_COLUMNS}. "
                "Choose fewer models, values or repeats. Nothing was sent.",
            )
        self._clean_accepted(data.get("models") or [])
        return data

    def _clean_accepted(self, chosen: list[str]) -> None:
        """Say what a chosen model does not take, where that is known."""
        attached = len(self.tray.attached) if hasattr(self, "tray") else 0
        in_one = min(attached, 1) if self.cleaned_data.get("image_mode") == "each" else attached
        options = self.options() if not self.errors else Options()
        swept = set(self.sweep().axes)
        for model in capabilities.accepts(chosen):
            refused = model.options_refused(options, swept=swept) | {
                "images": model.images_refused(in_one)
            }
            for name, words in refused.items():
                if words:
                    self.add_error(name, f"{words} {capabilities.NOTHING}")

    def sweep(self) -> Sweep:
        data = self.cleaned_data
        values, over = data.get("sweep_values"), data.get("sweep_of")
        also = ((data["sweep_also_of"], its),) if (its := data.get("sweep_also_values")) else ()
        return Sweep(values or (), data.get("repeats") or 1, over or "temperature", also)

    def size(self) -> Size:
        """How many runs this press makes, row by row. One image is one row, whatever the mode."""
        data = self.cleaned_data
        each = data.get("image_mode") == "each"
        images = max(len(self.tray.attached), 1) if each else 1
        return Size(images, len(data.get("models", [])), self.sweep().size)

    def is_confirmed(self) -> bool:
        """More than one row is only started with the true number of runs said back."""
        size = self.size()
        said = str(self.cleaned_data["confirmed"] or "").strip()
        return not size.is_matrix or said == str(size.cells)

    def clean_images(self) -> Tray:
        """Gather the tray, the files and the addresses, in that order; adds their errors."""
        posted = cast("QueryDict", self.data)
        self.tray = tray = Tray(self.visitor, pages=self._first_pages())
        tray.add_references(posted.getlist("tray"))
        tray.add_files(self.files.getlist("images"))
        tray.add_pdfs(choices_in(posted, self.visitor))
        tray.add_addresses(posted.get("image_urls", ""))
        for message in tray.words:
            self.add_error("images", message)
        return tray

    def _first_pages(self) -> FirstPages | None:
        data = self.cleaned_data
        if self.asks_for_pages:
            return None
        return FirstPages(data["pages"], int(data.get("dpi") or DEFAULT_DPI))

    def asked(self) -> RunRequest:
        data = self.cleaned_data
        return RunRequest(
            prompt=data["prompt"],
            system_prompt=data["system_prompt"],
            models=tuple(data["models"]),
            images=tuple(data["images"].attached),
            options=self.options(),
            sweep=self.sweep(),
            each_image=self.size().is_matrix,
            form_token=data["form_token"],
            blind=data["blind"],
            project=data["project"],
        )


@dataclass(frozen=True)
class Variable:
    """One field of the composer. errors: none where the values were not asked for."""

    name: str
    value: str
    errors: list[str]


def variables_of(form: RunForm) -> list[Variable]:
    """Return the fields to show for what stands in the prompts, checked or not."""
    errors = form.errors if isinstance(form, ComposerForm) and form.is_bound else {}
    return [
        Variable(
            name,
            form.data.get(PREFIX + name, ""),
            [str(words) for words in errors.get(PREFIX + name, [])],
        )
        for name in _names(form)[:MAX_VARIABLES]
    ]


def _names(form: RunForm) -> list[str]:
    if form["as_text"].value() not in (None, False, "", "0", "false"):
        return []
    return names_in(*(str(form[name].value() or "") for name in PROMPTS))


class ComposerForm(RunForm):
    """Asks for each variable of the prompts. What a valid form asks holds the values alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = _names(self)
        for name in self._names[:MAX_VARIABLES]:
            self.fields[PREFIX + name] = PromptField(f"value for {name}", required=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(self._names) > MAX_VARIABLES:
            words = f"The prompts have {len(self._names)} variables. Use {MAX_VARIABLES} at most"
            self.add_error("prompt", f"{words}, or send the braces as they are. Nothing was sent.")
        values = {name: data[PREFIX + name] for name in self._names if data.get(PREFIX + name)}
        for name in PROMPTS:
            text = data.get(name, "")
            length = filled_length(text, values)
            if length <= MAX_PROMPT_LENGTH:
                data[name] = fill(text, values)
            elif name not in self.errors:
                words = f"With its values the text has {length:,} characters."
                self.add_error(name, f"{words} Shorten it to {MAX_PROMPT_LENGTH:,} at most.")
        return data
