"""How much work it is to check a value by a schema: how often parts of both meet.

Counted beforehand, since the library cannot be stopped: each keyword that meets a value takes it
about 1 µs to say whether that fits; to say where it does not, 25 µs, and 3 µs for each part of the
value, which is copied. References have been followed, so a schema is a tree.
"""

from collections.abc import Iterable
from typing import Any

DECIMALS = 100  # keywords that `multipleOf` is worth, which divides without rounding
COPIED_WITH_A_PAIR = 10  # parts of a value that take as long
_VALUES = ("const", "enum", "default", "examples")
_NAMED = ("dependentSchemas", "dependencies")
_OF_MEMBERS = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("items", "additionalItems", "unevaluatedItems", "contains")
_LISTED = ("prefixItems", "items")


def work_of(schema: Any, value: Any, most: int) -> tuple[int, int]:
    """Return how often keywords meet a value, and what is copied where none of them fits.

    Some number above the most as soon as they meet so often.
    """
    counting = _Counting(most)
    counting.meet(schema, value)
    return counting.pairs, counting.copied + COPIED_WITH_A_PAIR * counting.pairs


class _Counting:
    def __init__(self, most: int) -> None:
        self.most, self.pairs, self.copied = most, 0, 0
        self.sizes: dict[int, int] = {}  # of lists and objects, which are there meanwhile

    def meet(self, schema: Any, value: Any) -> None:
        """Count what a part of the schema costs with a part of the value, and what is below."""
        if self.pairs > self.most or not isinstance(schema, dict):
            return
        self.pairs += 1 + len(schema) + DECIMALS * ("multipleOf" in schema)
        self.copied += self._size(value)
        for name, part in schema.items():
            if isinstance(part, list):
                self.pairs += len(part)
            if name == "propertyNames" and isinstance(value, dict):
                self.copied += len(value) * self._size(value)
            if name in _VALUES or not isinstance(part, dict | list):
                continue
            for below, met in _below(name, part, value):
                self.pairs += 1
                self.meet(below, met)
                if self.pairs > self.most:
                    return

    def _size(self, value: Any) -> int:
        """Return how much there is to copy of a value, of a text by its length."""
        if isinstance(value, str):
            return 1 + len(value) // 50
        if not isinstance(value, dict | list):
            return 1
        if id(value) not in self.sizes:
            inner = value.values() if isinstance(value, dict) else value
            self.sizes[id(value)] = 1 + sum(self._size(one) for one in inner)
        return self.sizes[id(value)]


def _below(name: str, part: Any, value: Any) -> Iterable[tuple[Any, Any]]:
    """Give the pairs of schema and value that a keyword makes of this value."""
    if name == "properties" and isinstance(part, dict):
        known = value if isinstance(value, dict) else {}
        return ((one, known.get(key)) for key, one in part.items())
    if name == "patternProperties" and isinstance(part, dict):
        return ((one, met) for one in part.values() for met in _members(value))
    if name == "propertyNames":
        return ((part, key) for key in (value if isinstance(value, dict) else ()))
    if name in _LISTED and isinstance(part, list):
        return zip(part, value if isinstance(value, list) else (), strict=False)
    if name in _OF_MEMBERS:
        return ((part, met) for met in _members(value))
    if name in _OF_ITEMS:
        return ((part, met) for met in (value if isinstance(value, list) else ()))
    parts = part if isinstance(part, list) else [part]
    if name in _NAMED and isinstance(part, dict):
        parts = list(part.values())
    return ((one, value) for one in parts)


def _members(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else ()
