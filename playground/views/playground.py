"""The Playground screen: the composer, what a press of Run answers, and the choice of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from playground import catalog, examples
from playground.composer_form import ComposerForm, variables_of
from playground.forms import IMAGE_SIZES, MOST_MODELS, RunForm
from playground.matrix import Size
from playground.middleware import limited
from playground.models import Comparison, Run
from playground.pictures import limits
from playground.services import keys, offers, stars, submission
from playground.services.acceptance import accepts
from playground.services.allowance import LimitReached, left
from playground.services.marks import MarkBook
from playground.services.presets import find_preset
from playground.services.prices import estimate
from playground.sweeps import MOST_CELLS, Sweep, temperatures_in
from playground.tray import TrayEntry
from playground.variables import names_in
from playground.views.from_link import from_link, sweep_of
from playground.views.ids import uuid_or_none
from playground.views.redirects import see_other
from playground.views.results import comparison_context, run_context
from playground.visitors import visitor_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from playground.models import Account, Preset

REUSED = (
    "This form was already sent with other content. Press Run again to send this one as a new run."
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The empty playground, or one filled from a run, an example or the address."""
    initial, entries = _initial(request)
    form = ComposerForm(initial=initial)
    return render(request, "playground.html", _composer(request, form, entries) | _left(request))


def _left(request: HttpRequest) -> dict[str, Any]:
    account = visitor_of(request).account
    return {"left": left(account.pk if account else None)}


def _initial(request: HttpRequest) -> tuple[dict[str, Any], list[TrayEntry]]:
    run_id = uuid_or_none(request.GET.get("from", ""))
    visible = Run.objects.visible_to(visitor_of(request))
    run = visible.filter(pk=run_id).first() if run_id else None
    if run:
        return _from_run(run), _entries_of(run)
    preset = find_preset(visitor_of(request), request.GET.get("preset", ""))
    if preset:
        edited = {"from_preset": preset.pk} if request.GET["preset"].isdecimal() else {}
        return _from_preset(preset) | edited, []
    shared = from_link(request.GET.get("share", ""))
    if shared:
        return shared
    example = examples.find(request.GET.get("example", ""))
    models = [one for one in request.GET.getlist("model") if offers.may_run(one)]
    initial = {
        "models": models[:MOST_MODELS] or [offers.default_model_id()],
        "prompt": example.prompt if example else request.GET.get("prompt", "")[:100_000],
        "blind": "blind" in request.GET,
    }
    return initial, [TrayEntry.of_example(example)] if example else []


def _from_preset(preset: Preset) -> dict[str, Any]:
    """Models that are gone are left out; without any, the default one is chosen."""
    texts = {"prompt": preset.prompt, "system_prompt": preset.system_prompt}
    chosen = _runnable(preset.model_ids)
    return (
        {**preset.options}
        | texts
        | chosen
        | {"models": chosen["models"] or [offers.default_model_id()]}
    )


def _runnable(model_ids: Sequence[str]) -> dict[str, list[str]]:
    """Those that can be run, and those that are left out, which the composer names."""
    models = [one for one in model_ids if offers.may_run(one)]
    return {"models": models, "left_out": [one for one in model_ids if one not in models]}


def _entries_of(run: Run) -> list[TrayEntry]:
    """The images of the run; of a matrix, those of all its rows."""
    if not run.comparison or not run.comparison.rows:
        return TrayEntry.all_of(run)
    firsts = {one.row: one for one in run.comparison.cells().reverse()}
    return [entry for row in sorted(firsts) for entry in TrayEntry.all_of(firsts[row])]


def _from_run(run: Run) -> dict[str, Any]:
    """A run of a comparison opens with all the models of the comparison."""
    runs = list(run.comparison.cells() if run.comparison else [run])
    is_matrix = bool(run.comparison and run.comparison.rows)
    if is_matrix:  # a run of each column: its rows are no repeats
        runs = sorted({one.column: one for one in runs}.values(), key=lambda one: one.column)
    if run.is_sealed:  # the order of the columns, and which temperature this one has, stay hidden
        runs.sort(key=lambda one: (one.model_id, one.temperature or 0, one.position))
        run = runs[0]
    names = ["prompt", "system_prompt", "temperature", "max_tokens", "reasoning", "priority"]
    names.append("max_edge")
    initial: dict[str, Any] = {name: getattr(run, name) for name in names}
    models = list(dict.fromkeys(one.model_id for one in runs))
    initial |= sweep_of(runs) | {"image_mode": "each" if is_matrix else "together"}
    initial["blind"] = bool(run.comparison and run.comparison.blind)
    initial["as_text"] = bool(names_in(run.prompt, run.system_prompt))  # its variables are filled
    return initial | _runnable(models)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """A press of Run: rows first, then the browser goes to their address.

    More than one row of a matrix has to be confirmed first; nothing is started before.
    """
    form = ComposerForm(request.POST, request.FILES, visitor=visitor_of(request))
    if not form.is_valid():
        return filled(request, form)
    asked, owner = form.asked(), visitor_of(request).account
    try:
        if "edit" in request.POST:
            token = _unused(asked.form_token, owner)
            return filled(request, form, status=200, form_token=token)
        if not form.is_confirmed() and not submission.started(asked, owner):
            token = asked.form_token or submission.new_token()
            return filled(request, form, status=200, form_token=token, confirming=True)
        started = submission.submit(asked, owner)
    except submission.TokenReusedError:
        form.add_error(None, REUSED)
        return filled(request, form)
    except LimitReached as reached:
        form.add_error(None, reached.words())
        return limited(filled(request, form, status=429), reached)
    if request.headers.get("HX-Request") != "true":
        return see_other(started)
    try:
        return _started(request, started)
    except OperationalError:  # the rows are there: "nothing was sent" would be wrong now
        return HttpResponse(headers={"HX-Redirect": started.get_absolute_url()})


