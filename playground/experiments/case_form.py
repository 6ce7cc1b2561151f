"""The form of one case: what was typed, the images that it keeps and those that are added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from playground import imaging
from playground.experiments.cases import Content
from playground.experiments.models.test_set import MAX_CASE_IMAGES
from playground.images import store
from playground.images.models import Image
from playground.runs.models.tag import MAX_TAG_LENGTH
from playground.runs.tagging import name_of
from playground.submission.variables import MAX_VARIABLES, names_in
from playground.web.params import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.forms import BoundField
    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor
    from playground.experiments.models.test_set import Case

MAX_TEXT_LENGTH = 100_000  # characters of one field
MAX_TAGS = 20
MAX_FILE_NAME_LENGTH = 200
BAD_NAME = "A variable is a word of letters and digits, as in {{shop}}. Nothing was kept."
BAD_TAGS = (
    f"A case has at most {MAX_TAGS} tags of at most {MAX_TAG_LENGTH} characters. Nothing was kept."
)
EMPTY = "A case needs an image, a variable or a question. Add one of them."
REFERENCE = re.compile(r"([0-9a-f]{64})/?(.*)", re.DOTALL)


class TextField(forms.CharField):
    """Text that is kept as typed, but for the line ends that browsers make."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, max_length=MAX_TEXT_LENGTH, **options)

    def to_python(self, value: Any) -> str:
        text: str = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


class TagsField(forms.CharField):
    """Tags, separated by commas."""

    def to_python(self, value: Any) -> Any:
        typed = [" ".join(tag.split()) for tag in str(value or "")[:MAX_TEXT_LENGTH].split(",")]
        tags = [tag for tag in dict.fromkeys(map(name_of, typed)) if tag]
        if len(tags) > MAX_TAGS or max(map(len, typed)) > MAX_TAG_LENGTH:
            raise ValidationError(BAD_TAGS)
        return tags


class CaseForm(forms.Form):
    """names: of the variables that other cases have, each a field of its own."""

    question = TextField()
    expected = TextField()
    note = TextField()
    tags = TagsField(required=False)
    new_name = forms.CharField(required=False, max_length=60)
    new_value = TextField()

    def __init__(self, names: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.names = list(dict.fromkeys(names))[:MAX_VARIABLES]
        for name in self.names:
            self.fields[PREFIX + name] = TextField(label=name)
        self.images: list[tuple[Image, str]] = []
        self.seen = ""

    @property
    def variables(self) -> list[BoundField]:
        return [self[PREFIX + name] for name in self.names]

    def clean_new_name(self) -> str:
        name: str = self.cleaned_data["new_name"].strip().strip("{}").strip()
        if name and names_in(f"{{{{{name}}}}}") != [name]:
            raise ValidationError(BAD_NAME)
        return name

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (self.images or self._values() or self["question"].data):
            raise ValidationError(EMPTY)
        return self.cleaned_data

    def _values(self) -> dict[str, str]:
        data = self.cleaned_data
        pairs = [(name, data.get(PREFIX + name, "")) for name in self.names]
        pairs.append((data.get("new_name", ""), data.get("new_value", "")))
        return {name: value for name, value in pairs if name and value}

    def content(self) -> Content:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Content(
            images=tuple(self.images),
            variables=self._values(),
            question=data["question"],
            expected=data["expected"],
            tags=tuple(data["tags"]),
            note=data["note"],
        )


def form_of(case: Case, names: Iterable[str]) -> CaseForm:
    """Return the form that shows a case as it is."""
    content = Content.of(case)
    texts = {PREFIX + name: value for name, value in content.variables.items()}
    texts |= {"question": content.question, "expected": content.expected, "note": content.note}
    form = CaseForm(
        [*content.variables, *names], initial={**texts, "tags": ", ".join(content.tags)}
    )
    form.images, form.seen = list(content.images), content.digest
    return form


def posted_form(request: HttpRequest, visitor: Visitor, names: Iterable[str]) -> CaseForm:
    """Read what was sent, images first: those that can be kept are, whatever else is wrong."""
    sent = [name.removeprefix(PREFIX) for name in request.POST if name.startswith(PREFIX)]
    known = [name for name in sent if names_in(f"{{{{{name}}}}}") == [name]]
    form = CaseForm([*known, *names], data=request.POST)
    form.seen = request.POST.get("seen", "")[:64]
    images, problems = _images(request, visitor)
    form.images = images
    for problem in problems:
        form.add_error(None, problem)
    return form


def _images(request: HttpRequest, visitor: Visitor) -> tuple[list[tuple[Image, str]], list[str]]:
    images, problems = kept_images(request.POST.getlist("image"), visitor)
    files = request.FILES.getlist("images")
    over = len(images) + len(files) - MAX_CASE_IMAGES
    if over > 0:
        words = f"A case has at most {MAX_CASE_IMAGES} images. Remove {over}, then save again."
        return images, [*problems, words]
    for file in files:
        name = str(file.name or "").replace("\x00", "")[-MAX_FILE_NAME_LENGTH:]
        try:
            if (file.size or 0) > imaging.limits.MAX_BYTES:
                raise imaging.over_bytes(file.size or 0).about(name)
            images.append((store.store(file.read(), name, visitor.account), name))
        except imaging.PictureRefused as refusal:
            problems.append(str(refusal))
    return images, problems


def kept_images(
    references: Sequence[str], visitor: Visitor
) -> tuple[list[tuple[Image, str]], list[str]]:
    """Return the stored images that these name, as far as the visitor may see them."""
    named = [found for one in references[:MAX_CASE_IMAGES] if (found := REFERENCE.fullmatch(one))]
    known = Image.objects.visible_to(visitor).in_bulk([found[1] for found in named])
    images = [
        (known[found[1]], found[2][:MAX_FILE_NAME_LENGTH]) for found in named if found[1] in known
    ]
    return images, [store.GONE] if len(images) < len(named) else []
