"""The filters of History, as its address carries them."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from playground.history.filters import HistoryFilters
from playground.runs.answer_states import WORDS
from playground.runs.models.tag import MAX_TAG_LENGTH

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
ORDERS = [("", "Newest first"), ("best", "Best match first")]
MAX_SEARCH_LENGTH = 200  # characters; what is longer is cut


class SearchField(forms.CharField):
    """Any text is a search: cut after a word where it is too long, and without NUL."""

    def clean(self, value: Any) -> str:
        text = str(value or "").replace("\x00", " ").strip()
        if len(text) <= MAX_SEARCH_LENGTH:
            return text
        return text[: MAX_SEARCH_LENGTH + 1].rpartition(" ")[0] or text[:MAX_SEARCH_LENGTH]


class MomentField(forms.DateField):
    """A day, or a time with its zone; in the zone of the playground then."""

    default_error_messages: ClassVar = {
        "invalid": "Give a day such as 2026-01-31, or a time with its zone: 2026-01-31T12:00:00Z."
    }

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if "T" not in text:
            return super().to_python(value)
        try:  # a plus that was not escaped arrives as a space
            moment = datetime.fromisoformat(text.replace(" ", "+"))
            return timezone.localtime(moment)
        except (ValueError, OverflowError):
            raise forms.ValidationError(self.error_messages["invalid"]) from None


class HistoryForm(forms.Form):
    """What cannot be read is no filter, since an address may be old."""

    q = SearchField(required=False)
    model = forms.CharField(required=False, max_length=200)
    provider = forms.CharField(required=False, max_length=50)
    status = forms.ChoiceField(required=False, choices=[("", "Any status"), *STATUSES])
    kind = forms.ChoiceField(required=False, choices=[("", "Runs and comparisons"), *KINDS])
    starred = forms.BooleanField(required=False)
    shared = forms.BooleanField(required=False)
    project = forms.CharField(required=False, max_length=18)
    tag = forms.CharField(required=False, max_length=MAX_TAG_LENGTH)
    order = forms.ChoiceField(required=False, choices=ORDERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = MomentField(required=False)  # a word of the language
        self.fields["to"] = MomentField(required=False)

    def filters(self) -> dict[str, Any]:
        """Return every filter that is set, by its name in the address."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        for name in ("from", "to"):  # the calendar's own ends cannot be counted from
            day = found[name]
            if isinstance(day, date) and not 2000 <= day.year < 9000:
                found[name] = None
        return {name: value for name, value in found.items() if value and name != "order"}

    def wanted(self) -> HistoryFilters:
        filters = self.filters()
        start, end = filters.pop("from", None), filters.pop("to", None)
        return HistoryFilters(
            ranked=bool(self.cleaned_data.get("order") and filters.get("q")),
            q=filters.pop("q", ""),
            filters={name: str(value) for name, value in filters.items()},
            start=_midnight(start) if start else None,
            end=_end(end) if end else None,
        )


def _end(day: date) -> datetime:
    """Return the first moment that is not within: both ends belong to what is found."""
    if isinstance(day, datetime):
        return day + timedelta(microseconds=1)
    return _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    """Return the beginning of a day; a time stays as it is."""
    if isinstance(day, datetime):
        return day
    return timezone.make_aware(datetime.combine(day, time.min))
