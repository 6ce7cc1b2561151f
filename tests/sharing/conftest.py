"""A run and a comparison with pictures, and links to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.sharing import links
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.runs.models.run import Run
    from playground.sharing.models import Share
    from tests.fakes.wavespeed import FakeWaveSpeed

SYSTEM_PROMPT = "Speak like a pirate."


def attached(colour: str) -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name=f"{colour}-secret.png")


@pytest.fixture
def run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    """A completed run with a system prompt and two pictures."""
    pictures = (attached("teal"), attached("maroon"))
    return carried("What is this?", system_prompt=SYSTEM_PROMPT, images=pictures)


def answered(**fields: Any) -> Comparison:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT), **fields))
    assert isinstance(started, Comparison)
    for cell in started.cells():
        execution.execute(cell.pk)
    return started


@pytest.fixture
def comparison(upstream: FakeWaveSpeed) -> Comparison:
    """Two models, both answered."""
    return answered(images=(attached("teal"),))


@pytest.fixture
def matrix(upstream: FakeWaveSpeed) -> Comparison:
    """Two pictures down, two models across, all answered."""
    return answered(images=(attached("teal"), attached("maroon")), each_image=True)


@pytest.fixture
def link() -> Callable[..., Share]:
    return lambda item, **choice: links.share(item, links.Choice(**choice))


Link = Any
