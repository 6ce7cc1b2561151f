"""Whether the runs of a comparison got the same image bytes, in the same order, and which did not.

If the checksum of one is not known, they are compared by address; then their bytes may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class SentImage:
    """An image as it was sent. sha256: of the bytes sent, empty where they are not known."""

    sha256: str
    url: str = ""
    name: str = ""


class ImageComparison(NamedTuple):
    """What to say of the images: what they share, and what not. One of the two, or neither."""

    same: str
    different: str


def compare_images(columns: Sequence[Sequence[SentImage]]) -> ImageComparison:
    """Return what is the same and what differs between the images of the columns, in words."""
    counts = [len(images) for images in columns]
    if len(set(counts)) > 1:
        return ImageComparison("", f"the number of images differs: {_amounts(counts)}")
    images = [image for column in columns for image in column]
    if all(image.sha256 for image in images):
        sent = [tuple(image.sha256 for image in column) for column in columns]
        return _compare(sent, "same image bytes" if images else "no images", "image bytes")
    if all(image.url for image in images):
        sent = [tuple(image.url for image in column) for column in columns]
        return _compare(sent, "same image addresses (bytes not known)", "image addresses")
    return ImageComparison("", "whether the image bytes are the same is not known")


def _compare(sent: Sequence[tuple[str, ...]], same: str, what: str) -> ImageComparison:
    if len(set(sent)) <= 1:
        return ImageComparison(same, "")
    in_any_order = [tuple(sorted(images)) for images in sent]
    if len(set(in_any_order)) == 1:
        return ImageComparison("", f"the order of the images differs {_odd_ones(sent)}")
    return ImageComparison("", f"the {what} differ {_odd_ones(in_any_order)}")


def described(images: Sequence[SentImage]) -> str:
    """Return the images of one column: their names, and the start of their checksums."""
    return ", ".join(_described(image) for image in images) or "no image"


def listed(names: Sequence[str]) -> str:
    """Join as in a sentence: "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _described(image: SentImage) -> str:
    name = image.name or image.url or "image"
    return f"{name} ({image.sha256[:8]})" if image.sha256 else name


def _odd_ones(sent: Sequence[tuple[str, ...]]) -> str:
    """Name the columns that did not get what most got, or all groups where none is the largest."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for column, images in enumerate(sent):
        groups.setdefault(images, []).append(column)
    by_size = sorted(groups.values(), key=len, reverse=True)
    if len(by_size[0]) > len(by_size[1]):
        return f"in {_columns(sorted(c for group in by_size[1:] for c in group))}"
    if len(by_size[0]) == 1:
        return f"in {_columns(range(len(sent)))}"
    return f"between {listed([_columns(group) for group in by_size])}"


def _amounts(counts: Sequence[int]) -> str:
    return ", ".join(
        f"{count} in {_columns([c for c, other in enumerate(counts) if other == count])}"
        for count in sorted(set(counts))
    )


def _columns(columns: Sequence[int]) -> str:
    return f"column{'s' if len(columns) > 1 else ''} {listed([str(c + 1) for c in columns])}"
