"""The filters of a list. A page of History leaves out what it cannot read; a program is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.accounts.visibility import NO_PROJECT
from playground.accounts.visitor import visitor_of
from playground.api.bodies import filters
from playground.api.errors import Refused
from playground.api.types import RunFilters
from playground.history.forms import HistoryForm
from playground.history.views import moment, place_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor

MOMENT = re.compile(r"[2-8]\d{3}-\d\d-\d\d(T.+)?", re.ASCII)  # what History can count from
UNREAD = "This cannot be looked for: see `fields`."
NOT_THERE = "This is not where a page ended. Follow `next` of the page before."
NOT_IN_IT = "You are in no such project. Give the number of one, or none."
NO_MOMENT = "This has to be a day from 2000 on, such as 2026-01-31, or a time with its zone."


def run_filters(request: HttpRequest) -> tuple[HistoryForm, Visitor]:
    """Return the filters, and whose runs are listed. Raises Refused with all that is wrong."""
    form, visitor = HistoryForm(request.GET), visitor_of(request)
    values, wrong = filters(request, RunFilters)
    if values.get("project", NO_PROJECT) not in {NO_PROJECT, *map(str, visitor.projects)}:
        wrong["project"] = [NOT_IN_IT]
    for name in ("from", "to"):
        if name in values and not MOMENT.fullmatch(values[name]):
            wrong[name] = [NO_MOMENT]
    if "after" in values and not _is_place(values["after"], form):
        wrong["after"] = [NOT_THERE]
    said = {name: list(map(str, words)) for name, words in form.errors.items()} | wrong
    if said:
        raise Refused(422, "invalid", UNREAD, said)
    return form, visitor


def _is_place(after: str, form: HistoryForm) -> bool:
    return bool(place_of(after).count if form.wanted().ranked else moment(after))
