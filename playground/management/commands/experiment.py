"""`manage.py experiment FILE`: starts an experiment, waits for its end, prints what it says.

Ends with 0: ended, 1: the best variant is under --fail-under, 2: refused, nothing was started, 3:
not waited for any longer. Ctrl-C ends the waiting alone: the experiment goes on.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from playground.experiments import progress
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from playground.experiments.models.experiment import Experiment, State
from playground.experiments.result import as_json
from playground.exports import as_text
from playground.operations.asking import (
    FAILED,
    NO_WORKER,
    UNKNOWN,
    AskingCommand,
    have_a_database,
    in_a_line,
    seconds,
    visitor_named,
)
from playground.operations.experiments.files import FolderFiles, read_file, refusal, with_cases
from playground.operations.experiments.printing import best_share, cost_words, outcome_lines
from playground.operations.terminal import harmless, harmless_json
from playground.operations.typed import REFUSED
from playground.runs.status import RunStatus
from playground.spending.limits import LimitReached
from playground.submission.create import TokenReusedError, TokenSpentError
from playground.worker import execution
from playground.worker.models import Worker

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from playground.experiments import published

POLL_SECONDS = 0.5
SAID_SECONDS = 5  # between two words of how far it is
WAITING = (State.RUNNING, State.ENDING)


class Command(AskingCommand):
    help = "Start an experiment out of a file, wait for its end and print what it says."
    epilog = "Ends with 0: ended, 1: under --fail-under, 2: refused, 3: not waited for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = self.epilog
        add = parser.add_argument
        add("file", type=Path, help="JSON or TOML, as docs/api.md describes it")
        add("--cases", type=Path, metavar="FILE", help="its cases: CSV, TSV or JSON Lines")
        add("--images", type=Path, metavar="DIR", help="of the images; else beside the cases")
        add("--yes", action="store_true", help="start without asking")
        add("--user", metavar="NAME", help="in whose name, on a playground with accounts")
        add("--json", action="store_true", help="print the published JSON instead of the text")
        add(
            "--fail-under",
            type=_share,
            metavar="SHARE",
            help="end with 1 where the best is under it",
        )
        add("--carry", action="store_true", help="do the worker's part here until it has ended")
        add("--wait", type=seconds, metavar="SECONDS", help="at most so long; it goes on")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.hear_errors()
        with in_a_line(REFUSED, "Nothing was started."):
            experiment = self._start(options)
        address = experiment.get_absolute_url()
        self.say(f"Started {address}")
        with in_a_line(UNKNOWN, f"It goes on at {address}."):
            self._wait(experiment, carry=options["carry"], patience=options["wait"])
            result = as_json(experiment, "")
        self.write_all(address, lambda: self._print(result, as_json=options["json"]))
        if experiment.state != State.ENDED:
            goes_on = "is paused" if experiment.state == State.PAUSED else "goes on"
            self.say(f"It {goes_on} at {address}. {experiment.why}".strip())
            raise SystemExit(UNKNOWN)
        if best_share(result) < (options["fail_under"] or 0):
            self.say(f"The best is under {options['fail_under']:g}.")
            raise SystemExit(FAILED)

    def _start(self, options: dict[str, Any]) -> Experiment:
        """Return what was started; raises CommandError where nothing was."""
        have_a_database()
        visitor = visitor_named(options["user"])
        if not options["carry"] and not Worker.objects.alive().exists():
            raise CommandError(NO_WORKER, returncode=REFUSED)
        value = read_file(options["file"])
        if options["cases"]:
            value = with_cases(value, options["cases"])
        folder = options["images"] or (options["cases"] or options["file"]).parent
        try:
            asked = Asked.of(value, visitor, Images(visitor, FolderFiles(folder)))
            self._confirm(asked, yes=options["yes"])
            return asked.start()[0]
        except DocumentError as wrong:
            raise refusal(f"{wrong}\nNothing was started.") from None
        except LimitReached as reached:
            raise CommandError(reached.words(), returncode=REFUSED) from None
        except TokenReusedError:
            raise refusal("Its idempotency_key was used with other content.") from None
        except TokenSpentError:
            raise refusal("What its idempotency_key started was deleted.") from None

    def _confirm(self, asked: Asked, *, yes: bool) -> None:
        """Say number and cost; where they were not taken beforehand, ask at a terminal."""
        size = asked.size
        self.say(f"{size.words}: {size.runs:,} runs, {cost_words(asked.cost())}.")
        if yes:
            return
        if not (sys.stdin and sys.stdin.isatty()):
            raise refusal("Nothing was started. Add --yes to start without being asked.")
        self.say("Start? [y/N]")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise refusal("Nothing was started.")

    def _wait(self, experiment: Experiment, *, carry: bool, patience: float | None) -> None:
        """Wait for its end; no longer than asked for, than Ctrl-C, or than it is paused."""
        began, said = time.monotonic(), 0.0
        try:
            while experiment.state in WAITING:
                now = time.monotonic()
                if patience is not None and now - began >= patience:
                    return
                if now - said >= SAID_SECONDS:
                    self._say_progress(experiment)
                    said = now
                _carry_one(experiment) if carry else time.sleep(POLL_SECONDS)
                experiment.refresh_from_db()
            self._say_progress(experiment)
        except KeyboardInterrupt:
            experiment.refresh_from_db()

    def _say_progress(self, experiment: Experiment) -> None:
        ended = experiment.comparison.cells().filter(status__in=RunStatus.ended()).count()
        self.say(f"{ended:,} of {experiment.total:,} runs have ended. {experiment.why}".strip())

    def _print(self, result: published.Experiment, *, as_json: bool) -> None:
        if as_json:
            encoding = getattr(self.stdout._out, "encoding", None)
            self.stdout.write(harmless_json(as_text(result), encoding), ending="")
            return
        for line in outcome_lines(result):
            self.stdout.write(harmless(line))


def _share(typed: str) -> float:
    share = float(typed)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{typed} is no share from 0 to 1")
    return share


def _carry_one(experiment: Experiment) -> None:
    """Do the worker's part for one run, or wait where none is due."""
    run = experiment.comparison.runs.claimable().values_list("pk", flat=True).first()
    if run:
        execution.execute(run)
    else:
        time.sleep(POLL_SECONDS)
        progress.advance(experiment.pk)
