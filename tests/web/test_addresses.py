"""Addresses of rows: as Django finds them, at once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from playground.web.addresses import address


@pytest.mark.parametrize("name", ["run", "comparison", "run-star", "comparison-pick"])
def test_it_is_the_address_that_django_finds(name: str) -> None:
    for pk in (uuid4(), uuid4()):
        assert address(name, pk) == reverse(name, args=[pk])