def _unused(token: str, owner: Account | None) -> str:
    """The form's own token, so that a press is still known as the same; a new one if it is used."""
    return token if token and not submission.is_used(token, owner) else submission.new_token()


def filled(request: HttpRequest, form: RunForm, *, status: int = 422, **more: Any) -> HttpResponse:
    """The composer with what was entered: refused, to be confirmed, or back to be edited."""
    context = _composer(request, form, form.tray.entries) | _left(request) | more
    context["rejected"] = "\n".join(form.tray.rejected)
    if request.headers.get("HX-Request") != "true":
        return render(request, "playground.html", context, status=status)
    response = render(request, "_composer.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#composer", "outerMorph"
    return response


def _started(request: HttpRequest, started: Run | Comparison) -> HttpResponse:
    """The results pane, and a fresh token so that the next press is a new run."""
    if isinstance(started, Comparison) and started.rows:  # a grid needs the whole window
        return HttpResponse(headers={"HX-Redirect": started.get_absolute_url()})
    context = run_context(started) if isinstance(started, Run) else comparison_context(started)
    context |= {"form_token": submission.new_token(), **_left(request)}
    response = render(request, "_results.html", context)
    response["HX-Push-Url"] = started.get_absolute_url()
    return response


@require_safe
def selection(request: HttpRequest) -> HttpResponse:
    """Chips, cost and label for the models ticked at this moment."""
    models = [one for one in request.GET.getlist("models") if offers.may_run(one)]
    context = _selection(request, models, request.GET)
    context |= {"blind": "blind" in request.GET, **_left(request)}
    return HttpResponse(render_to_string("_selection.html", context, request))


def _selection(
    request: HttpRequest, models: list[str], fields: Mapping[str, str]
) -> dict[str, Any]:
    """What is chosen and what it would cost, by what is in the form now."""
    of_each, rows = _sweep_size(fields), _rows(fields)
    chosen = [catalog.find(one) for one in dict.fromkeys(models)]
    size = Size(rows, len(chosen), of_each)
    owner = visitor_of(request).account
    cost = estimate(
        [model for model in chosen for _ in range(of_each * rows)], owner, _max_tokens(fields)
    )
    takes = [words for one in accepts(model.id for model in chosen) if (words := one.in_short())]
    context = {"chosen": chosen, "takes": takes, "estimate": cost, "size": size}
    return context | {"most_models": MOST_MODELS}


def _max_tokens(fields: Mapping[str, str]) -> int | None:
    """The limit of the answer that would be sent; none where it cannot be read."""
    typed = fields.get("max_tokens", "") or ""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 11  # as MOST_TOKENS
    return int(typed) if is_number and fields.get("tokens_mode") != "default" else None


def _rows(fields: Mapping[str, str]) -> int:
    """How many rows the form would make by what is in it now."""
    count = fields.get("image_count", "")
    if fields.get("image_mode") != "each" or not (count.isascii() and count.isdigit()):
        return 1
    return max(min(int(count[:4]), limits.MAX_IMAGES), 1)


def _sweep_size(fields: Mapping[str, str]) -> int:
    """How many runs each model gets by what is in the form now; one where it cannot be read."""
    repeats = fields.get("repeats", "") or "1"
    try:
        temperatures = temperatures_in(fields.get("temperatures", "") or "")
    except ValidationError:
        return 1
    count = int(repeats) if repeats.isascii() and repeats.isdigit() else 1
    return Sweep(temperatures, min(max(count, 1), MOST_CELLS)).size


def _composer(request: HttpRequest, form: RunForm, entries: list[TrayEntry]) -> dict[str, Any]:
    selected = [one for one in form["models"].value() or [] if offers.may_run(one)]
    typed = _typed(form, len(entries))
    return {
        "form": form,
        "entries": entries,
        "groups": stars.picker(visitor_of(request), selected),
        "model_count": len(offers.all_models()),
        "selected": selected,
        "variables": variables_of(form),
        "as_text": bool(form["as_text"].value()),
        "edited": _edited(request, form),
        "left_out": form.initial.get("left_out", []),
        "marks": MarkBook(),
        "may_type": keys.any_key(keys.WAVESPEED),
        "examples": examples.EXAMPLES,
        "image_sizes": IMAGE_SIZES[1:],
        "form_token": submission.new_token(),
        "temperature_set": _is_set(form, "temperature_mode", "temperature"),
        "tokens_set": _is_set(form, "tokens_mode", "max_tokens"),
        "blind": bool(form["blind"].value()),
        **_selection(request, selected, typed),
    }


def _edited(request: HttpRequest, form: RunForm) -> Preset | None:
    """The visitor's own preset that the composer was filled from, which can be changed."""
    wanted = str(form.data.get("from_preset") or form.initial.get("from_preset") or "")
    return find_preset(visitor_of(request), wanted) if wanted.isdecimal() else None


def _typed(form: RunForm, images: int) -> dict[str, str]:
    names = ("temperatures", "repeats", "image_mode", "max_tokens", "tokens_mode")
    typed = {name: str(form[name].value() or "") for name in names}
    return typed | {"image_count": str(images)}


def _is_set(form: RunForm, mode: str, name: str) -> bool:
    chosen = form[mode].value()
    return bool(
        chosen == "custom" or (chosen != "default" and form[name].value() not in ("", None))
    )
