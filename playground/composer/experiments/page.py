"""What the page that sets up an experiment shows, by what is in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from playground.accounts.visitor import visitor_of
from playground.catalog import entries
from playground.catalog.capabilities import accepts
from playground.composer.experiments.cases import choices
from playground.composer.experiments.costs import costs_of
from playground.composer.experiments.fields import MAX_TEXTS
from playground.composer.experiments.prompts import prompts_of
from playground.composer.experiments.rules import RuleRows
from playground.composer.options_form import IMAGE_SIZES, PRIORITIES
from playground.composer.picker import picker
from playground.composer.terms_views import allowance
from playground.composer.views import projects_context
from playground.providers.parameters.listed import PARAMETERS

if TYPE_CHECKING:
    from django.http import HttpRequest

    from playground.composer.experiments.forms import ExperimentForm
    from playground.spending.limits import Left

MAX_TRIED = 10_000  # characters of an answer that is typed to try the rules


def page_context(request: HttpRequest, form: ExperimentForm, rules: RuleRows) -> dict[str, Any]:
    visitor, asked = visitor_of(request), form.asked
    costs, left = costs_of(asked, visitor.account), allowance(request)["left"]
    chosen = asked.cases.version if asked.cases else None
    listed = SimpleLazyObject(lambda: choices(visitor, chosen))
    return {
        "form": form,
        "rules": rules,
        **projects_context(request, form),
        **tried_context(request, asked.cases.expected if asked.cases else ""),
        "cases": asked.cases,
        "choices": listed,
        "way": form["cases"].value() or ("set" if listed else "file"),
        "prompts": prompts_of(form["prompt"].value() or []),
        "system_prompts": form["system_prompt"].value() or [""],
        "most_texts": MAX_TEXTS,
        "image_sizes": IMAGE_SIZES,
        "max_edges": [str(one) for one in asked.variants.max_edges],
        "priorities": PRIORITIES,
        "parameter_fields": [(one, form[one.name]) for one in PARAMETERS.values()],
        "varied": _varied(form),
        "is_widened": form.initial.get("is_widened"),
        "left_out": form.initial.get("left_out", []),
        "cautions": asked.cautions + _waits(costs.size.runs, left),
        "costs": costs,
        "terms": costs.terms,
        "size": costs.size,
        "too_many": asked.variants.too_many or asked.size.too_many,
        **_chosen(asked.variants.models),
        **picker(request, asked.variants.models),
        "left": left,
    }


def _waits(runs: int, left: Left | None) -> list[str]:
    if not left or left.runs is None or left.runs >= runs:
        return []
    return [f"{left.words()} left now: what is more waits until it may be started"]


def tried_context(request: HttpRequest, first_expected: str) -> dict[str, Any]:
    """The answer that is tried, and what the rules say of it beside the expected value."""
    names = ("try_answer", "try_expected")
    answer, expected = (request.POST.get(name, "")[:MAX_TRIED] for name in names)
    shown = {"try_answer": answer, "try_expected": expected}
    if not answer.strip():
        return shown
    rules = RuleRows.posted(request.POST)
    return shown | {"tried": rules.tried(answer, expected or first_expected)}


def _chosen(models: Any) -> dict[str, Any]:
    takes = [words for one in accepts(models) if (words := one.in_short())]
    return {"chosen": [entries.find(one) for one in models], "takes": takes}


def _varied(form: ExperimentForm) -> list[str]:
    """What is set under More that can vary, so that it is named while it is folded."""
    variants, repeats = form.asked.variants, form.asked.repeats
    options = variants.options
    named = {
        "System prompt": any(variants.system_prompts),
        "temperature": variants.temperatures != (None,),
        "image size": variants.max_edges != (0,),
        "max tokens": options.max_tokens is not None,
        "reasoning": options.reasoning,
        "priority": options.priority != "latency",
        **{PARAMETERS[name].label.lower(): True for name in variants.parameters},
        f"{repeats} repeats": repeats > 1,
    }
    return [name for name, is_set in named.items() if is_set]
