"""Matrices for tests: pressed like a form, carried by the worker's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.runs.models.comparison import Comparison
from playground.worker import execution
from tests.conftest import FLASH, GPT, form, markup, png, upload

if TYPE_CHECKING:
    from django.test import Client

HTMX = {"HX-Request": "true"}


def press(client: Client, images: int = 3, headers: Any = None, **fields: Any) -> Any:
    """Post the composer's form with so many images, each to be asked about on its own."""
    files = [upload(png(size=(20 + n, 20)), f"picture-{n}.png") for n in range(images)]
    given = {"models": [FLASH, GPT], "image_mode": "each", "images": files}
    return client.post("/runs/", form(**(given | fields)), headers=headers)


def started(client: Client, images: int = 3, columns: int = 2, **fields: Any) -> Comparison:
    response = press(client, images, confirmed=str(images * columns), **fields)
    assert response.status_code == 303, response.content.decode()
    return Comparison.objects.get(pk=response["Location"].split("/")[2])


def carry_all(comparison: Comparison) -> None:
    for run in comparison.cells():
        execution.execute(run.pk)


def page_of(client: Client, comparison: Comparison, **query: Any) -> str:
    return markup(client.get(comparison.get_absolute_url(), query))


def poll(client: Client, comparison: Comparison, seen: str = "") -> str:
    address = f"{comparison.get_absolute_url()}status/"
    return markup(client.get(address, {"seen": seen}, headers=HTMX))
