"""Puts the pieces of a stream together as one object: what a call without streaming would answer.

Nothing is left out: what this playground has no use for (calls of tools, pictures, sound) is put
together as well. Linear in what came.
"""

from typing import Any

_ONCE = {"id", "type", "role", "name", "object", "model", "format", "status", "signature", "url"}


def merged(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one object: texts joined, parts of an index put together, of other values the last."""
    values: dict[str, list[Any]] = {}
    for piece in pieces:
        for name, value in piece.items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: _joined(name, several) for name, several in values.items()}


def _joined(name: str, values: list[Any]) -> Any:
    if all(isinstance(one, str) for one in values):
        return values[-1] if name in _ONCE else "".join(values)
    if all(isinstance(one, dict) for one in values):
        return merged(values)
    if all(isinstance(one, list) for one in values):
        return _listed([item for one in values for item in one])
    return values[-1]


def _listed(items: list[Any]) -> list[Any]:
    """Put together what has the same index; keep everything else as it came."""
    by_index: dict[int, list[dict[str, Any]]] = {}
    for item in items:
        index = item.get("index") if isinstance(item, dict) else None
        if not isinstance(index, int):
            return items
        by_index.setdefault(index, []).append(item)
    return [merged(several) if len(several) > 1 else several[0] for several in by_index.values()]
