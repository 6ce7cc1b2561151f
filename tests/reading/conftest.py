"""The reader, as it is installed: one process for all tests, which ends with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from playground.images import reading
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

    from playground.reading.process import Reader


@pytest.fixture(scope="session")
def one_process() -> Iterator[Reader]:
    """The reader of this process, with time for a machine on which much else runs."""
    reading.reader.cache_clear()
    with override_settings(READER_SECONDS=int(PATIENCE_SECONDS)):
        one = reading.reader()
    yield one
    one.end()


@pytest.fixture
def reader(settings: SettingsWrapper, one_process: Reader) -> Reader:
    """The same, switched on for the product as well."""
    settings.READER = True
    return one_process
