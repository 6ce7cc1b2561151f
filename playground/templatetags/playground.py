"""Small marks that every page draws the same way: icons, models, states, times and amounts."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from playground.catalog import entries
from playground.comparisons.diff.images import listed
from playground.config.locations import COMMAND
from playground.connections.registry import title_of
from playground.evidence.read_answer import read_answer
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
from playground.rendering import shortened
from playground.runs.answer_states import WORDS
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
    from playground.comparisons.diff.words import Change
    from playground.evidence.read_answer import ReadAnswer
    from playground.exports.redaction import ShownRun
    from playground.runs.models.run import Run
    from playground.web.fragments import Poll

register = template.Library()
# Characters of HTML: of one answer on its own page, beside up to eleven others, in a grid of 100.
MAX_ALONE, MAX_BESIDE, MAX_IN_A_CELL = 1_000_000, 800_000, 50_000


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
def what_was_read(run: Run, marked: str = "") -> ReadAnswer | None:
    """The answer of the text reader with its rows named, and their places; None for others.

    marked: the answer with its differences in it, where others stand beside it.
    """
    return read_answer(run, marked or run.output_html, f"line-{run.short_id}")


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
    kind, symbol = STATUS_ICONS[RunStatus(run.status)]
    word = str(RunStatus(run.status).label)
    if run.status == RunStatus.COMPLETED and run.flagged:
        kind, symbol, word = "flagged", "eye-off", "Flagged"
    timed = time and run.status in {RunStatus.COMPLETED, RunStatus.FAILED}
    number = format_html(' <span class="number">{}</span>', seconds(run.elapsed)) if timed else ""
    return format_html(
        '<span class="status status-{}">{}<span class="status-word">{}</span>{}</span>',
        kind,
        icon(symbol, inside=inside),
        word,
        number,
    )


@register.simple_tag
def answer_badge(run: Run | ShownRun | RedactedRun) -> SafeString:
    """A word for an answer that is empty, or that looks cut off or refused."""
    word = WORDS.get(run.answer_state)
    badge = '<span class="badge badge-premium">{}</span>'
    return format_html(badge, word) if word else SafeString("")


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


@register.filter
def safe_html(rendered: str) -> SafeString:
    """Mark what playground.rendering made, and nothing else, as HTML."""
    return mark_safe(rendered)  # noqa: S308 - sanitised before it was stored


@register.simple_tag
def answer(
    run: Run | ShownRun | RedactedRun,
    scope: str = "",
    wide: object = None,
    *marked: str | None,
) -> SafeString:
    """An answer as HTML, as much of it as its page has room for; in a file it is whole.

    marked: the same with its evidence or differences in it; the first that is there.
    """
    most = MAX_IN_A_CELL if scope == "cell" else MAX_ALONE if wide else MAX_BESIDE
    html = next(filter(None, marked), run.output_html)
    whole = scope == "document" or len(html) <= most  # the text is a query away, on a card
    return safe_html(html if whole else shortened(html, run.output, most))


CHANGED = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


@register.filter
def as_one_text(changes: Sequence[Change]) -> SafeString:
    """Return two texts as one: words of the first struck out, words of the second underlined."""
    marked = ((format_html(CHANGED[one.kind], one.text),) for one in changes)
    return format_html_join("", "{}", marked)


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
