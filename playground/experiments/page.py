"""What the page of an experiment shows, as its address asks for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from playground.accounts.projects.moving import move_context
from playground.accounts.visibility import may_change, sees
from playground.accounts.visitor import visitor_of
from playground.comparisons.diff.words import word_diff
from playground.comparisons.labels import labels_of, texts_of
from playground.experiments.agreement import agreements_of, is_unchecked
from playground.experiments.chart import chart_of
from playground.experiments.decision import decision_of, first_choice
from playground.experiments.models.experiment import Experiment, State
from playground.experiments.models.mark import Source
from playground.experiments.outcome import outcome_of
from playground.experiments.table import ORDERS, SHOWS, SIZES, Rows, View, lines_of, pages
from playground.runs.status import RunStatus
from playground.spending.totals import together
from playground.web.fragments import Poll
from playground.web.params import number_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

    from playground.comparisons.labels import Label
    from playground.experiments.models.experiment import Variant
    from playground.experiments.outcome import Outcome
    from playground.runs.models.comparison import Comparison

POLL_SECONDS = 2
ASKING = (State.RUNNING, State.ENDING)


def context_of(request: HttpRequest, comparison: Comparison) -> dict[str, Any]:
    """Return what the templates of an experiment's page draw."""
    experiment: Experiment = comparison.experiment
    variants = list(experiment.variants.all())
    labels = labels_of(variants)
    source = _chosen(request, "source", Source.values, Source.RULE)
    outcome = outcome_of(experiment, source)
    view = _view(request, outcome, source)
    visitor = visitor_of(request)
    return {
        "comparison": comparison,
        "looks": not may_change(visitor, comparison),
        "sees_set": sees(visitor, experiment.version.test_set),
        **move_context(visitor, comparison),
        "experiment": experiment,
        "labels": labels,
        "view": view,
        "source": view.source,
        "sources": [(one, _address(view, source=one.value)) for one in Source],
        "with_costs": True,
        "prompts": prompts_of(variants),
        "cost": together([one.cost for one in outcome.standings]),
        "state": _state(experiment, outcome),
        "poll": _poll(request, experiment) if _is_waited_for(experiment) else None,
        **figures_of(outcome, labels, (view.a, view.b), partial(_address, view)),
        **_agreed(experiment, view),
        **_grid(experiment, outcome, labels, view),
    }


def figures_of(
    outcome: Outcome,
    labels: Sequence[Label],
    chosen: tuple[int, int],
    address: Callable[..., str] = lambda **_: "",
) -> dict[str, Any]:
    """Return the figures above the grid. address: of the page with other values, if there is one.

    chosen: the places of A and B.
    """
    decision = decision_of(outcome, labels, *chosen)
    return {
        "outcome": outcome,
        "standings": list(zip(labels, outcome.standings, strict=True)),
        "chart": chart_of(outcome.standings, labels, chosen),
        "decision": decision,
        "chosen": chosen,
        "decisions": [decision_of(outcome, labels, one.a, one.b) for one in outcome.pairs],
        "differ_address": address(show="differ", start=0),
        "share_addresses": [
            (share, address(show=share.show, start=0))
            for share in (decision.shares if decision else ())
        ],
        "tag_addresses": [(tag, address(tag=tag.tag, show="all", start=0)) for tag in outcome.tags],
    }


def _agreed(experiment: Experiment, view: View) -> dict[str, Any]:
    """Return how far marks agree, and whether a judge's may rank: beside enough of people's."""
    if view.source == Source.RULE:
        return {}
    found = agreements_of(experiment)
    return {"agreements": found, "is_unchecked": is_unchecked(view.source, found)}


def _grid(
    experiment: Experiment, outcome: Outcome, labels: Sequence[Label], view: View
) -> dict[str, Any]:
    rows = Rows(outcome, experiment.comparison.rows)
    found = rows.found(view)
    shown = found[view.start : view.start + view.size]
    return {
        "unmarked": len(outcome.unmarked),
        "shows": _shows(view, rows.counts(view)),
        "lines": lines_of(experiment, outcome, labels, shown, view.source),
        "found": len(found),
        "sizes": [(size, _address(view, size=size, start=0)) for size in SIZES],
        "pages": pages(view.start, view.size, len(found), lambda one: _address(view, start=one)),
        "kept": _kept(view, "a", "b"),
        "filter_kept": _kept(view, "tag", "order", "start"),
    }


