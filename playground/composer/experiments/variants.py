"""What varies in an experiment: the columns are every combination of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from playground.experiments.plan import MAX_VARIANTS, Column
from playground.providers.parameters.listed import MAX_EDGE, PARAMETERS, TEMPERATURE
from playground.submission.request import Options
from playground.web.formatting import counted


@dataclass(frozen=True)
class Variants:
    """Each of these is a list of at least one; options: what all have in common.

    parameters: by name, with None where it is not sent.
    """

    models: Sequence[str]
    prompts: Sequence[str] = ("",)
    system_prompts: Sequence[str] = ("",)
    temperatures: Sequence[float | None] = (None,)
    max_edges: Sequence[int] = (0,)
    parameters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)

    @property
    def of_each_model(self) -> int:
        varied = (self.prompts, self.system_prompts, self.temperatures, self.max_edges)
        return prod(len(one) for one in (*varied, *self.parameters.values()))

    @property
    def count(self) -> int:
        return len(self.models) * self.of_each_model

    @property
    def words(self) -> str:
        """What the variants are made of: 3 models, 2 prompts."""
        parts = {
            "model": self.models,
            "prompt": self.prompts,
            "system prompt": self.system_prompts,
            "temperature": self.temperatures,
            "image size": self.max_edges,
            **{f"{PARAMETERS[n].label.lower()} value": v for n, v in self.parameters.items()},
        }
        counts = [(noun, len(values)) for noun, values in parts.items()]
        return ", ".join(counted(n, noun) for noun, n in counts if n > 1 or noun == "model")

    @property
    def too_many(self) -> str:
        """How many there are and may be; empty where they fit."""
        most = MAX_VARIANTS
        over = f"{self.count:,} variants, at most {most} in one experiment"
        return over if self.count > most else ""

    @property
    def refusal(self) -> str:
        """What to take away where there are too many; empty where they fit."""
        if not self.too_many:
            return ""
        return (
            f"That is {self.count:,} variants ({self.words}), and one experiment compares at most "
            f"{MAX_VARIANTS}. Take away a model, a prompt or a setting. Nothing was sent."
        )

    def columns(self) -> tuple[Column, ...]:
        """Return a column for each combination, those of a model beside each other."""
        axes = {TEMPERATURE.name: self.temperatures, MAX_EDGE.name: self.max_edges}
        options = self.options.crossed({**axes, **self.parameters})
        asked = product(self.models, self.prompts, self.system_prompts, options)
        return tuple(Column(*one) for one in asked)
