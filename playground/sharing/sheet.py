"""The share sheet: the links of one run or comparison, and the form for another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from playground.exports.redaction import Shown
from playground.providers.endpoint import NO_MODEL
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.runs.reasoning import without_reasoning
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.sharing.forms import EXPIRIES
from playground.sharing.models import Share
from playground.storage.tokens import new_token
from playground.web.fragments import is_fragment
from playground.web.responses import see_other

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.run_image import RunImage
    from playground.sharing.forms import ShareForm


@dataclass(frozen=True)
class SheetLink:
    """One live link as the sheet shows it. pictures: each with whether it is left out."""

    share: Share
    address: str
    is_behind: bool
    left_out: list[str]
    pictures: list[tuple[RunImage, str, bool]]


def sheet_address(item: Run | Comparison) -> str:
    return reverse("run-share" if isinstance(item, Run) else "comparison-share", args=[item.pk])


def answer_sheet(
    request: HttpRequest,
    item: Run | Comparison,
    *,
    said: str = "",
    form: ShareForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The sheet: a fragment for htmx, a page of its own otherwise."""
    context = sheet(request, item) | {"said": said, "form": form}
    context["fragment"] = is_fragment(request)
    page = "sharing/_sheet.html" if context["fragment"] else "sharing/sheet_page.html"
    return render(request, page, context, status=status)


def answer_action(request: HttpRequest, item: Run | Comparison, said: str) -> HttpResponse:
    """After an action: the sheet again for htmx; a plain form goes back to where it was."""
    if is_fragment(request):
        return answer_sheet(request, item, said=said)
    to_list = request.POST.get("view") == "list"
    return see_other(reverse("shares") if to_list else sheet_address(item))


def sheet(request: HttpRequest, item: Run | Comparison) -> dict[str, Any]:
    pictures = links.pictures_of(item)
    now = links.as_it_is(item) if isinstance(item, Comparison) else {}
    offers = _offers(item)
    return {
        "item": item,
        "sheet_address": sheet_address(item),
        "form_token": new_token(),
        "expiries": EXPIRIES,
        "pictures": _ticked(pictures, ()),
        "offers": offers,
        "links": [
            SheetLink(
                share=one,
                address=request.build_absolute_uri(one.get_absolute_url()),
                is_behind=links.is_behind(one, now),
                left_out=links.left_out_words(one, flagged=offers["flagged"]),
                pictures=_ticked(pictures, one.left_out),
            )
            for one in Share.objects.of(item).live()
        ],
    }


def _ticked(
    pictures: Sequence[RunImage], left_out: Sequence[str]
) -> list[tuple[RunImage, str, bool]]:
    hidden = Shown(left_out=frozenset(left_out))
    return [(one, links.reference_of(one), not hidden.shows(one)) for one in pictures]


def _offers(item: Run | Comparison) -> dict[str, bool]:
    """What there is to be left out: nobody is asked about costs of a demo."""
    runs = [item] if isinstance(item, Run) else list(item.cells())
    coming = any(run.status not in RunStatus.ended() for run in runs)
    return {
        "system_prompt": any(run.system_prompt for run in runs),
        "costs": any(run.provider not in NO_MODEL for run in runs),
        "reasoning": coming or any(_reasons(run) for run in runs),
        "flagged": coming or any(run.flagged for run in runs),
        "notes": Note.objects.of(item).exists() or Note.objects.filter(run__in=runs).exists(),
    }


def _reasons(run: Run) -> bool:
    """Whether there is reasoning: asked for, or given unasked, apart or marked in the answer."""
    texts = (run.output, run.partial)
    return bool(run.reasoning or run.thoughts) or any(without_reasoning(t) != t for t in texts)
