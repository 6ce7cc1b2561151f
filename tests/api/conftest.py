"""A program with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from playground.api import tokens

if TYPE_CHECKING:
    from playground.accounts.models import Account


def program(owner: Account | None = None, name: str = "nightly") -> Client:
    """What calls the API as this owner; none: of a local playground."""
    secret = tokens.make(name, owner).secret
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(db: Any) -> Client:
    return program()


def start(api: Client, **fields: Any) -> Any:
    from tests.conftest import FLASH

    body = {"prompt": "What is this?", "models": [FLASH]} | fields
    return api.post("/api/runs/", body, content_type="application/json")


def wrong(response: Any) -> dict[str, list[str]]:
    """The fields that a refusal names."""
    assert response.status_code == 422, response.content
    fields: dict[str, list[str]] = response.json()["error"]["fields"]
    return fields
