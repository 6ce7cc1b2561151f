"""What the form starts with, as the address names it: a test set, an experiment, a comparison or
versions of a preset.
"""

from __future__ import annotations

from dataclasses import asdict
from math import prod
from typing import TYPE_CHECKING, Any

from playground.accounts.visibility import sees
from playground.accounts.visitor import visitor_of
from playground.catalog import offered
from playground.comparisons.grid import columns_of
from playground.comparisons.labels import known_values
from playground.composer.experiments.cases import versions_of
from playground.composer.fields import MAX_MODELS, MAX_PROMPT_LENGTH
from playground.composer.prefill import chosen_of
from playground.composer.presets import versions
from playground.composer.presets.models import Preset
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import MAX_NAME_LENGTH
from playground.experiments.plan import DEFAULT_RULE
from playground.providers.parameters.listed import BY_VALUES, TEMPERATURE
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.request import Options
from playground.submission.sweeps import written
from playground.web.params import number_or_none, uuid_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import HttpRequest

    from playground.accounts.visitor import Visitor
    from playground.experiments.models.experiment import Variant
    from playground.experiments.models.test_set import Version

    Column = Variant | Run


def initial_of(request: HttpRequest) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]]]:
    """Return the values of the form, and its rules as JSON."""
    values: dict[str, Any] = {}
    rules: Sequence[Mapping[str, Any]] = ()
    comparison = _comparison(request)
    experiment = Experiment.objects.filter(pk=comparison.pk).first() if comparison else None
    if experiment:
        values = _of_experiment(experiment, visitor_of(request))
        rules = list(experiment.rules.values_list("options", flat=True))
    elif comparison:
        values = _of_columns(columns_of(comparison))
    else:
        values = _of_versions(request) or _of_address(request)
    newest = versions_of(visitor_of(request)).order_by("-created_at")
    version = _version(request) or values.get("version") or newest.first()
    values["models"] = values.get("models") or [offered.default_model_id()]
    project = comparison.project_id if comparison else request.GET.get("project", "")
    values |= {"version": version and version.pk, "project": project or ""}
    return values, rules or [DEFAULT_RULE]


def _comparison(request: HttpRequest) -> Comparison | None:
    wanted = uuid_or_none(request.GET.get("from", ""))
    visible = Comparison.objects.visible_to(visitor_of(request))
    return visible.filter(pk=wanted).first() if wanted else None


def _version(request: HttpRequest) -> Version | None:
    """The newest version of the test set that the address names, or the one that it names."""
    wanted = uuid_or_none(request.GET.get("test_set", ""))
    if not wanted:
        return None
    found = versions_of(visitor_of(request)).filter(test_set=wanted).order_by("-number")
    chosen = number_or_none(request.GET.get("version", ""))
    return (found.filter(number=chosen).first() if chosen else None) or found.first()


def _of_address(request: HttpRequest) -> dict[str, Any]:
    models = [one for one in request.GET.getlist("model") if offered.may_run(one)]
    prompts = [one[:MAX_PROMPT_LENGTH] for one in request.GET.getlist("prompt")]
    return {"models": models[:MAX_MODELS], "prompt": prompts[:MAX_MODELS]}


def _of_versions(request: HttpRequest) -> dict[str, Any]:
    """Two versions of a preset side by side, each with its own models."""
    number = number_or_none(request.GET.get("preset", ""), 18) or 0
    preset = Preset.objects.visible_to(visitor_of(request)).filter(pk=number).first()
    if not preset:
        return {}
    columns = [
        Run(model_id=model, prompt=one.prompt, system_prompt=one.system_prompt, **asdict(options))
        for one in versions.chosen_of(versions.all_of(preset), request.GET)
        for options in [versions.options_of(one)]
        for model in one.model_ids
    ]
    return _of_columns(columns) | {"is_widened": not _is_product(columns)}


def _of_experiment(experiment: Experiment, visitor: Visitor) -> dict[str, Any]:
    """An experiment whose columns were no product becomes the product of what they had."""
    columns = list(experiment.variants.all())
    values = _of_columns(columns) | {"repeats": experiment.repeats}
    values["is_widened"] = not _is_product(columns)
    values["name"] = experiment.comparison.title[:MAX_NAME_LENGTH]
    test_set = experiment.version.test_set
    is_there = not test_set.deleted_at and sees(visitor, test_set)
    return values | {"version": experiment.version if is_there else None}


def _is_product(columns: Sequence[Column]) -> bool:
    """Whether these are every combination of what they have, with the same options otherwise."""
    had = {(one.model_id, one.prompt, one.system_prompt, Options.of(one)) for one in columns}
    parts = zip(*((*asked, o.max_edge, *_swept(o)) for *asked, o in had), strict=True)
    shared = {(o.max_tokens, o.reasoning, o.priority) for *_asked, o in had}
    return len(shared) == 1 and len(had) == prod(len(set(part)) for part in parts)


def _swept(options: Options) -> list[str]:
    """What can be varied by values, as texts."""
    return [written((options.value_of(name),), name) for name in BY_VALUES]


def _of_columns(columns: Sequence[Column]) -> dict[str, Any]:
    found: dict[str, Any] = {
        **chosen_of(one.model_id for one in columns),
        "prompt": _each(one.prompt for one in columns),
        "system_prompt": _each(one.system_prompt for one in columns),
        "max_edge": [str(one) for one in _each(one.max_edge for one in columns)],
    }
    for name in BY_VALUES:
        field = "temperatures" if name == TEMPERATURE.name else name
        found[field] = _values(name, columns)
    shared = ("max_tokens", "reasoning", "priority")
    return found | {name: getattr(columns[0], name) for name in shared if columns}


def _values(name: str, columns: Sequence[Column]) -> str:
    """Return each value once as the form has them; blank where it was never sent."""
    each = known_values(name, columns)
    return "" if each == [None] else written(tuple(each), name)


def _each(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
