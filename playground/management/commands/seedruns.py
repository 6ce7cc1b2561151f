"""`manage.py seedruns N`: adds N runs that nobody asked, to show or measure a full playground."""

import random
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from playground.composer.examples import EXAMPLES
from playground.operations.seeding import Loader, plausible_forms, store_pictures

MAX_RUNS = 10_000_000
AGAIN = (
    "The runs of this seed are in this database already. Choose another --seed. What was added "
    "before this message stays."
)


class Command(BaseCommand):
    help = "Add N made-up runs that have ended, spread over nine months. Nothing is sent anywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, metavar="N", help=f"1 to {MAX_RUNS:,}")
        parser.add_argument("--seed", type=int, help="the same number makes the same runs")

    def handle(self, *_args: Any, **options: Any) -> None:
        count, started = options["count"], time.monotonic()
        if not 1 <= count <= MAX_RUNS:
            raise CommandError(f"N is {count}. Choose 1 to {MAX_RUNS:,}.")
        rng = random.Random(options["seed"])  # noqa: S311 - made-up runs are no secret
        loader = Loader(store_pictures({one.name: one.path.read_bytes() for one in EXAMPLES}))
        try:
            for done in loader.load(plausible_forms(count, rng, timezone.now())):
                seconds = time.monotonic() - started
                self.stdout.write(f"{done:,} of {count:,} runs, {seconds:.0f} s")
        except IntegrityError as error:
            raise CommandError(AGAIN) from error
