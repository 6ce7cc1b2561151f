"""A run and a comparison with pictures, and links to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.models import Comparison, Run, Share
from playground.services import execution, images, sharing, submission
from playground.services.submission import Asked, AttachedImage
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.wavespeed import FakeWaveSpeed

SYSTEM_PROMPT = "Speak like a pirate."


def attached(colour: str) -> AttachedImage:
    return AttachedImage(image=images.store(png(colour)), name=f"{colour}-secret.png")


@pytest.fixture
def run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    """A completed run with a system prompt and two pictures."""
    pictures = (attached("teal"), attached("maroon"))
    return carried("What is this?", system_prompt=SYSTEM_PROMPT, images=pictures)


@pytest.fixture
def comparison(upstream: FakeWaveSpeed) -> Comparison:
    """Two models, both answered."""
    asked = Asked(prompt="Which?", models=(FLASH, GPT), images=(attached("teal"),))
    started = submission.submit(asked)
    assert isinstance(started, Comparison)
    for cell in started.cells():
        execution.carry(cell.pk)
    return started


@pytest.fixture
def matrix(upstream: FakeWaveSpeed) -> Comparison:
    """Two pictures down, two models across, all answered."""
    pictures = (attached("teal"), attached("maroon"))
    asked = Asked(prompt="Which?", models=(FLASH, GPT), images=pictures, each_image=True)
    started = submission.submit(asked)
    assert isinstance(started, Comparison)
    for cell in started.cells():
        execution.carry(cell.pk)
    return started


@pytest.fixture
def link() -> Callable[..., Share]:
    return lambda item, **choice: sharing.share(item, sharing.Choice(**choice))


Link = Any
