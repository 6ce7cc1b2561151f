"""The published JSON of evidence: where the images of a run say what its answer says."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

FromOne = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, le=1)]


class EvidencePlace(TypedDict):
    """Where a value stands in an image."""

    image: FromOne
    """The number of the image."""
    line: FromOne
    """In reading order."""
    text: str
    """As it was read."""
    confidence: Share
    """How surely it was read: 1 is certain."""
    polygons: list[list[Annotated[list[Share], Meta(min_length=2, max_length=2)]]]
    """Its corners, each x and y as a share of the width and height of the image. Several where it
    goes on in another line."""


class EvidenceValue(TypedDict):
    """A number, amount, date, code, quoted word or table cell that an answer names."""

    text: str
    """As the answer writes it first."""
    mentions: FromOne
    """How often the answer names it."""
    state: Literal["found", "computed", "absent"]
    """computed: a sum that the answer writes out. absent: the reader did not find it, which does
    not make it wrong."""
    places: list[EvidencePlace]
    """All of them, where it was found."""
    sum: str | None
    """The sum as the answer writes it, where it was computed."""
    right: bool | None
    """Whether that sum comes out. Null: it is no sum."""
