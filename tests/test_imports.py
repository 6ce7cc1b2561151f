"""Imports point one way, as docs/architecture.md says: read from the code, nothing is run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAYGROUND = ROOT / "playground"
WITHOUT_DJANGO = ["providers", "pictures", "rendering", "comparing", "catalog", "previews"]
# What stands around the views: the addresses, and the middlewares that answer in their place.
AROUND = {"urls", "account_urls", "api_urls", "admin", "sealing", "unchanged"}
ABOVE_SERVICES = {"views", "forms", "tray", "composer_form", "api", "templatetags", "management"}


def imported(path: Path) -> set[str]:
    """Every module that a file imports when it runs, also late, by its dotted name."""
    return set(_names(ast.parse(path.read_text())))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _names(node)


def files(room: str) -> list[Path]:
    path = PLAYGROUND / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def rooms(path: Path) -> set[str]:
    """Our own packages and modules that a file imports."""
    ours = (name.split(".") for name in imported(path))
    return {parts[1] for parts in ours if parts[0] == "playground" and len(parts) > 1}


def room_of(path: Path) -> str:
    return path.relative_to(PLAYGROUND).parts[0].removesuffix(".py")


@pytest.mark.parametrize("room", WITHOUT_DJANGO)
def test_it_knows_nothing_of_django(room: str) -> None:
    used = {name.split(".")[0] for path in files(room) for name in imported(path)}
    assert "django" not in used


@pytest.mark.parametrize("room", ["models", "services", "shown", "representations", "documents"])
def test_nothing_below_the_views_imports_upward(room: str) -> None:
    upward = {str(path): rooms(path) & ABOVE_SERVICES for path in files(room)}
    assert {path: found for path, found in upward.items() if found} == {}


def test_models_import_no_service_and_nothing_that_is_shown() -> None:
    used = set().union(*(rooms(path) for path in files("models")))
    assert used & {"services", "shown", "representations", "documents", "tasks"} == set()


def test_views_are_imported_by_what_stands_around_them_alone() -> None:
    others = {room_of(path) for path in PLAYGROUND.rglob("*.py") if "views" in rooms(path)}
    assert others - {"views"} <= AROUND


def test_only_the_transport_and_the_guarded_fetch_can_send_a_request() -> None:
    senders = {
        path.relative_to(PLAYGROUND).as_posix()
        for path in PLAYGROUND.rglob("*.py")
        if {name.split(".")[0] for name in imported(path)} & {"requests", "http", "httpx"}
    }
    allowed = {name for name in senders if name.startswith("providers/transport/")}
    assert senders - allowed == {"guarded_fetch.py"}
