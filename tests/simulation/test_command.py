"""`python -m benchmarks.simulate`: over several processes, and again from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(autouse=True)
def _database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_processes_share_the_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(["--seeds", "3:6", "--processes", "2"]) == 0
    assert "0 of 3 histories failed" in capsys.readouterr().out


def test_what_failed_is_written_down_and_fails_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ["--mutation", "spend_twice", "--write", str(tmp_path)]
    assert simulate.main(["--seed", "1", *wrong]) == 1
    replayed = ["--replay", str(tmp_path / "1.json")]
    assert simulate.main([*replayed, *wrong]) == 1
    assert capsys.readouterr().out.count("seed 1: sums: ") == 2
    assert simulate.main(replayed) == 0
    assert "0 of 1 histories failed" in capsys.readouterr().out
