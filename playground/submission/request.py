"""What one form asks, before there are rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from playground.providers.parameters.listed import MAX_EDGE, PARAMETERS
from playground.runs.grid import COLUMNS
from playground.submission.sweeps import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playground.images.models import Image
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage

MAX_OUTPUT_TOKENS = 2**31 - 1
PRIORITY_NAMES = ("latency", "throughput")


@dataclass(frozen=True)
class AttachedImage:
    """One picture of a form, in its place: stored, or an address to pass on as it is.

    Its fields are columns of RunImage.
    """

    image: Image | None = None
    url: str = ""
    name: str = ""
    as_address: bool = False

    @classmethod
    def of(cls, entry: RunImage) -> AttachedImage:
        """The same picture again: the copy that was kept, not what the address shows today."""
        return cls(entry.image, entry.url, entry.name, entry.as_address)

    @property
    def reference(self) -> str:
        """Its value in a form: a content hash, an address to fetch, or one to pass on."""
        if self.as_address:
            return f"address:{self.url}"
        return self.image.sha256 if self.image else self.url


@dataclass(frozen=True)
class Options:
    """What goes with the prompt. None: not sent, the model decides.

    parameters: what was set of providers/parameters/listed.py, by its name.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    reasoning: bool = False
    priority: str = "latency"
    max_edge: int = 0  # pixels; 0: images as they came
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def with_value(self, name: str, value: Any) -> Options:
        """Return these with another value of one parameter; None: not sent."""
        if name not in PARAMETERS:
            known: Any = 0 if value is None and name == MAX_EDGE.name else value
            return replace(self, **{name: known})
        rest = {one: kept for one, kept in self.parameters.items() if one != name}
        return replace(self, parameters=rest if value is None else rest | {name: value})

    def crossed(self, axes: Mapping[str, Iterable[Any]]) -> list[Options]:
        """Return these with each value of each parameter, those of the last next to each other."""
        found = [self]
        for name, values in axes.items():
            found = [one.with_value(name, value) for one, value in product(found, values)]
        return found

    def value_of(self, name: str) -> Any:
        return self.parameters.get(name) if name in PARAMETERS else getattr(self, name)

    @property
    def asked(self) -> dict[str, Any]:
        """What tells these from others; without parameters as it was before there were any."""
        values = asdict(self)
        if not self.parameters:
            del values["parameters"]
        return values

    @classmethod
    def of(cls, run: Any) -> Options:
        """Return those of a run, or of a variant of an experiment."""
        return cls(**{one.name: getattr(run, one.name) for one in fields(cls)})


@dataclass(frozen=True)
class Cell:
    """What one run asks. position: its place, see runs/models/comparison.py.

    follows: the run whose exchange it goes on with.
    """

    position: int
    model: str
    prompt: str
    system_prompt: str
    options: Options
    images: tuple[AttachedImage, ...]
    follows: Run | None = None


@dataclass(frozen=True)
class RunRequest:
    """What one form asks: a prompt and pictures for one or several models.

    each_image: every picture in runs of its own, a row each, instead of all in one run.
    """

    prompt: str
    models: tuple[str, ...]
    system_prompt: str = ""
    images: tuple[AttachedImage, ...] = ()
    options: Options = field(default_factory=Options)
    sweep: Sweep = field(default_factory=Sweep)
    each_image: bool = False
    form_token: str = ""
    blind: bool = False  # where there are several columns
    project: int | None = None  # whose members see it

    @property
    def rows(self) -> list[tuple[AttachedImage, ...]]:
        """Return the images of each row: all of them in one, or one in each."""
        if self.each_image and len(self.images) > 1:
            return [(one,) for one in self.images]
        return [self.images]

    def cells(self) -> list[Cell]:
        """Return the runs row by row, in each the models in the order they were chosen."""
        columns = list(product(self.models, self.sweep.settings(self.options)))
        return [
            Cell(row * COLUMNS + column, model, self.prompt, self.system_prompt, options, images)
            for row, images in enumerate(self.rows)
            for column, (model, options) in enumerate(columns)
        ]

    def digest(self) -> str:
        """Return the SHA-256 of everything asked, to tell a repeated press from a changed form."""
        parts = [
            self.prompt,
            self.system_prompt,
            sorted(self.models),
            [attached.reference for attached in self.images],
            self.options.asked,
        ]
        if self.sweep != Sweep():
            parts.append(self.sweep.asked)
        if len(self.rows) > 1:
            parts.append("each image")
        if self.blind:
            parts.append("blind")
        if self.project:
            parts.append(f"project {self.project}")
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
