"""The OpenAPI document: it describes every address, and what is answered conforms to it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from playground.api import tokens, urls
from playground.composer.presets import library
from playground.management.commands import apidocs
from playground.runs import notes
from playground.sharing import links
from playground.submission import create, request
from playground.web.request_bodies import counting
from tests.conftest import FLASH, GPT
from tests.experiments.sets import started, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db
ID = re.compile(r"<\w+:(\w+)>")
METHODS = {"get", "post"}
OPERATIONS = [
    ("GET", "/api/openapi.json"),
    ("GET", "/api/runs/"),
    ("POST", "/api/runs/"),
    ("GET", "/api/runs/{run_id}/"),
    ("POST", "/api/runs/{run_id}/cancel/"),
    ("GET", "/api/compare/{comparison_id}/"),
    ("POST", "/api/compare/{comparison_id}/cancel/"),
    *(
        ("POST", f"/api/{kind}/notes/{rest}")
        for kind in ("runs/{run_id}", "compare/{comparison_id}")
        for rest in ("", "{note_id}/", "{note_id}/delete/")
    ),
    *(
        (method, f"/api/{kind}/shares/{rest}")
        for kind in ("runs/{run_id}", "compare/{comparison_id}")
        for method, rest in (("GET", ""), ("POST", ""), ("POST", "{share_id}/revoke/"))
    ),
    ("GET", "/api/projects/"),
    ("GET", "/api/presets/"),
    ("GET", "/api/presets/{preset_id}/"),
    ("POST", "/api/images/"),
    ("GET", "/api/experiments/"),
    ("POST", "/api/experiments/"),
    ("POST", "/api/experiments/cost/"),
    ("GET", "/api/experiments/{experiment_id}/"),
    *(("POST", f"/api/experiments/{{experiment_id}}/{act}/") for act in ("pause", "resume", "end")),
]
bounded = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/api/openapi.json").json()
    return described


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


@pytest.mark.parametrize("path", apidocs.written(), ids=lambda path: path.name)
def test_the_documents_are_those_of_the_types(path: Path) -> None:
    assert path.read_text() == apidocs.written()[path], "run make apidocs"


def test_every_field_of_a_request_says_what_it_is(document: dict[str, Any]) -> None:
    taken = {name: one for name, one in document["components"]["schemas"].items() if "New" in name}
    bare = [
        f"{name}.{field}"
        for name, one in taken.items()
        for field, schema in one["properties"].items()
        if not schema.get("description")
    ]
    assert len(taken) > 5
    assert not bare


def test_every_address_is_described(document: dict[str, Any]) -> None:
    addresses = {ID.sub(r"{\1}", f"/{one.pattern}") for one in urls.urlpatterns}
    assert set(document["paths"]) == addresses


def test_every_reference_leads_to_a_named_schema(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert "$defs" not in text
    assert set(re.findall(r'"(#/components/schemas/[^"]+)"', text)) <= named


def test_every_method_is_described(client: Client, document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        address = re.sub(r"\{(share|preset)_id\}", "1", path)
        address = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", address)
        allowed = {one.strip().lower() for one in client.delete(address)["Allow"].split(",")}
        assert allowed - {"head"} == METHODS.intersection(item)


def test_every_status_of_every_operation_is_described(document: dict[str, Any]) -> None:
    described = {name: set(one["responses"]) for name, one in operations(document).items()}
    guarded = {"401", "503"}
    read, cancelled = {"200", "404", "409", *guarded}, {"403", "411", "413"}
    written = {*cancelled, "400", "404", "409", "415", "422", *guarded}
    started = {*("200", "201", "400", "403", "409", "411", "413", "415", "422", "429"), *guarded}
    experiment = "/api/experiments/{experiment_id}/"
    assert described == {
        "get /api/openapi.json": {"200"},
        "get /api/runs/": {"200", "422", *guarded},
        "post /api/runs/": started,
        "post /api/images/": {"201", "400", "403", "411", "413", "415", "422", *guarded},
        "get /api/experiments/": {"200", "422", *guarded},
        "post /api/experiments/": started,
        "post /api/experiments/cost/": started - {"201", "409", "429"},
        f"get {experiment}": read,
        **{f"post {experiment}{act}/": read | cancelled for act in ("pause", "resume", "end")},
        **{
            f"post /api/{kind}/notes/{rest}": said
            for kind in ("runs/{run_id}", "compare/{comparison_id}")
            for rest, said in (
                ("", written | {"201"}),
                ("{note_id}/", written | {"200"}),
                ("{note_id}/delete/", {*cancelled, "204", "404", "409", *guarded}),
            )
        },
        **{
            f"{method} /api/{kind}/shares/{rest}": said
            for kind in ("runs/{run_id}", "compare/{comparison_id}")
            for method, rest, said in (
                ("get", "", read | {"403"}),
                ("post", "", written | {"201"}),
                ("post", "{share_id}/revoke/", {*cancelled, "204", "404", "409", *guarded}),
            )
        },
        "get /api/projects/": {"200", *guarded},
        "get /api/presets/": {"200", *guarded},
        "get /api/presets/{preset_id}/": {"200", "404", *guarded},
        "get /api/runs/{run_id}/": read,
        "get /api/compare/{comparison_id}/": read,
        "post /api/runs/{run_id}/cancel/": read | cancelled,
        "post /api/compare/{comparison_id}/cancel/": read | cancelled,
    }


@pytest.fixture
def described(document: dict[str, Any]) -> Any:
    """The document around the whole application, as a web server calls it.

    Which models there are is no part of it; named, they let requests get further.
    """
    schemas = document["components"]["schemas"]
    schemas["NewRun"]["properties"]["models"]["items"] = {"enum": [FLASH, GPT]}
    schemas["NewVariant"]["properties"]["model"] = {"enum": [FLASH, GPT]}
    schema = schemathesis.openapi.from_dict(document)
    schema.app = counting(WSGIHandler())
    return schema


@pytest.fixture(scope="module")
def ids(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Make the things before the tests; each changes them in a transaction within this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made_things()
        transaction.set_rollback(True)


def made_things() -> dict[str, str]:
    run = create.submit(request.RunRequest(prompt="Why?", models=(FLASH,)))
    pair = create.submit(request.RunRequest(prompt="Why?", models=(FLASH, GPT)))
    experiment = started(version_of("1"))
    return {
        "run_id": str(run.pk),
        "note_id": str(notes.write(run, None, "A note").pk),
        "comparison_id": str(pair.pk),
        "share_id": str(links.share(run, links.Choice()).pk),
        "experiment_id": str(experiment.pk),
        "preset_id": str(library.save(library.Content("Find {{it}}", model_ids=[FLASH]), None).pk),
    }


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        (*one, mode)
        for one in OPERATIONS
        for mode in GenerationMode
        if one[1] != "/api/openapi.json" or mode is GenerationMode.POSITIVE  # nothing to get wrong
    ],
)
def test_whatever_is_asked_the_answer_is_as_described(
    described: Any, ids: dict[str, str], method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[path][method]
    known = {name: pk for name, pk in ids.items() if f"{{{name}}}" in path}
    secret = tokens.make("fuzzing", None).secret
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=known or None))
    def conforms(case: Any) -> None:
        # Of the right kind is not yet right: a model that is not there, a cursor that was made up.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    conforms()
