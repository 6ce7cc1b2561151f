"""Test sets of a running product, posted as its forms are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.conftest import png

if TYPE_CHECKING:
    from playwright.sync_api import Page


def keep_test_set(page: Page, name: str, expected: list[str]) -> str:
    """Keep a case for each expected value, asked for `{{what}}`; returns the set's address."""
    page.goto("/test-sets/")
    token = {"csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()}
    made = page.request.post("/test-sets/", form=token | {"name": name})
    address = urlsplit(made.url).path
    for number, right in enumerate(expected):
        image = {"name": f"{number}.png", "mimeType": "image/png", "buffer": png(size=(40, 30))}
        fields = {"var_what": f"total {number}", "expected": right, "images": image}
        page.request.post(f"{address}cases/", multipart=token | fields)
    return address
