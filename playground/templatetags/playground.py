"""Small marks that every page draws the same way: icons, models, states, times and amounts."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from playground.catalog import entries
from playground.comparisons.diff.images import listed
from playground.config.locations import COMMAND
from playground.connections.registry import title_of
from playground.exports.redaction.facts import (
    moment,
    option_words,
    parameter_facts,
    run_cost,
    schema_words,
    speed,
    times,
    tokens,
)
from playground.imaging import file_size
from playground.providers.ends import End, meaning_of
from playground.providers.parameters.listed import SWEPT
from playground.runs.models.comparison import letter
from playground.runs.status import RunStatus
from playground.web.addresses import address
from playground.web.formatting import (
    first_line,
    milliseconds,
    money,
    number,
    seconds,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from playground.catalog.entries import Model
    from playground.comparisons.blind.anonymise import RedactedRun
    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run
    from playground.web.fragments import Poll

register = template.Library()


@register.simple_tag
def command() -> str:
    """Return what a person types in front of the name of a command, here."""
    return COMMAND


STATUS_ICONS = {
    RunStatus.QUEUED: ("created", "clock"),
    RunStatus.SUBMITTING: ("processing", "loader-circle"),
    RunStatus.PROCESSING: ("processing", "loader-circle"),
    RunStatus.COMPLETED: ("completed", "circle-check"),
    RunStatus.FAILED: ("failed", "circle-alert"),
    RunStatus.CANCELLED: ("cancelled", "x"),
    RunStatus.UNKNOWN: ("flagged", "circle-alert"),
}


@register.simple_tag
@cache  # a page of History has a hundred of them
def icon(name: str, *, inside: bool = False) -> SafeString:
    """Draw an icon. inside: its symbol is in the page itself, as in a file that is saved."""
    sheet = "" if inside else static("icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>', sheet, name
    )


@register.simple_tag
def polling(poll: Poll | None) -> SafeString:
    """The attributes of an element that asks for its own next state; none where nothing waits.

    A poll that is held outlasts some intervals: the last of them asks on the moment it returns.
    """
    attributes = ' hx-get="{}" hx-trigger="load, every {}" hx-sync="this:queue last"'
    attributes += ' hx-swap="outerMorph"'
    return format_html(attributes, poll.address, poll.every) if poll else SafeString("")


@register.simple_tag
def posts_to(name: str, pk: UUID, into: str = "", **htmx: str) -> SafeString:
    """The attributes of a form that posts to an address, with script without leaving the page.

    into: the id of the element that is drawn anew; without it, the form itself.
    """
    target = {"target": f"#{into}"} if into else {}
    values = {"post": address(name, pk)} | target | htmx
    values.setdefault("swap", "outerMorph")
    said = "".join([f' hx-{name}="{escape(value)}"' for name, value in values.items()])
    return mark_safe(f'action="{values["post"]}" method="post"{said}')  # noqa: S308 - escaped


STAR = (
    '<form {}><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<button class="button button-icon button-quiet button-small star" name="starred" '
    'value="{}" aria-pressed="{}" aria-label="Star" title="{}">{}</button></form>'
)


@register.simple_tag(takes_context=True)
def star(context: Mapping[str, Any], run: Run) -> SafeString:
    """The form that stars a run, or takes its star."""
    state = ("0", "true", "Starred") if run.starred else ("1", "false", "Star")
    form = posts_to("run-star", run.pk)
    return format_html(STAR, form, context["csrf_token"], *state, icon("star"))


@register.simple_tag
@lru_cache(maxsize=1000)
def model_mark(model: Model | str, *, place: bool = True) -> SafeString:
    """The vendor's letter and the name of the model, its whole id as a title.

    place: says which server has it, without which two of one name look the same.
    """
    entry = entries.find(model) if isinstance(model, str) else model
    named = entry.server and not entry.is_reader
    server = format_html('<span class="faint">@{}</span>', entry.server) if named else ""
    return format_html(
        '<span class="model" title="{}"><span class="vendor {}" aria-hidden="true">{}</span>'
        "<span>{}{}</span></span>",
        entry.id,
        entry.vendor_class,
        entry.letter,
        entry.name,
        server if place else "",
    )


@register.simple_tag
def premium_badge(model: Model) -> SafeString:
    if model.is_reader:
        return mark_safe('<span class="badge">This machine</span>')
    if not model.is_premium:
        return SafeString("")
    return mark_safe(
        '<span class="badge badge-premium" title="Premium model, charged at three times the '
        'standard rate">3×<span class="visually-hidden"> price, premium</span></span>'
    )


@register.simple_tag
def status_mark(
    run: Run | ShownRun | RedactedRun, *, time: bool = True, inside: bool = False
) -> SafeString:
    """State as icon and word, with the whole time where the run has ended with one."""
    timed = time and run.status in {RunStatus.COMPLETED, RunStatus.FAILED}
    return _status(run.status, run.flagged, seconds(run.elapsed) if timed else "", inside)


@lru_cache(maxsize=100)
def _status(status: str, flagged: bool, took: str, inside: bool) -> SafeString:
    kind, symbol = STATUS_ICONS[RunStatus(status)]
    word = str(RunStatus(status).label)
    if status == RunStatus.COMPLETED and flagged:
        kind, symbol, word = "flagged", "eye-off", "Flagged"
    number = format_html(' <span class="number">{}</span>', took) if took else ""
    return format_html(
        '<span class="status status-{}">{}<span class="status-word">{}</span>{}</span>',
        kind,
        icon(symbol, inside=inside),
        word,
        number,
    )


for _name in (
    *(seconds, milliseconds, moment, money, number, speed, times, tokens, units, run_cost),
    *(parameter_facts, schema_words),
):
    register.filter(_name.__name__, _name)
register.filter("file_size", file_size)


@register.simple_tag
def options_line(
    run: Run,
    *,
    swept: Mapping[str, str] | None = None,
    system_prompt: bool | None = None,
    images: int | None = None,
) -> str:
    """What was set apart from the prompt, in a few words.

    swept: words for what a sweep goes over, where the run speaks for all of it. system_prompt,
    images: whether there is one, and how many, where the run was loaded without.
    """
    images = len(run.images.all()) if images is None else images
    parts = ["blind"] if run.is_sealed else []
    parts += [f"{images} images"] if images > 1 else []
    if run.system_prompt if system_prompt is None else system_prompt:
        parts.append("system prompt")
    hidden = dict.fromkeys(SWEPT, "") if run.is_sealed else {}  # of a sweep, it names its column
    parts += option_words(run, swept or hidden)
    if run.priority != "latency":
        parts.append(run.priority)
    line = ", ".join(parts) or "model defaults"
    return line[0].upper() + line[1:]


register.filter("provider_title", title_of)


@register.filter
def model_name(model_id: str) -> str:
    return entries.find(model_id).name


register.filter("letter", letter)


@register.filter
def letters(runs: Sequence[Run]) -> str:
    """The hidden names of several columns, as in a sentence: "A, B and C"."""
    return listed([letter(run.position) for run in runs])


@register.filter
def reached_limit(reason: str) -> bool:
    """Whether the provider's word for the end of an answer means a limit of its length."""
    return meaning_of(reason) is End.LIMIT


@register.filter
def percent(share: float) -> str:
    return f"{share:.0%}"


@register.filter
def words(text: str) -> list[str]:
    return text.split()


register.filter("first_line", first_line)
