"""The named steps of a run's way at which a worker kills itself, once for each flag it finds.

A flag is a file; who removes it dies. The product has no hooks: its methods are wrapped.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEPS = (
    "before the claim",
    "after the claim",
    "before the POST",
    "during the POST",
    "after the POST",
    "during a poll",
    "during the finish",
)
IN_THE_AIR = 0.1  # seconds after which a request was begun; the fake takes longer to answer one


def install(flags: Path) -> None:
    from playground.providers.wavespeed import WaveSpeed
    from playground.runs.transitions import RunTransitions  # for whom Django has to be ready

    _wrap(RunTransitions, "claim", flags, {"before the claim": _before})
    _wrap(RunTransitions, "begin_submission", flags, {"after the claim": _before})
    _wrap(WaveSpeed, "submit", flags, {"before the POST": _before, "during the POST": _during})
    _wrap(RunTransitions, "record_submission", flags, {"after the POST": _before})
    _wrap(WaveSpeed, "result", flags, {"during a poll": _during})
    _wrap(RunTransitions, "finish", flags, {"during the finish": _uncommitted})


def _wrap(owner: type, name: str, flags: Path, steps: dict[str, Any]) -> None:
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        def call() -> Any:
            return original(*args, **kwargs)

        dying = next((die for step, die in steps.items() if _taken(flags / step)), None)
        return dying(call) if dying else call()

    setattr(owner, name, wrapped)


def _taken(flag: Path) -> bool:
    try:
        flag.unlink()
    except FileNotFoundError:
        return False
    return True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(_call: Callable[[], Any]) -> None:
    _die()


def _during(call: Callable[[], Any]) -> None:
    threading.Timer(IN_THE_AIR, _die).start()
    call()
    time.sleep(10)  # answered too soon: still nothing of it may be stored


def _uncommitted(call: Callable[[], Any]) -> None:
    with transaction.atomic():
        call()
        _die()
