"""What a person may choose about a share link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone

from playground.sharing.links import Choice, end_after, reference_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playground.runs.models.run_image import RunImage
    from playground.sharing.models import Share

KEEP = "keep"
EXPIRIES = [
    ("never", "Never"),
    ("1", "After 1 day"),
    ("7", "After 7 days"),
    ("30", "After 30 days"),
]


class ShareForm(forms.Form):
    """Everything is shown but what is ticked, flagged answers and notes. Empty, it is valid."""

    hide_system_prompt = forms.BooleanField(required=False)
    hide_costs = forms.BooleanField(required=False)
    hide_reasoning = forms.BooleanField(required=False)
    show_flagged = forms.BooleanField(required=False)
    show_notes = forms.BooleanField(required=False)
    leave_out = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": "An image to leave out is not part of it. Reload."},
    )
    expiry = forms.ChoiceField(
        choices=[(KEEP, "As it is"), *EXPIRIES],
        required=False,
        error_messages={"invalid_choice": "A link ends after 1, 7 or 30 days, or never."},
    )

    def __init__(self, data: Any, pictures: Sequence[RunImage]) -> None:
        super().__init__(data)
        field = cast("forms.MultipleChoiceField", self.fields["leave_out"])
        field.choices = [(reference_of(one), "") for one in pictures]

    def choice(self, link: Share | None = None) -> Choice:
        """Return what a valid form says. link: the one that is changed, if there is one."""
        given = self.cleaned_data
        return Choice(
            hide_system_prompt=given["hide_system_prompt"],
            hide_costs=given["hide_costs"],
            hide_reasoning=given["hide_reasoning"],
            hide_flagged=not given["show_flagged"],
            left_out=tuple(given["leave_out"]),
            notes_until=timezone.now() if given["show_notes"] else None,
            expires_at=self._end(link),
        )

    def _end(self, link: Share | None) -> datetime | None:
        wanted = self.cleaned_data["expiry"] or KEEP
        if wanted == KEEP:
            return link.expires_at if link else None
        return None if wanted == "never" else end_after(int(wanted))
