"""The filters of a list. A page of History leaves out what it cannot read; a program is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.accounts.visibility import NO_PROJECT
from playground.history.forms import HistoryForm

if TYPE_CHECKING:
    from django.http import QueryDict

    from playground.accounts.visitor import Visitor
    from playground.history.forms import HistoryForm as Form

FILTERS = (*HistoryForm.base_fields, "from", "to", "after")
MOMENT = re.compile(r"[2-8]\d{3}-\d\d-\d\d(T.+)?", re.ASCII)  # what History can count from


def wrong_filters(query: QueryDict, form: Form, visitor: Visitor) -> dict[str, list[str]]:
    """Return what is wrong, by the name of the filter. form: bound to the query, and checked."""
    known = {NO_PROJECT, *map(str, visitor.projects)}
    wrong = {name: list(map(str, words)) for name, words in form.errors.items()}
    for name, values in query.lists():
        if name not in FILTERS:
            wrong[name] = ["There is no such filter."]
        elif len(values) > 1 or not values[0].strip():
            wrong[name] = ["Give one value, or leave the filter out."]
        elif name in {"starred", "shared"} and values[0] != "true":
            wrong[name] = ["This can only be true. Leave it out for all."]
        elif name == "project" and values[0] not in known:
            wrong[name] = ["You are in no such project. Give the number of one, or none."]
        elif name in {"from", "to"} and not MOMENT.fullmatch(values[0]):
            words = (
                "This has to be a day from 2000 on, such as 2026-01-31, or a time with its zone."
            )
            wrong[name] = [words]
    return wrong
