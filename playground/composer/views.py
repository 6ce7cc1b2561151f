"""The Playground screen: the composer, what a press of Run answers, and the choice of models."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.db.models import Count
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from playground.accounts.projects.models import Project
from playground.accounts.visibility import may_change
from playground.accounts.visitor import visitor_of
from playground.catalog import offered
from playground.comparisons.grid import columns_of
from playground.composer import examples
from playground.composer.fields import MAX_MODELS
from playground.composer.forms import ComposerForm, RunForm, variables_of
from playground.composer.options_form import IMAGE_SIZES, USUAL_SIZES
from playground.composer.parameters import AXES, axes_in, initial_of, shown_fields, summary
from playground.composer.picker import picker
from playground.composer.prefill import chosen_of, from_link, sweep_of, without_exchange
from playground.composer.presets.library import fields_of, find_preset
from playground.composer.presets.versions import note_use
from playground.composer.terms_views import allowance, choice, held_back, runnable, unsent
from playground.composer.tray import TrayEntry
from playground.imaging import limits
from playground.providers.parameters.listed import SWEPT
from playground.results.cards import comparison_context, run_context
from playground.results.polling.polls import Sight, glance
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.spending.limits import LimitReached
from playground.spending.middleware import limited
from playground.storage.tokens import new_token
from playground.submission import create as submission
from playground.submission.request import Options
from playground.submission.variables import names_in
from playground.web.fragments import form_again, is_fragment
from playground.web.params import number_or_none, uuid_or_none
from playground.web.responses import see_other

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from playground.accounts.visitor import Visitor
    from playground.composer.presets.models import Preset

REUSED = (
    "This form was already sent with other content. Press Run again to send this one as a new run."
)
SPENT = "What this form started was deleted. Nothing was sent. To run it again, press Run."
IN_ADDRESS = (*SWEPT, "max_tokens")  # what an address may set, by the names of the fields
MAX_TYPED = 20_000  # characters of each
GOES_BACK = "private, no-cache"  # Back may show the form as it was left, with what was typed


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The empty playground, or one filled from a run, an example or the address."""
    initial, entries = _initial(request)
    form = ComposerForm(initial=initial)
    page = render(request, "composer/page.html", _composer(request, form, entries))
    if visitor_of(request).local:
        page["Cache-Control"] = GOES_BACK
    return page


def _initial(request: HttpRequest) -> tuple[dict[str, Any], list[TrayEntry]]:
    run_id = uuid_or_none(request.GET.get("from", ""))
    visible = Run.objects.visible_to(visitor_of(request))
    run = visible.filter(pk=run_id).first() if run_id else None
    if run:
        return _from_run(run, visitor_of(request)) | {"project": run.project_id or ""}, _entries_of(
            run
        )
    preset = find_preset(visitor_of(request), request.GET.get("preset", ""))
    if preset:
        is_mine = request.GET["preset"].isdecimal()
        edited = {"from_preset": preset.pk, "project": preset.project_id or ""} if is_mine else {}
        return _from_preset(preset) | edited, []
    shared = from_link(request.GET.get("share", ""))
    if shared:
        return shared
    example = examples.find(request.GET.get("example", ""))
    models = [one for one in request.GET.getlist("model") if offered.may_run(one)]
    initial = {
        "models": models[:MAX_MODELS] or [offered.default_model_id(visitor_of(request).account)],
        "prompt": example.prompt if example else request.GET.get("prompt", "")[:100_000],
        "blind": "blind" in request.GET,
        "project": request.GET.get("project", ""),
        **{name: request.GET[name][:MAX_TYPED] for name in IN_ADDRESS if name in request.GET},
    }
    return initial, [TrayEntry.of_example(example)] if example else []


def _from_preset(preset: Preset) -> dict[str, Any]:
    """Models that are gone are left out; without any, the default one is chosen."""
    chosen = chosen_of(preset.model_ids)
    chosen["models"] = chosen["models"] or [offered.default_model_id()]
    return fields_of(preset) | chosen


