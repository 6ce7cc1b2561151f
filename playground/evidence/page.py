"""The evidence for answers as a page shows it to who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.evidence.shown import evidence_of
from playground.web.browser_choice import BrowserChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from playground.evidence.shown import Evidence
    from playground.runs.models.run import Run

WHEN_ASKED, ALWAYS = "asked", "always"
CHECK = BrowserChoice("check", (WHEN_ASKED, ALWAYS))


def page_evidence(request: HttpRequest, htmls: Mapping[Run, str], address: str) -> Evidence:
    """Return the evidence for some answers. address: where it is asked for, by who may."""
    asks = all(may_change(visitor_of(request), run) for run in htmls)
    always = CHECK.of(request) == ALWAYS
    return evidence_of(htmls, address=address if asks else "", always=always)
