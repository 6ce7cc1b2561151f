"""The rules of imports that import-linter cannot say; the others are in pyproject.toml."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAYGROUND = ROOT / "playground"


def imported(path: Path) -> set[str]:
    """The top names of everything that a file imports when it runs, also late."""
    return {name.split(".")[0] for name in _names(ast.parse(path.read_text()))}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _names(node)


def test_only_the_transport_and_the_guarded_fetch_can_send_a_request() -> None:
    files = {path.relative_to(PLAYGROUND).as_posix(): path for path in PLAYGROUND.rglob("*.py")}
    senders = {name for name in files if imported(files[name]) & {"requests", "http", "httpx"}}
    transport = {name for name in senders if name.startswith("providers/transport/")}
    assert senders - transport == {"images/safe_fetch.py"}
