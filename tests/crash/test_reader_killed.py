"""The process that reads is killed while a run waits for it: the run ends rightly all the same."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest

from playground.images import store
from playground.providers.endpoint import TEXT_READER
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage
from tests.reading.conftest import one_process, reader  # noqa: F401 - fixtures
from tests.reading.test_process import written

if TYPE_CHECKING:
    from playground.reading.process import Reader

Press = "Callable[..., Run]"
KILLS = 20
LONGEST_SECONDS = 1.5  # about what loading and reading take


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_reader_is_killed_once_is_answered(reader: Reader, carried: Press) -> None:  # noqa: F811
    image = AttachedImage(image=store.store(written("TOTAL")), name="total.png")
    rng, ends = random.Random(7), []
    for _ in range(KILLS):
        reader.end()
        reader._process = reader._started()
        threading.Timer(rng.uniform(0, LONGEST_SECONDS), reader._process.kill).start()
        run = carried(model=TEXT_READER, images=(image,))
        ends.append((run.status, "TOTAL" in run.output))
    assert ends == [(RunStatus.COMPLETED, True)] * KILLS
