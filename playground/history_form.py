"""The filters of History, as its address carries them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from playground.answer_states import WORDS

STATUSES = [
    ("completed", "Completed"),
    ("running", "Running"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
    ("flagged", "Flagged"),
    *WORDS.items(),
]
KINDS = [("single", "Single runs"), ("comparison", "Comparisons")]
LONGEST_SEARCH = 200  # characters; what is longer is cut


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. filters: see `listing.CONDITIONS`; only those that are set."""

    filters: dict[str, str]
    start: datetime | None = None
    end: datetime | None = None


class SearchField(forms.CharField):
    """Any text is a search: cut where it is too long, without what no database stores."""

    def clean(self, value: Any) -> str:
        return str(value or "").replace("\x00", " ").strip()[:LONGEST_SEARCH]


class HistoryForm(forms.Form):
    """What cannot be read is no filter, since an address may be old."""

    q = SearchField(required=False)
    model = forms.CharField(required=False, max_length=200)
    provider = forms.CharField(required=False, max_length=50)
    status = forms.ChoiceField(required=False, choices=[("", "Any status"), *STATUSES])
    kind = forms.ChoiceField(required=False, choices=[("", "Runs and comparisons"), *KINDS])
    starred = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(required=False)  # a word of the language
        self.fields["to"] = forms.DateField(required=False)

    def filters(self) -> dict[str, Any]:
        """Return every filter that is set, by its name in the address."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        for name in ("from", "to"):  # the calendar's own ends cannot be counted from
            day = found[name]
            if isinstance(day, date) and not 2000 <= day.year < 9000:
                found[name] = None
        return {name: value for name, value in found.items() if value}

    def wanted(self) -> Wanted:
        filters = self.filters()
        start, end = filters.pop("from", None), filters.pop("to", None)
        return Wanted(
            filters={name: str(value) for name, value in filters.items()},
            start=_midnight(start) if start else None,
            end=_midnight(end + timedelta(days=1)) if end else None,
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
