"""Which models exist, whose they are and what a run of one counts. Data lives in models.json.

A model that has left the catalogue still has a name, a vendor and one unit: history shows it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path

from playground.providers.endpoint import SLUG, TEXT_READER, THIS_MACHINE

VENDORS = {"anthropic": "Anthropic", "google": "Google", "openai": "OpenAI", "meta-llama": "Meta"}
UNITS = {"standard": 1, "premium": 3}  # a premium run is charged as three standard ones


@dataclass(frozen=True)
class Model:
    """One entry. id: `vendor/name` as WaveSpeed knows it, or `name@server`.

    max_images, temperature, reasoning: what it takes, None where that is not known.
    """

    id: str
    tier: str = "standard"
    max_images: int | None = None
    temperature: bool | None = None
    reasoning: bool | None = None

    @cached_property
    def server(self) -> str:
        """The server that has it; empty for the models of the catalogue."""
        slug = self.id.rpartition("@")[2] if "@" in self.id else ""
        return slug if SLUG.fullmatch(slug) else ""

    @cached_property
    def wire_id(self) -> str:
        """The id as its provider knows it."""
        return self.id.rpartition("@")[0] if self.server else self.id

    @cached_property
    def name(self) -> str:
        return "Text reader" if self.is_reader else self.wire_id.rpartition("/")[2]

    @property
    def is_reader(self) -> bool:
        """Whether it is the reader of this machine, which is no model."""
        return self.id == TEXT_READER

    @cached_property
    def vendor(self) -> str:
        return self.wire_id.partition("/")[0] if "/" in self.wire_id else ""

    @cached_property
    def vendor_name(self) -> str:
        return VENDORS.get(self.vendor, self.vendor)

    @cached_property
    def vendor_class(self) -> str:
        """The class that gives its colour."""
        return self.vendor if self.vendor in VENDORS else "other"

    @cached_property
    def letter(self) -> str:
        return (self.vendor_name or self.name)[:1].upper()

    @property
    def units(self) -> int:
        return 0 if self.server else UNITS[self.tier]

    @property
    def is_premium(self) -> bool:
        return self.tier == "premium"


@dataclass(frozen=True)
class VendorGroup:
    """The models of one vendor, in the order of the catalogue.

    more: how many further ones its server lists, which are too many to choose among.
    """

    name: str
    models: tuple[Model, ...]
    server: str = ""
    more: int = 0

    @property
    def is_here(self) -> bool:
        """Whether this is the machine itself, which has nothing but what stands here."""
        return self.server == THIS_MACHINE

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Its models for a list to choose from: ids with names."""
        return [(model.id, model.name) for model in self.models]


@cache
def _data() -> dict[str, object]:
    data: dict[str, object] = json.loads(Path(__file__).with_name("models.json").read_text())
    return data


@cache
def models() -> tuple[Model, ...]:
    entries = _data()["models"]
    assert isinstance(entries, list)  # noqa: S101 - our own file
    return tuple(Model(**entry) for entry in entries)


@cache
def default_model_id() -> str:
    return str(_data()["default"])


def find(model_id: str) -> Model:
    """Return the entry, or one made from the id alone where the catalogue has none."""
    return next((model for model in models() if model.id == model_id), None) or Model(model_id)


def nearest(model_id: str, units: int, among: Iterable[Model]) -> list[Model]:
    """Return models that can be run, nearest to one that cannot be any more first.

    The same server, then the same vendor, then the same tier, then the name that is most alike.
    units: what a run of it counted, which tells its tier.
    """
    gone = Model(model_id)

    def distance(model: Model) -> tuple[bool, bool, bool, float]:
        alike = SequenceMatcher(None, gone.name, model.name).ratio()
        others = (model.server != gone.server, model.vendor != gone.vendor)
        return *others, model.units != units, -alike

    return sorted(among, key=distance)


def contains(model_id: str) -> bool:
    return any(model.id == model_id for model in models())
