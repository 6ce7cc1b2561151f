"""Makes JSON Schemas of types: each type is a component, with what is said of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import inspect

from playground.api.field_docs import said_of_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Schema = dict[str, Any]

COMPONENTS = "#/components/schemas/"


def components(kinds: Sequence[Any]) -> dict[str, Schema]:
    """Return the schema of each type, and of those that it is made of, by its name."""
    _, made = msgspec.json.schema_components(kinds, ref_template=COMPONENTS + "{name}")
    classes = {one.__name__: one for kind in kinds for one in _classes(inspect.type_info(kind))}
    return {name: _component(classes[name], schema) for name, schema in sorted(made.items())}


def _classes(info: Any) -> Iterator[type]:
    """Give the classes that a type is made of."""
    if hasattr(info, "cls"):
        yield info.cls
    for one in (*getattr(info, "fields", ()), *getattr(info, "types", ())):
        yield from _classes(getattr(one, "type", one))
    for name in ("type", "item_type", "value_type"):
        if hasattr(info, name):
            yield from _classes(getattr(info, name))


def _component(kind: type, schema: Schema) -> Schema:
    said, needed = said_of_fields(kind), schema.get("required", [])
    is_taken = schema.get("additionalProperties") is False
    properties = {}
    for name in (*kind.__annotations__, *schema["properties"]):
        if name in schema["properties"]:
            one = _field(schema["properties"][name], said.get(name, ""))
            properties[name] = _or_null(one) if is_taken and name not in needed else one
    in_order = [name for name in properties if name in needed]
    schema = {name: one for name, one in schema.items() if name not in ("title", "required")}
    schema |= {"description": " ".join(kind.__doc__.split())} if kind.__doc__ else {}
    schema |= {"required": in_order} if in_order else {}
    return schema | {"properties": properties}


def _field(schema: Schema, said: str) -> Schema:
    schema = cast("Schema", _plain(schema))
    for one in schema.get("anyOf", []):
        said = said or one.pop("description", "")
    if schema.get("default") in (None, "", [], {}):
        schema.pop("default", None)
    return schema | ({"description": said} if said else {})


def _plain(value: Any) -> Any:
    """Return a schema in which the one value of an enum is a constant."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    value = {name: _plain(one) for name, one in value.items()}
    if len(value.get("enum", "")) == 1:
        value["const"] = value.pop("enum")[0]
    return value


def _or_null(schema: Schema) -> Schema:
    """Null counts as left out: clients made from the document send it for what is not given."""
    if {"type": "null"} in schema.get("anyOf", []) or not schema.keys() - {"description"}:
        return schema
    outside = {"description", "default"}
    outer: Schema = {name: one for name, one in schema.items() if name in outside}
    inner = {name: one for name, one in schema.items() if name not in outside}
    return {"anyOf": [inner, {"type": "null"}], **outer}


def without_null(schema: Schema) -> Schema:
    choices = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    others = {name: one for name, one in schema.items() if name != "anyOf"}
    if len(choices) == 1:
        only: Schema = choices[0]
        return others | only
    return others | ({"anyOf": choices} if choices else {})


def as_form(schema: Schema) -> Schema:
    """Return the fields of multipart/form-data where they are those of the JSON."""
    fields = {name: _in_a_form(one) for name, one in schema["properties"].items()}
    return schema | {"properties": fields}


def _in_a_form(schema: Schema) -> Schema:
    """Return how a field is written there: objects as files or as JSON, flags as words."""
    plain = without_null(schema)
    if "$ref" in plain.get("items", {}):
        return {**plain, "items": {"type": "string", "format": "binary"}}
    if plain.get("type") == "boolean":
        plain = {name: one for name, one in plain.items() if name not in ("type", "default")}
        return {**plain, "enum": ["true", "false"]}
    if "enum" in plain:
        return {**plain, "enum": [str(one) for one in plain["enum"]]} | (
            {"default": str(plain["default"])} if "default" in plain else {}
        )
    if plain.get("type") == "object" or "$ref" in plain:
        said = {"description": plain["description"]} if "description" in plain else {}
        return {"type": "string", "contentMediaType": "application/json", **said}
    return plain
