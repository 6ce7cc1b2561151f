"""A press whose transaction stays open for a while: `python -m tests.many.slow_press SECONDS`."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402 - after Django was set up

from playground.spending.limits import LimitReached  # noqa: E402
from playground.submission.create import submit  # noqa: E402
from playground.submission.request import RunRequest  # noqa: E402
from tests.many.pressing import FLASH  # noqa: E402

try:
    with transaction.atomic():
        submit(RunRequest(prompt="x", models=(FLASH,)))
        time.sleep(float(sys.argv[1]))
except LimitReached:
    sys.exit(3)