def _kept(view: View, *others: str) -> list[tuple[str, object]]:
    """Return what a form of the page passes on: all but its own fields."""
    return [(name, value) for name, value in view.query().items() if name not in others]


def _chosen(request: HttpRequest, name: str, choices: Sequence[str], usual: str) -> str:
    value = request.GET.get(name, usual)
    return value if value in choices else usual


def _whole(request: HttpRequest, name: str, usual: int, most: int) -> int:
    value = number_or_none(request.GET.get(name, ""), 7)
    return usual if value is None else min(value, most)


def _view(request: HttpRequest, outcome: Outcome, source: str) -> View:
    a, b = first_choice(outcome.standings)
    last = len(outcome.standings) - 1
    size = _whole(request, "size", SIZES[0], SIZES[-1])
    return View(
        a=_whole(request, "a", a, last),
        b=_whole(request, "b", b, last),
        show=_chosen(request, "show", SHOWS, "all"),
        tag=request.GET.get("tag", "")[:200],
        order=_chosen(request, "order", ORDERS, "set"),
        start=_whole(request, "start", 0, 10_000),
        size=size if size in SIZES else SIZES[0],
        source=source,
    )


def _address(view: View, **changes: object) -> str:
    return f"?{urlencode(view.query(**changes))}"


SHOW_WORDS = {
    "all": "All",
    "wrong": "Wrong",
    "disagree": "Disagree",
    "a": "A right, B wrong",
    "b": "B right, A wrong",
    "unmarked": "Unmarked by people",
}
RARE_WORDS = {"both": "Both right", "neither": "Neither right", "differ": "A and B differ"}


def _shows(view: View, counts: dict[str, int]) -> list[tuple[str, str, str, int]]:
    """Return the choices above the grid, and one of the bar's where it is chosen."""
    words = SHOW_WORDS | {view.show: (SHOW_WORDS | RARE_WORDS)[view.show]}
    return [
        (show, text, _address(view, show=show, start=0), counts[show])
        for show, text in words.items()
    ]


def prompts_of(variants: Sequence[Variant]) -> list[Any]:
    """Return each prompt, the later ones with what they change of the first marked."""
    first, *others = texts_of(variants)
    return [first, *(word_diff(first, one) for one in others)]


def _state(experiment: Experiment, outcome: Outcome) -> dict[str, Any]:
    """Return how many of the planned runs have ended, and how."""
    is_asking = experiment.state in ASKING
    known = experiment.comparison.states() if is_asking else outcome.ends
    count = {status: known[status] for status in RunStatus.ended() if known.get(status)}
    ended, completed = sum(count.values()), count.pop(RunStatus.COMPLETED, 0)
    return {
        "ended": ended,
        "completed": completed,
        "others": [(RunStatus(one).label.lower(), n) for one, n in count.items()],
        "share": 100 * ended / experiment.total if experiment.total else 0,
        "is_asking": is_asking,
        "is_paused": experiment.state == State.PAUSED,
    }


def code_of(experiment: Experiment) -> str:
    """What changes whenever the page would be drawn differently."""
    newest = experiment.comparison.runs.order_by("-changed_at").values_list("changed_at", flat=True)
    changed = newest.first()
    moment = changed.timestamp() if changed else 0
    return f"{experiment.state}-{experiment.revision}-{experiment.made}-{moment:.3f}"


def _is_waited_for(experiment: Experiment) -> bool:
    """Whether there may be news: it goes on, or a cell of it was asked again."""
    if experiment.state in ASKING:
        return True
    open_runs = experiment.comparison.runs.going_on()
    return experiment.state != State.PAUSED and open_runs.exists()


def _poll(request: HttpRequest, experiment: Experiment) -> Poll:
    query = request.GET.copy()
    query["seen"] = code_of(experiment)
    address = reverse("comparison-status", args=[experiment.pk])
    return Poll(f"{address}?{query.urlencode()}", f"{POLL_SECONDS}s")
