"""Clients that are generated from the OpenAPI document start, read, list and cancel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.api import tokens
from playground.runs.models.run import Run
from tests.conftest import FLASH, GPT
from tests.interop.conftest import FOLDER, PROGRAMS, said_by

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = [pytest.mark.interop, pytest.mark.django_db(transaction=True)]

# Where a body is of one of two types, 0.29.1 writes a name that it does not import (docs/api.md).
JSON_ALONE = {"content_type_overrides": {"multipart/form-data": "none"}, "post_hooks": []}
GENERATE = {
    "openapi_client": ["openapi-python-client", "generate", "--path", "openapi.json"],
    "models": ["datamodel-codegen", "--input", "openapi.json", "--input-file-type", "openapi"],
}
GENERATE["openapi_client"] += [
    "--meta",
    "none",
    "--output-path",
    "client",
    "--config",
    "client.yaml",
]
GENERATE["models"] += ["--output", "models.py", "--output-model-type", "pydantic_v2.BaseModel"]


@pytest.mark.parametrize("kind", GENERATE)
def test_a_generated_client_starts_reads_lists_and_cancels(
    client: Client, live_server: Any, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "openapi.json").write_bytes(client.get("/api/openapi.json").content)
    (tmp_path / "client.yaml").write_text(json.dumps(JSON_ALONE))
    program, *rest = GENERATE[kind]
    said_by(PROGRAMS / program, *rest, cwd=tmp_path)
    asked = [live_server.url, tokens.make("generated", None).secret, FLASH, GPT]
    told = said_by(PROGRAMS / "python", FOLDER / f"{kind}_program.py", *asked, cwd=tmp_path)
    run, pair = Run.objects.get(comparison=None), Run.objects.exclude(comparison=None)
    assert json.loads(told) == {
        "started": str(run.pk),
        "read": "queued",
        "pair": "queued",
        "listed": 2,
        "cancelled": ["cancelled", "cancelled"],
    }
    assert {one.status for one in [run, *pair]} == {"cancelled"}
