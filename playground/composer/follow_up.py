"""The form of a further question: the same for a page, the API and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from playground.catalog.capabilities import UnfitError, refuse_unfit
from playground.composer.fields import PromptField
from playground.composer.forms import ComposerForm, RunForm, fit_token, keep_line_ends
from playground.runs.exchange import why_not_followed
from playground.runs.models.run import Run
from playground.submission.follow_up import FollowUp
from playground.web.params import uuid_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

    from playground.accounts.visitor import Visitor

TAKEN = (
    "A question that follows a run takes its images, model and settings. "
    "Leave this out, or ask without following. Nothing was sent."
)


def form_of(
    data: QueryDict,
    files: MultiValueDict[str, UploadedFile[Any]],
    visitor: Visitor,
    *,
    fills: bool = False,
) -> RunForm | FollowUpForm:
    """Return the form of what a program sent: a question that follows a run, or one of its own.

    fills: whether its prompts have variables.
    """
    form: RunForm | FollowUpForm
    if data.get("follows"):
        given = [*data, *(name for name in files if files.getlist(name))]
        form = FollowUpForm(data, visitor, given=given)
    else:
        form = (ComposerForm if fills else RunForm)(data, files, visitor=visitor)
        form.asks_for_pages = False
    keep_line_ends(form)
    return form


class FollowUpForm(forms.Form):
    """follows: the id of a run, where no address names what is followed.

    given: the names of all that was sent, of which the run decides the rest.
    """

    prompt = PromptField("question", required=True)
    follows = forms.Field(required=False)
    form_token = forms.Field(required=False)

    def __init__(
        self,
        data: QueryDict,
        visitor: Visitor,
        followed: Sequence[Run] | None = None,
        given: Iterable[str] = (),
    ) -> None:
        super().__init__(data)
        self.others = set(given) - set(self.fields)
        self.fields |= {name: forms.Field(required=False) for name in self.others}
        self.visitor = visitor
        self.followed = followed

    def clean_form_token(self) -> str:
        return fit_token(str(self.cleaned_data["form_token"] or ""))

    def clean(self) -> dict[str, Any]:
        """Say why a run cannot be followed, and what its model does not take any more."""
        for name in sorted(self.others):
            self.add_error(name, TAKEN)
        if self.followed is None:
            self.followed = self._named()
        for run in self.followed:
            if why := why_not_followed(run):
                self.add_error("follows", why)
                continue
            try:
                refuse_unfit(run, [run.model_id])
            except UnfitError as error:
                self.add_error("follows", str(error))
        return self.cleaned_data

    def _named(self) -> list[Run]:
        run_id = uuid_or_none(str(self.cleaned_data["follows"] or ""))
        found = Run.objects.visible_to(self.visitor).select_related("comparison")
        runs = list(found.filter(pk=run_id)) if run_id else []
        if not runs:
            self.add_error("follows", why_not_followed(None))
        return runs

    def asked(self) -> FollowUp:
        """Return what a valid form asks. It stays in the project, for who works there."""
        followed = tuple(self.followed or ())
        project = followed[0].project_id
        return FollowUp(
            self.cleaned_data["prompt"],
            followed,
            self.cleaned_data["form_token"],
            project if self.visitor.works_in(project) else None,
        )
