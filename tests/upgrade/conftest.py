"""The release before, installed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.upgrade.before import prepare

if TYPE_CHECKING:
    from tests.many.installation import Code


@pytest.fixture(scope="session")
def before() -> Code:
    return prepare()
