"""A document for tests, and what is said of a wrong one."""

from __future__ import annotations

from typing import Any

from playground.accounts.visitor import Visitor
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from tests.conftest import FLASH, GPT, png

HERE = Visitor(local=True)


class SomeFiles:
    """Files by their names."""

    most = 100

    def __init__(self, **files: bytes) -> None:
        self.files = files

    def problem(self, name: str) -> str:
        return "" if name in self.files else "It is not there."

    def read(self, name: str) -> bytes:
        return self.files[name]


def document(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Totals",
        "prompt": "What is the total of {{shop}}?",
        "variants": [
            {"model": FLASH},
            {"model": GPT, "prompt": "Only: {{shop}}", "temperature": 0},
        ],
        "marks": [{"rule": "number", "within": 0.005}],
        "cases": [{"images": ["a"], "variables": {"shop": "Dune"}, "expected": "429.57"}],
    } | fields


def asked(visitor: Visitor = HERE, **fields: Any) -> Asked:
    return Asked.of(document(**fields), visitor, Images(visitor, SomeFiles(a=png())))


def wrong(**fields: Any) -> dict[str, str]:
    """What is said of each wrong field."""
    try:
        asked(**fields)
    except DocumentError as refused:
        return {path: " ".join(words) for path, words in refused.fields.items()}
    raise AssertionError("nothing is wrong")
