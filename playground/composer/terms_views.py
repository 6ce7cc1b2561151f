"""What a press of Run would start and cost: shown beside the button, held when it is pressed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from playground.accounts.visitor import visitor_of
from playground.catalog import entries, offered
from playground.catalog.capabilities import accepts
from playground.composer.fields import MAX_LISTED, MAX_MODELS
from playground.composer.forms import RunForm, fit_token
from playground.composer.parameters import axes_in, sweep_of_before
from playground.composer.terms import shown_in, words_after
from playground.imaging import limits
from playground.providers.endpoint import TEXT_READER
from playground.spending.limits import left
from playground.spending.prices import estimate
from playground.storage.tokens import new_token
from playground.submission import create
from playground.submission.size import Size
from playground.submission.sweeps import Sweep, said_of, values_in
from playground.web.fragments import is_fragment
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import HttpRequest

    from playground.accounts.models import Account
    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.spending.prices import Estimate


READS_ALONE = "The text reader reads what is written. It does not see the prompt."


@require_safe
def selection(request: HttpRequest) -> HttpResponse:
    """Chips, cost and label for what is in the form at this moment.

    A form that was sent already, as Back brings it, is said to be so and gets a token of its own.
    """
    context = choice(request, runnable(request.GET.getlist("models")), request.GET) | allowance(
        request
    )
    context |= {"blind": "blind" in request.GET}
    token = fit_token(request.GET.get("form_token", ""))
    if token:
        context |= unsent(token, visitor_of(request).account)
    return HttpResponse(render_to_string("composer/_selection.html", context, request))


def unsent(token: str, owner: Account | None, sent: str = "") -> dict[str, Any]:
    """The form's own token, so that a press is still known as the same; a new one if it is used.

    sent: the token before, where the page says already that it was used.
    """
    is_unused = bool(token) and not create.is_used(token, owner)
    said = sent if is_unused else token
    earlier = create.made_by(said, owner) if said else None
    return {
        "form_token": token if is_unused else new_token(),
        "sent_before": bool(earlier if is_unused else token),
        "earlier": earlier,
        "sent_token": said,
    }


def allowance(request: HttpRequest) -> dict[str, Any]:
    account = visitor_of(request).account
    return {"left": left(account.pk if account else None)}


def runnable(models: Iterable[str]) -> list[str]:
    """Return the models that a press would ask, each once; blank and unknown ones are left out,
    and whatever follows far more than one press takes."""
    names = dict.fromkeys(one.strip() for one in islice(models, MAX_LISTED))
    return [one for one in names if offered.may_run(one)]


def choice(request: HttpRequest, names: list[str], fields: Mapping[str, str]) -> dict[str, Any]:
    """What is chosen and what it would cost, by what is in the form now."""
    fields = dict(fields.items()) | sweep_of_before(fields)
    size = Size(_rows(fields), len(names), _sweep_size(fields))
    known = accepts(names)
    takes = [words for one in known for words in (one.in_short(), one.refused) if words]
    takes += [READS_ALONE] if TEXT_READER in names else []
    is_usual = fields.get("tokens_mode") == "default"
    context = costs(request, names, size, None if is_usual else _read(fields, "max_tokens"))
    context |= {"chosen": [entries.find(one) for one in names], "takes": takes}
    context |= {"take_no_parameters": [one.name for one in known if not one.parameters]}
    context |= {"sweep_said": _sweep_said(fields)}
    return context | {"most_models": MAX_MODELS}


def costs(
    request: HttpRequest, models: Sequence[str], size: Size, max_tokens: int | None
) -> dict[str, Any]:
    runs = [one for one in map(entries.find, models) for _ in range(size.images * size.of_each)]
    cost = estimate(runs, visitor_of(request).account, max_tokens)
    of_what = size.words if size.is_matrix else cost.kinds
    of_what += f", at most {size.max_cells} in one press" if size.cells > size.max_cells else ""
    if set(models) == {TEXT_READER} and not size.is_matrix:
        of_what = "On this machine, no key needed"
    elif cost.is_free and TEXT_READER not in models:
        of_what += ". The demo costs nothing"
    return {"terms": cost, "size": size, "of_what": of_what}


def held_back(
    request: HttpRequest, form: RunForm, earlier: Run | Comparison | None
) -> dict[str, Any] | None:
    """Return what a press has to be asked about before it is sent; None where it is sent.

    More than one row of a matrix, and whatever is more than the page said. A program, which says
    nothing of what was shown, gets for a press that was made before what that started.
    """
    shown, asked = shown_in(request.POST), form.asked()
    is_new_press = shown and not form.is_confirmed()  # nobody was asked with this form's token
    if earlier and not is_new_press:
        return None
    now = costs(request, asked.models, form.size(), asked.options.max_tokens)
    terms: Estimate = now["terms"]
    over = words_after(shown, terms) if shown and not earlier and terms.exceeds(shown) else ""
    if form.is_confirmed() and not over:
        return None
    token = new_token() if earlier else asked.form_token or new_token()
    asks = form.size().is_matrix or not is_fragment(request)
    return now | {"form_token": token, "confirming": asks, "over": over, "earlier": earlier}


def _read(fields: Mapping[str, str], name: str) -> Any:
    """What the form has in this field now; None where nothing, or what it would refuse."""
    try:
        return RunForm.base_fields[name].clean(fields.get(name, ""))
    except ValidationError:
        return None


def _rows(fields: Mapping[str, str]) -> int:
    """How many rows the form would make by what is in it now."""
    count = number_or_none(fields.get("image_count", "")[:4]) or 1
    return min(count, limits.MAX_IMAGES) if fields.get("image_mode") == "each" else 1


def _sweep_said(fields: Mapping[str, str]) -> str:
    said = (said_of(values, over) for over, values in axes_in(fields).items())
    return "; ".join(filter(None, said))


def _sweep_size(fields: Mapping[str, str]) -> int:
    """How many runs each model gets by what is in the form now; one where it cannot be read."""
    try:
        axes = tuple((over, values_in(typed, over)) for over, typed in axes_in(fields).items())
    except ValidationError:
        return 1
    return Sweep(repeats=_read(fields, "repeats") or 1, also=axes).size
