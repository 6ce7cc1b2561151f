"""JSON Schemas that take no more time than their size says: no addresses, no recursion."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from playground.experiments.rules.reading import RuleError, shortened

MAX_SCHEMA = 100_000  # characters
MAX_PARTS = 20_000  # once each reference is what it refers to
MAX_DEPTH = 100
_VALUES = ("const", "enum", "default", "examples")
_NAMED = ("properties", "patternProperties", "dependentSchemas")


@lru_cache(maxsize=32)
def validator(schema: str) -> Any:
    """Return what validates by a schema; refuse one that is none, or cannot be bounded."""
    import jsonschema_rs  # for experiments that have a schema

    if len(schema) > MAX_SCHEMA:
        raise RuleError(f"The schema is longer than {MAX_SCHEMA:,} characters.")
    plain = _Inlining(json.loads(schema)).schema()
    linear = jsonschema_rs.RegexOptions()  # patterns in linear time
    try:
        return jsonschema_rs.validator_for(plain, offline=True, pattern_options=linear)
    except (ValueError, jsonschema_rs.ValidationError) as refused:
        first = str(refused).splitlines()[0]
        raise RuleError(f"The schema cannot be used: {shortened(first)}.") from None


class _Inlining:
    """Puts what references refer to in their places: they could multiply work without an end."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.left = MAX_PARTS

    def schema(self) -> Any:
        return self._inlined(self.root, ())

    def _inlined(self, part: Any, within: tuple[str, ...], depth: int = MAX_DEPTH) -> Any:
        self.left -= 1
        if self.left < 0 or not depth:
            raise RuleError("The schema is too large once its references are followed.")
        if isinstance(part, list):
            return [self._inlined(one, within, depth - 1) for one in part]
        if not isinstance(part, dict):
            return part
        if "$dynamicRef" in part or "$recursiveRef" in part:
            raise RuleError("The schema refers to itself, which is not followed.")
        plain = {
            name: self._member(name, one, within, depth - 1)
            for name, one in part.items()
            if name not in ("$ref", "$defs", "definitions")
        }
        target = part.get("$ref")
        if not isinstance(target, str):
            return plain
        if target in within:
            raise RuleError(f"The schema refers to itself by “{target}”, which is not followed.")
        referred = self._inlined(self._target(target), (*within, target), depth - 1)
        return {"allOf": [referred, plain]} if plain else referred

    def _member(self, name: str, part: Any, within: tuple[str, ...], depth: int) -> Any:
        """Names of properties may be those of keywords, and values are no schemas."""
        if name in _VALUES:
            return part
        if name in _NAMED and isinstance(part, dict):
            return {key: self._inlined(one, within, depth) for key, one in part.items()}
        return self._inlined(part, within, depth)

    def _target(self, reference: str) -> Any:
        """Return what a reference within the schema names: #, or # and a JSON pointer."""
        at: Any = self.root
        for name in reference.removeprefix("#").split("/")[1:]:
            name = name.replace("~1", "/").replace("~0", "~")
            at = at.get(name) if isinstance(at, dict) else None
        if not reference.startswith("#") or at is None:
            raise RuleError(f"The schema refers to “{shortened(reference)}”, which is not in it.")
        return at