def _entries_of(run: Run) -> list[TrayEntry]:
    """The images of the run; of a matrix, those of all its rows."""
    if not run.comparison or not run.comparison.rows:
        return TrayEntry.all_of(run)
    firsts = {one.row: one for one in run.comparison.cells().reverse()}
    return [entry for row in sorted(firsts) for entry in TrayEntry.all_of(firsts[row])]


def _from_run(run: Run, visitor: Visitor) -> dict[str, Any]:
    """A run of a comparison opens with all the models of the comparison."""
    runs = columns_of(run.comparison) if run.comparison else [run]
    is_matrix = bool(run.comparison and run.comparison.rows)
    if run.is_sealed:  # which temperature this one has stays hidden
        run = runs[0]
    initial: dict[str, Any] = {"prompt": run.prompt, "system_prompt": run.system_prompt}
    initial |= initial_of(Options.of(run))
    initial |= sweep_of(runs) | {"image_mode": "each" if is_matrix else "together"}
    initial["blind"] = bool(run.comparison and run.comparison.blind)
    initial["as_text"] = bool(names_in(run.prompt, run.system_prompt))  # its variables are filled
    initial |= without_exchange(run, visitor)
    return initial | chosen_of(one.model_id for one in runs)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """A press of Run: rows first, then the browser goes to their address.

    What is more than the page said, and a matrix, is asked about first; nothing is started before.
    """
    form = ComposerForm(request.POST, request.FILES, visitor=visitor_of(request))
    is_valid = form.is_valid()
    if "make_schema" in request.POST:
        return _with_schema(request, form)
    if not is_valid:
        return filled(request, form)
    asked, owner = form.asked(), visitor_of(request).account
    try:
        if "edit" in request.POST:
            return filled(request, form, status=200, **unsent(asked.form_token, owner))
        earlier = submission.started(asked, owner)
        question = held_back(request, form, earlier)
        if question:
            return filled(request, form, status=200, **question)
        note_use(visitor_of(request), request.POST.get("from_preset", ""))
        started, made = (earlier, []) if earlier else submission.first_press(asked, owner)
    except (submission.TokenReusedError, submission.TokenSpentError) as taken:
        form.add_error(None, SPENT if isinstance(taken, submission.TokenSpentError) else REUSED)
        return filled(request, form)
    except submission.NoProjectError:
        form.add_error("project", submission.NO_PROJECT)
        return filled(request, form)
    except LimitReached as reached:
        form.add_error(None, reached.words())
        return limited(filled(request, form, status=429), reached)
    return _answer(request, started, made)


def _with_schema(request: HttpRequest, form: ComposerForm) -> HttpResponse:
    """The form with the schema that was made of an example; what else is missing is said by Run."""
    for name in set(form.errors) - {"response_schema"}:
        del form.errors[name]
    kept = unsent(form.cleaned_data.get("form_token", ""), visitor_of(request).account)
    return filled(request, form, status=200, more_open=True, **kept)


def _answer(request: HttpRequest, started: Run | Comparison, made: list[Run]) -> HttpResponse:
    """made: the runs of this press. A page's press that had been made before says so."""
    is_told = not made and "shown_runs" in request.POST
    address = started.get_absolute_url() + ("?again" if is_told else "")
    if not is_fragment(request):
        return see_other(address)
    if isinstance(started, Comparison) and started.rows:  # a grid needs the whole window
        return HttpResponseClientRedirect(address)
    try:
        return _started(request, started, made, is_told)
    except OperationalError:  # the rows are there: "nothing was sent" would be wrong now
        return HttpResponseClientRedirect(address)


def filled(request: HttpRequest, form: RunForm, *, status: int = 422, **more: Any) -> HttpResponse:
    """The composer with what was entered: refused, to be confirmed, or back to be edited."""
    context = _composer(request, form, form.tray.entries) | more
    context |= {"rejected": "\n".join(form.tray.rejected), "pdfs": form.tray.pdfs}
    names = ("composer/page.html", "composer/_form.html")
    return form_again(request, names, "#composer", context, status)


