"""Bodies as a web server hands them over: whole, and broken off."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from playground.api import tokens
from playground.runs.models.run import Run
from playground.web.request_bodies import counting
from tests.conftest import FLASH

pytestmark = pytest.mark.django_db
BODY = json.dumps({"prompt": "What is this?", "models": [FLASH]}).encode()


def sent(body: bytes, length: int, path: str = "/api/runs/") -> str:
    """Return the status line that the application answers."""
    environ: dict[str, Any] = RequestFactory().post(path, content_type="application/json").environ
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(length)}
    environ |= {"CONTENT_TYPE": "application/json"}
    environ["HTTP_AUTHORIZATION"] = f"Bearer {tokens.make('nightly', None).secret}"
    lines: list[str] = []
    answer = counting(WSGIHandler())(environ, lambda line, *_: lines.append(line))
    answer.close()
    return lines[0]


def test_a_whole_body_of_json_starts_a_run() -> None:
    assert sent(BODY, len(BODY)) == "201 Created"


def test_a_body_of_json_that_breaks_off_starts_nothing() -> None:
    assert sent(BODY, len(BODY) + 1) == "400 Bad Request"
    assert not Run.objects.exists()


def test_json_elsewhere_reaches_its_view(settings: Any) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://a.example", "whsec_c2VjcmV0"
    path = "/webhooks/wavespeed/00000000-0000-4000-8000-000000000000/"
    assert sent(b"{}", 2, path) == "401 Unauthorized"  # for want of a signature
