"""A further question to what was asked: same images, model and settings, and the exchange."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.submission.request import AttachedImage, Cell, Options

if TYPE_CHECKING:
    from playground.runs.models.run import Run


@dataclass(frozen=True)
class FollowUp:
    """What `create.press` takes. followed: one run, or the columns of a comparison, in order."""

    prompt: str
    followed: tuple[Run, ...]
    form_token: str = ""
    project: int | None = None
    blind: bool = False
    rows: tuple[()] = ()  # no matrix

    def cells(self) -> list[Cell]:
        return [
            Cell(
                position,
                run.model_id,
                self.prompt,
                run.system_prompt,
                Options.of(run),
                tuple(map(AttachedImage.of, run.images.select_related("image"))),
                follows=run,
            )
            for position, run in enumerate(self.followed)
        ]

    def digest(self) -> str:
        """Return the SHA-256 of everything asked, to tell a repeated press from another one."""
        parts = ["follow", self.prompt, [str(run.pk) for run in self.followed], self.project]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
