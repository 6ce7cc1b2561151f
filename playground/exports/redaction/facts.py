"""The settings and measurements of a run as words: for notes, citations and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from playground.connections.registry import title_of
from playground.providers.endpoint import DEMO, THIS_MACHINE
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.speed import tokens_per_second
from playground.web.formatting import milliseconds, money, number, seconds, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from playground.exports.redaction.runs import ShownRun
    from playground.runs.models.run import Run

DEFAULT = "model default"
TOO_MUCH = "not checked: the answer and its schema are too much together"


def moment(value: datetime) -> str:
    """A date and time with its zone: a document may be read anywhere."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j F Y, H:i')} {local:%Z}"


def provider_name(provider: str) -> str:
    no_model = {
        DEMO: "Demo, no model looked at this",
        THIS_MACHINE: "This machine, which reads what is written and understands no questions",
    }
    return no_model.get(provider) or title_of(provider)


def options(run: ShownRun) -> list[tuple[str, str]]:
    """Return what was set, and what was left to the model."""
    temperature = DEFAULT if run.temperature is None else number(run.temperature)
    tokens = DEFAULT if run.max_tokens is None else f"{run.max_tokens:,}"
    facts = [("Temperature", temperature), ("Max tokens", tokens)]
    if run.reasoning is not None:
        facts.append(("Reasoning", "on" if run.reasoning else "off"))
    facts.append(("Priority", run.priority))
    if run.image_count:
        facts.append(("Image size", f"at most {run.max_edge} px" if run.max_edge else "original"))
    return facts + parameter_facts(run)


def parameter_facts(run: Run | ShownRun) -> list[tuple[str, str]]:
    """Return label and value of each parameter that was set; a value of JSON on one line."""
    return [
        (one.label, " ".join(one.kind.written(run.parameters[name]).split("\n")))
        for name, one in PARAMETERS.items()
        if name in run.parameters
    ]


def options_sentence(run: Run | ShownRun) -> str:
    """What was set, in a few words; what was left to the model is said in two."""
    return ", ".join(option_words(run)) or "model defaults"


def option_words(run: Run | ShownRun, said: Mapping[str, str] | None = None) -> list[str]:
    """Return a few words for each option that was set. said: by its name, in place of its own."""
    told = {**_told(run), **(said or {})}
    words = [told["temperature"]] if told.get("temperature") else []
    words += [f"max {run.max_tokens:,} tokens"] if run.max_tokens is not None else []
    words += ["reasoning on"] if run.reasoning else []
    words += [told["max_edge"]] if told.get("max_edge") else []
    return words + [told[name] for name in PARAMETERS if told.get(name)]


def _told(run: Run | ShownRun) -> dict[str, str]:
    told = {name: PARAMETERS[name].words_for(run.parameters[name]) for name in run.parameters}
    heat = run.temperature
    if run.max_edge:
        told["max_edge"] = f"images at most {run.max_edge} px"
    return told | ({} if heat is None else {"temperature": f"temperature {number(heat)}"})


def measurements(run: ShownRun) -> list[tuple[str, str]]:
    """Return times and costs, as far as they are known and shown."""
    facts = [("Queue", seconds(run.waited))] if run.waited is not None else []
    if run.inference_ms is not None:
        facts.append(("Inference", milliseconds(run.inference_ms)))
    if run.first_token_ms is not None:
        facts.append(("First token", milliseconds(run.first_token_ms)))
    facts += [("Speed", written)] if (written := speed(run)) else []
    if run.has_ended:
        facts.append(("Total", seconds(run.elapsed)))
    facts += [("Tokens", counted)] if (counted := tokens(run, ",")) else []
    if run.units is not None:
        facts.append(("Cost", run_cost(run)))
    facts += [("Answer by schema", words)] if (words := schema_words(run)) else []
    if run.status == "completed":
        facts.append(("Sensitive", "Flagged" if run.flagged else "Not flagged"))
    return facts


def schema_words(run: Run | ShownRun) -> str:
    """Whether the answer fits its schema, and the first places where not; blank without one."""
    if run.schema_valid is None:
        has_answer = run.status == "completed" and not run.flagged
        return TOO_MUCH if has_answer and "response_schema" in run.parameters else ""
    if run.schema_valid:
        return "valid"
    errors = [f"{path or 'the answer'}: {reason}" for path, reason in run.schema_errors or ()]
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return f"not valid: {'; '.join(errors[:3])}{more}"


def run_cost(run: Run | ShownRun) -> str:
    """What one run cost: none where it surely did not reach the provider, or failed there."""
    if run.is_demo or run.is_reader:
        return "None, demo" if run.is_demo else "None, read on this machine"
    if run.charged is not None:
        return money(run.charged)
    if run.status == "failed" or (run.status == "cancelled" and not run.submitted_at):
        return "None"
    return units(run.units or 0) if run.price is None else f"about {money(run.price)}"


def speed(run: Run | ShownRun) -> str:
    """How fast the answer was written, where that is known."""
    value = tokens_per_second(run)
    return "" if value is None else f"{number(value)} tokens a second"


def tokens(run: Run | ShownRun, form: str = "") -> str:
    """Return how many were counted, as far as that is known and shown. form: of the numbers."""
    counted = [(run.tokens_in, "in"), (run.tokens_out, "out")]
    words = ", ".join(f"{count:{form}} {way}" for count, way in counted if count is not None)
    images = run.image_tokens
    return words if images is None else f"{words}; about {images:{form}} for images"


def times(run: Run | ShownRun) -> list[tuple[str, datetime]]:
    ended = [("Ended", run.finished_at)] if run.finished_at else []
    return [("Started", run.created_at), *ended]


def not_shown(hidden: tuple[str, ...], runs: Iterable[ShownRun]) -> str:
    """Name what may be missing, in a sentence; nothing where all is shown.

    Every link leaves out flagged answers: they are named where there is one.
    """
    withheld = any(run.withheld or any(one.withheld for one in run.exchange) for run in runs)
    words = {"flagged": "flagged answers" if withheld else "", "images": "some images"}
    names = filter(None, [words.get(name, name.replace("_", " ")) for name in hidden])
    said = ", ".join(names)
    return f"Not shown here: {said}." if said else ""
