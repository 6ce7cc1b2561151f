"""The published JSON of experiments, version 1. docs/schemas/ is made of these types.

A field may be added within a version; one that goes or changes its meaning counts FORMAT up.
"""

from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from playground.exports.published import (
    Count,
    Moment,
    Place,
    Project,
    Uuid,
    VariantOptions,
    Version,
)

Interval = Annotated[list[float], Meta(min_length=2, max_length=2)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Brief(TypedDict):
    """Which experiment it is, and how far it is."""

    format: Version
    """The version of this format."""
    kind: Literal["experiment"]
    id: Uuid
    url: str
    """Its page."""
    api_url: str
    """Its JSON."""
    name: str
    created_at: Moment
    state: Literal["running", "paused", "ending", "ended"]
    why: str
    """Why it waits or is paused; otherwise empty."""
    total: Count
    """Runs that are planned."""
    made: Count
    """Runs that were created."""
    project: Project | None
    """The project that it is in. Null: in none."""


class Experiments(TypedDict):
    """A page of experiments: what GET /api/experiments/ answers."""

    format: Version
    """The version of this format."""
    kind: Literal["experiments"]
    items: list[Brief]
    next: str | None
    """The address of the next page. Null: this is the last."""


class AskedSet(TypedDict):
    """The version of a test set that is asked."""

    id: Uuid
    name: str
    version: Place
    cases: Count


class Standing(TypedDict):
    """The figures of one variant."""

    right: Count
    """Cases that it has right. Repeats of a case count as one, by their majority."""
    n: Count
    """Cases that are marked."""
    share: float | None
    """right of n; null where n is 0."""
    interval: Interval | None
    """Where the share lies with 95 % certainty (Wilson); null under 10 cases."""
    score: float | None
    """The mean score over the cases, 0 to 1; null where the rule gives none."""
    score_interval: Interval | None
    """Where the mean lies with 95 % certainty (bootstrap); null under 10 cases."""
    cost: str | None
    """US dollars of all its runs whose cost is known, with every digit."""
    cost_estimated: bool
    """Whether an estimate is part of the cost."""
    unpriced: Count
    """Runs that cost an amount that is not known."""
    units: Count
    seconds: float | None
    """The median time of an answer."""
    tokens_in: float | None
    """The mean of an answer."""
    tokens_out: float | None
    """The mean of an answer."""
    failed: Count


class Variant(Standing, VariantOptions):
    """What was asked, and its figures by the first rule."""

    model: str
    label: str
    """What tells it from the others."""
    prompt: str
    system_prompt: str


class Pair(TypedDict):
    """Two variants beside each other."""

    a: Count
    """The place of a variant."""
    b: Count
    """The place of the other one."""
    n: Count
    """Cases that both are marked on."""
    both: Count
    only_a: Count
    """Cases that only a has right."""
    only_b: Count
    neither: Count
    p: Share
    """Exact McNemar, two-sided."""
    p_holm: Share
    """Corrected for all pairs of the experiment."""
    difference: Interval | None
    """What a is right more often, as a share, with 95 % certainty."""
    verdict: Literal["a", "b", "undecided", "equal", "too_few"]
    """By p_holm. equal: within 2 points; too_few: under 10 cases."""
    decided: bool
    """Whether the verdict is a or b."""
    more_cases: int | None
    """About how many more cases would decide it four times in five; null where it is decided, or
    nothing would."""


class TagStanding(TypedDict):
    """The figures of one variant on the cases of a tag."""

    right: Count
    n: Count


class Tag(TypedDict):
    """The figures on the cases of a tag."""

    tag: str
    cases: Count
    variants: list[TagStanding]
    """Of each variant, in their order."""


class Figures(TypedDict):
    """What marks of one source say."""

    variants: list[Standing]
    pairs: list[Pair]
    tags: list[Tag]


class By(TypedDict, total=False):
    """The figures by marks of people and judges, where there are such."""

    person: Figures
    judge: Figures


class Experiment(Brief):
    """An experiment: what was planned, how far it is, and what its marks say."""

    ended: Count
    """Runs that have ended."""
    counts: dict[str, Count]
    """Runs by their status."""
    test_set: AskedSet
    repeats: Place
    marks: list[dict[str, Any]]
    """The rules, each with its name as `rule`; the first decides."""
    variants: list[Variant]
    """What was asked, and its figures by the first rule."""
    pairs: list[Pair]
    tags: list[Tag]
    by: By