def _started(
    request: HttpRequest, started: Run | Comparison, made: list[Run], is_told: bool
) -> HttpResponse:
    """The results pane, and a fresh token so that the next press is a new run."""
    if isinstance(started, Run):
        context = run_context(started)
    else:
        context = comparison_context(started, Sight(made or glance(started.cells())))
    context |= {"form_token": new_token(), "again": is_told, **allowance(request)}
    response = render(request, "results/_pane.html", context)
    return push_url(response, started.get_absolute_url())


def _composer(request: HttpRequest, form: RunForm, entries: list[TrayEntry]) -> dict[str, Any]:
    values = {name: form[name].value() for name in form.fields}
    selected = runnable(values["models"] or [])
    typed = _typed(values, len(entries))
    max_edge = str(values["max_edge"] or "0")
    return {
        "form": form,
        "values": values,
        "errors": {name: form.errors.get(name, ()) for name in form.fields},
        "entries": entries,
        "variables": variables_of(form),
        "as_text": bool(values["as_text"]),
        "edited": _edited(request, form),
        "left_out": form.initial.get("left_out", []),
        "turns_left": number_or_none(_kept(form, "turns_left"), 3),
        "examples": examples.EXAMPLES,
        "max_edge": max_edge,
        "image_sizes": _sizes(max_edge),
        "most_images": limits.MAX_IMAGES,
        "form_token": new_token(),
        "temperature_set": _is_set(values, "temperature_mode", "temperature"),
        "tokens_set": _is_set(values, "tokens_mode", "max_tokens"),
        "blind": bool(values["blind"]),
        **_more_parameters(form, values),
        **picker(request, selected),
        **projects_context(request, form),
        **choice(request, selected, typed),
        **allowance(request),
    }


def _more_parameters(form: RunForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fold of what is rare: open where something in it has to be corrected."""
    names = (*chain(*AXES), "repeats")
    over = axes_in(values)
    shown, repeats = shown_fields(form, over), values["repeats"]
    return {
        "more_parameters": shown,
        "more_summary": summary(shown, over, repeats),
        "more_open": any(one.errors for one in shown) or any(form[one].errors for one in names),
        "swept": [(one.name, one.label) for one in SWEPT.values()],
    }


def projects_context(request: HttpRequest, form: Form) -> dict[str, Any]:
    """Where the press may go: nothing for who works in no project."""
    visitor = visitor_of(request)
    mine = [pk for pk in visitor.projects if visitor.works_in(pk)]
    if not mine:
        return {}
    found = Project.objects.filter(pk__in=mine).annotate(members=Count("memberships"))
    return {"projects": found.order_by("name", "pk"), "project": str(form["project"].value() or "")}


def _edited(request: HttpRequest, form: RunForm) -> Preset | None:
    """The preset that the composer was filled from, if the visitor may change it."""
    wanted = _kept(form, "from_preset")
    preset = find_preset(visitor_of(request), wanted) if wanted.isdecimal() else None
    return preset if preset and may_change(visitor_of(request), preset) else None


def _kept(form: RunForm, name: str) -> str:
    """Return what goes with the form from page to page, though no field asks for it."""
    return str(form.data.get(name) or form.initial.get(name) or "")


def _sizes(chosen: str) -> list[tuple[str, str]]:
    """The original, the usual sizes, and one that a run had."""
    original, *sizes = IMAGE_SIZES
    shown = (edge for edge, _ in sizes if edge in {*USUAL_SIZES, chosen})
    return [original, *((edge, f"≤ {edge} px") for edge in shown)]


def _typed(values: Mapping[str, Any], images: int) -> dict[str, str]:
    names = (*chain(*AXES), "repeats", "image_mode", "max_tokens", "tokens_mode")
    typed = {name: str(values[name] or "") for name in names}
    return typed | {"image_count": str(images)}


def _is_set(values: Mapping[str, Any], mode: str, name: str) -> bool:
    chosen = values[mode]
    return bool(chosen == "custom" or (chosen != "default" and values[name] not in ("", None)))
