"""The choice of what is shown, and where the shown parts are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.urls import reverse

if TYPE_CHECKING:
    from datetime import datetime

    from playground.runs.models.comparison import Comparison
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage


class Addresses(Protocol):
    """Where pages and pictures are found: at the owner's addresses, or below a link's token.

    own: whether the reader is the owner. Where it is false, no id of a row or of the provider,
    no hash of an original, no name of a file and no word of the provider about them is shown.
    """

    @property
    def own(self) -> bool: ...

    def page(self, shown: Run | Comparison) -> str:
        """Return the address of the page; of a cell, a place on its comparison's page will do."""

    def anchor(self, shown: Run | Comparison) -> str:
        """Return the place of a cell on the page of its comparison; blank where it has its own."""

    def picture(self, entry: RunImage, edge: int = 0) -> str:
        """Return the address of a stored picture. edge: of a thumbnail, in pixels; 0: whole."""


@dataclass(frozen=True)
class OwnAddresses:
    """The addresses of the owner. origin: `https://host` to make them absolute, or nothing."""

    origin: str = ""
    own: bool = True

    def page(self, shown: Run | Comparison) -> str:
        return self.origin + shown.get_absolute_url()

    def anchor(self, shown: Run | Comparison) -> str:
        return ""

    def picture(self, entry: RunImage, edge: int = 0) -> str:
        if edge:
            return self.origin + reverse("thumbnail", args=[entry.image_id, edge])
        return self.origin + reverse("image", args=[entry.image_id])


@dataclass(frozen=True)
class Shown:
    """What may be shown of a run or a comparison. Whatever is switched off is nowhere.

    reasoning: marked passages of an answer, and the option. flagged: answers that the provider
    flagged as sensitive. left_out: pictures, each named by its content hash or by its address
    (what `AttachedImage.reference` and `RunImage.image_id` call it), in whichever run it is.
    notes_until: a stranger is shown the notes that were written by then; None: none.
    checked_until: a stranger is shown the evidence that was asked for by then; None: none.
    """

    system_prompt: bool = True
    costs: bool = True
    reasoning: bool = True
    flagged: bool = True
    notes_until: datetime | None = None
    checked_until: datetime | None = None
    left_out: frozenset[str] = frozenset()
    addresses: Addresses = field(default_factory=OwnAddresses)

    @property
    def own(self) -> bool:
        return self.addresses.own

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of what is switched off, for readers: absent is not the same as unset."""
        names = ("system_prompt", "costs", "reasoning", "flagged")
        hidden = [name for name in names if not getattr(self, name)]
        return tuple(hidden + (["images"] if self.left_out else []))

    @property
    def is_exact(self) -> bool:
        """Whether request and response may be shown as they were on the wire."""
        return self.own and not self.hidden

    def shows(self, entry: RunImage) -> bool:
        return self.left_out.isdisjoint(
            {entry.image_id, entry.url, f"address:{entry.url}", entry.sent_sha256}
        )


EVERYTHING = Shown()
