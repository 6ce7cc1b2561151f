"""Makes docs/openapi.json and docs/schemas/ of the operations of urls.py and the types they name.

`manage.py apidocs` writes them. What is said of a field is the text below it in its class.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from playground.api import replies, urls
from playground.api.components import COMPONENTS, as_form, components, without_null
from playground.api.operations import operations_of
from playground.experiments import published as experiments
from playground.exports import published as exports
from playground.exports import published_comparisons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLPattern

    from playground.api.operations import Operation

    Schema = dict[str, Any]

SCHEMAS = {
    "run.v1.json": exports.Run,
    "comparison.v1.json": published_comparisons.Comparison,
    "runs.v1.json": replies.Runs,
    "experiment.v1.json": experiments.Experiment,
    "experiments.v1.json": experiments.Experiments,
    "error.v1.json": replies.Error,
}
PLACE = re.compile(r"<(\w+):(\w+)>")
PLACES = {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer", "minimum": 1}}
JSON, FORM = "application/json", "multipart/form-data"
INTRODUCTION = (
    "Start runs, comparisons and experiments, read them, list them, cancel them. Tokens are made "
    "on the page /tokens/. docs/api.md is the introduction."
)
SEVERAL = {200: "The same key started this before. Nothing was started now.", 201: "Started."}
DONE = {200: "As it is now.", 201: "It is kept.", 204: "It is deleted."}
LOCATION = {"description": "Where to read it.", "required": True, "schema": {"type": "string"}}
SECONDS = {"description": "Seconds until the same request fits.", "schema": {"type": "integer"}}
# By their status: their name, what they say, and their headers.
REFUSALS: dict[int, tuple[str, str, Schema]] = {
    400: ("BadRequest", "The body cannot be read, or it broke off.", {}),
    401: (
        "Unauthorised",
        "No token, one that opens nothing, or one that has ended.",
        {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}},
    ),
    403: (
        "Forbidden",
        "The token may read alone (`scope`), or its owner may see this and not change it.",
        {},
    ),
    404: ("NotFound", "There is nothing here, or it is not the token's owner's.", {}),
    409: (
        "Conflict",
        "The key was used before, or this is part of a blind comparison that is not revealed.",
        {},
    ),
    411: ("LengthRequired", "The body has no Content-Length.", {}),
    413: ("TooLarge", "The body is too large.", {}),
    415: ("MediaType", "The body is of another type than those that are taken.", {}),
    422: ("Invalid", "A field is wrong; `fields` says which and why. Nothing was done.", {}),
    429: (
        "Limit",
        "A limit was reached, nothing was started. Without Retry-After it never fits.",
        {"Retry-After": SECONDS},
    ),
    503: (
        "Busy",
        "The database or the storage did not answer. Send the same request again.",
        {"Retry-After": SECONDS},
    ),
}


def openapi() -> Schema:
    """Return the OpenAPI document, without the address of a server."""
    queries = {one.query.__name__ for one in _operations() if one.query}
    places = {PLACE.sub(r"{\2}", f"/{one.pattern}"): one for one in urls.urlpatterns}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vision Playground", "version": "1", "description": INTRODUCTION},
        "security": [{"token": []}],
        "paths": {path: _item(one) for path, one in places.items()},
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from the page /tokens/; it begins with vpg_.",
                }
            },
            "responses": {name: _refusal(words, more) for name, words, more in REFUSALS.values()},
            "schemas": {name: one for name, one in _components().items() if name not in queries},
        },
    }


def schemas() -> dict[str, Schema]:
    """Return the published schemas by the names of their files, each with all that it needs."""
    return {file: _whole(kind.__name__, kind.__doc__ or "") for file, kind in SCHEMAS.items()}


def _whole(name: str, said: str) -> Schema:
    parts = _within(_components()[name], set())
    moved = {one: _moved(_components()[one], "#/$defs/") for one in sorted(parts)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{said.partition(':')[0]} of Vision Playground, version 1",
        **_moved(_components()[name], "#/$defs/"),
        **({"$defs": moved} if moved else {}),
    }


def _within(value: Any, known: set[str]) -> set[str]:
    """Return the names of the components that a schema leads to."""
    if isinstance(value, dict):
        name = value.get("$ref", "").removeprefix(COMPONENTS)
        if name and name not in known:
            known.add(name)
            _within(_components()[name], known)
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            _within(one, known)
    return known


def _moved(value: Any, root: str) -> Any:
    """Return a schema whose references begin with another root."""
    if isinstance(value, list):
        return [_moved(one, root) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: one.replace(COMPONENTS, root) if name == "$ref" else _moved(one, root)
        for name, one in value.items()
    }


def _item(pattern: URLPattern) -> Schema:
    places = [
        {"name": name, "in": "path", "required": True, "schema": PLACES[kind]}
        for kind, name in PLACE.findall(str(pattern.pattern))
    ]
    described = {
        method.lower(): _operation(one, method, at_a_place=bool(places))
        for method, one in operations_of(pattern).items()
    }
    return {**({"parameters": places} if places else {}), **described}


def _operation(one: Operation, method: str, *, at_a_place: bool) -> Schema:
    described: Schema = {"operationId": one.name, "summary": one.summary}
    described |= {"description": one.description} if one.description else {}
    described |= {"security": []} if one.is_open else {}
    described |= {"parameters": _parameters(one.query)} if one.query else {}
    if one.takes or one.form:
        described["requestBody"] = {"required": True, "content": dict(_bodies(one))}
    refused = {
        name: _reference(name) for name in sorted(_refused(one, method, at_a_place=at_a_place))
    }
    answers = {str(status): _answer(one, status) for status in one.answers}
    return described | {"responses": answers | refused}


def _reference(status: str) -> Schema:
    return {"$ref": f"#/components/responses/{REFUSALS[int(status)][0]}"}


def _refused(one: Operation, method: str, *, at_a_place: bool) -> Iterator[str]:
    statuses = set(one.refuses)
    statuses |= set() if one.is_open else {401, 503}
    statuses |= {404} if at_a_place else set()
    statuses |= {403, 411, 413} if method == "POST" else set()
    statuses |= {400, 415, 422} if one.takes or one.form else set()
    statuses |= {422} if one.query else set()
    return map(str, statuses)


def _parameters(query: Any) -> list[Schema]:
    found = []
    for name, schema in _components()[query.__name__]["properties"].items():
        plain = without_null(schema)
        described = {"description": plain.pop("description", "")}
        plain.pop("default", None)
        place = {"name": name, "in": "query", "required": False, "schema": plain}
        found.append(place | described)
    return found


def _bodies(one: Operation) -> Iterator[tuple[str, Schema]]:
    if one.takes:
        example = {"example": dict(one.example)} if one.example else {}
        yield JSON, {"schema": _ref(one.takes), **example}
    if one.form:
        name = one.form.__name__ if one.form is not one.takes else f"{one.form.__name__}Form"
        yield FORM, {"schema": {"$ref": COMPONENTS + name}}


def _answer(one: Operation, status: int) -> Schema:
    said, kinds = one.answers[status], one.answers
    is_keyed = 200 in kinds and 201 in kinds
    answer: Schema = {"description": (SEVERAL if is_keyed else DONE)[status]}
    answer |= {"headers": {"Location": LOCATION}} if is_keyed else {}
    if said is None:
        return answer
    schema = {"oneOf": [_ref(kind) for kind in said]} if isinstance(said, tuple) else _ref(said)
    return answer | {"content": {JSON: {"schema": schema}}}


def _ref(kind: Any) -> Schema:
    return {"type": "object"} if kind is dict else {"$ref": COMPONENTS + kind.__name__}


def _refusal(words: str, headers: Schema) -> Schema:
    content = {JSON: {"schema": _ref(replies.Error)}}
    return {"description": words, "content": content, **({"headers": headers} if headers else {})}


def _operations() -> Iterator[Operation]:
    for pattern in urls.urlpatterns:
        yield from operations_of(pattern).values()


@cache
def _components() -> dict[str, Schema]:
    """Return the schema of every type that is named, and of each form with the fields of JSON."""
    kinds: list[Any] = [*SCHEMAS.values()]
    for one in _operations():
        kinds += [one.takes, one.form, one.query]
        for answer in one.answers.values():
            kinds += answer if isinstance(answer, tuple) else [answer]
    made = components([one for one in dict.fromkeys(kinds) if one not in (None, dict)])
    same = {one.form.__name__ for one in _operations() if one.form and one.form is one.takes}
    return made | {f"{name}Form": as_form(made[name]) for name in same}
