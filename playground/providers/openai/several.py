"""Keeps apart the answers of one stream where several were asked for: the first one is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playground.providers.openai.shapes import indices_of

MAX_NUMBERED = 20_000  # pieces


@dataclass
class FirstAnswer:
    """numbered: pieces that would be lost if a server counted its pieces in `index`.

    That is so as long as no index comes twice; they are then all of one answer.
    """

    numbered: list[dict[str, Any]] = field(default_factory=list)
    _index: int | None = None
    _seen: set[int] | None = field(default_factory=set)

    def of(self, chunk: dict[str, Any]) -> dict[str, Any]:
        """Return the piece without what belongs to other answers."""
        indices = indices_of(chunk)
        if not indices:
            return chunk
        self._index = min(indices) if self._index is None else self._index
        if self._seen is None or len(indices) > 1 or indices[0] in self._seen:
            self._seen = None
            self.numbered.clear()
        else:
            self._seen.add(indices[0])
            kept = indices[0] != self._index and len(self.numbered) < MAX_NUMBERED
            self.numbered += [chunk] if kept else []
        return chunk | {"choices": [one for one in chunk["choices"] if one["index"] == self._index]}
