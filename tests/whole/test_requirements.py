"""Every library is pinned, with hashes, and its licence is listed."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from tests.audit import verdict

KINDS = ("requirements", "requirements-reader", "requirements-dev")
PINNED = re.compile(
    r"^([a-z0-9._-]+)(?:\[[a-z0-9,]+\])?==([^\s;\\]+)", re.MULTILINE | re.IGNORECASE
)


def pins(file: str) -> dict[str, str]:
    return {name.lower(): version for name, version in PINNED.findall(Path(file).read_text())}


def test_what_is_asked_for_is_what_is_pinned() -> None:
    for kind in KINDS:
        assert pins(f"{kind}.in").items() <= pins(f"{kind}.txt").items(), "run make requirements"


def test_every_pin_carries_the_hashes_of_its_files() -> None:
    for file in (f"{kind}.txt" for kind in KINDS):
        blocks = re.split(r"\n(?=[a-z])", Path(file).read_text(), flags=re.IGNORECASE)
        bare = [block.split()[0] for block in blocks[1:] if "--hash=sha256:" not in block]
        assert not bare


def test_no_pin_names_where_it_was_fetched() -> None:
    for file in (f"{kind}.txt" for kind in KINDS):
        assert "index" not in Path(file).read_text()
        assert "://" not in Path(file).read_text()


def test_the_licence_of_every_library_is_listed() -> None:
    listed = Path("docs/libraries.md").read_text()
    missing = [
        name
        for name in pins("requirements.txt") | pins("requirements-reader.txt")
        if _installed(name) and f"| {name} |" not in listed
    ]
    assert not missing, "add them to docs/libraries.md"


def _installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False  # for another system, or another Python


def test_a_known_weakness_fails_the_audit() -> None:
    passed, sentence = verdict(
        [
            {"name": "lib", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]},
            {"name": "b", "vulns": []},
        ]
    )
    assert not passed
    assert "lib 1.0: PYSEC-1" in sentence


@pytest.mark.parametrize("insist", [False, True])
def test_an_index_that_does_not_answer_is_said_and_fails_the_audit_alone(insist: bool) -> None:
    passed, sentence = verdict([{"name": "lib", "skip_reason": "not found"}], insist=insist)
    assert passed is not insist
    assert "nothing was audited" in sentence
