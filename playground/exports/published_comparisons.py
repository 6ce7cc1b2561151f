"""The published JSON of a comparison, version 1: each field, and what it says."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from playground.exports.published import (
    Around,
    Hidden,
    Image,
    Moment,
    Place,
    Run,
    Status,
    Uuid,
    Version,
)


class Vote(TypedDict):
    """The vote on a blind comparison."""

    outcome: Literal["answer", "tie", "all_bad", "none"]
    """none: the names were revealed without a vote."""
    cell: Place | None
    """The number of the answer that was voted for. Null for another outcome, or where it is not
    among the cells any more."""
    given_at: Moment


class Row(TypedDict):
    """One image of a matrix."""

    number: Place
    """Its place among the images as they were given."""
    images: list[Image]
    """The image, unless it is left out."""
    cells: Annotated[list[Place], Meta(min_length=1)]
    """The numbers of its runs in cells, from 1."""


class Comparison(Around):
    """A comparison: what GET /compare/<id>.json and GET /s/<token>.json of a comparison answer."""

    format: Version
    """The version of this format."""
    kind: Literal["comparison"]
    url: str
    """The page of this comparison."""
    hidden: Hidden
    """What this representation may leave out. A field that is null for that reason was not
    necessarily unset."""
    id: Uuid | None
    """The comparison. Null for who was given a link."""
    title: str | None
    """What a person called it. Null: nobody did."""
    status: Status
    """The states of all cells in one word of a run: processing, submitting or queued while any cell
    is, then unknown, failed or cancelled if any cell ended so, else completed."""
    created_at: Moment
    best: Place | None
    """The number of the cell that was picked as the best, from 1."""
    best_why: str | None
    """Why, in a line."""
    blind: bool
    """Whether the names of the models were hidden until somebody revealed them."""
    vote: Vote | None
    """The vote that was given while the names were hidden. Null: it was not blind, or this is a
    link."""
    rows: list[Row] | None
    """The cells of a matrix by their image. Null for any other comparison."""
    cells: Annotated[list[Run], Meta(min_length=1)]
    """The runs, in the order of the columns; of a matrix, row by row."""
