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

from playground.experiments.models.experiment import State
from playground.exports import as_text
from playground.operations.asking import FAILED, UNKNOWN, AskingCommand, in_a_line, seconds
from playground.operations.experiments.elsewhere import Elsewhere
from playground.operations.experiments.files import read_file, refusal, with_cases
from playground.operations.experiments.here import Here
from playground.operations.experiments.printing import best_share, cost_words, outcome_lines
from playground.operations.terminal import harmless, harmless_json
from playground.operations.typed import REFUSED
from playground.web.formatting import counted

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from playground.experiments import published
    from playground.operations.experiments.printing import Plan, Seen

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
        add("--url", metavar="URL", help="of a playground elsewhere, by PLAYGROUND_TOKEN")
        add("--carry", action="store_true", help="do the worker's part here until it has ended")
        add("--wait", type=seconds, metavar="SECONDS", help="at most so long; it goes on")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.hear_errors()
        with in_a_line(REFUSED, "Nothing was started."):
            place = self._place(options)
            address = self._start(place, options)
        self.say(f"Started {address}")
        with in_a_line(UNKNOWN, f"It goes on at {address}."):
            seen = self._wait(place, options["wait"])
            result = place.result()
        self.write_all(address, lambda: self._print(result, as_json=options["json"]))
        if seen.state != State.ENDED:
            goes_on = "is paused" if seen.state == State.PAUSED else "goes on"
            self.say(f"It {goes_on} at {address}. {seen.why}".strip())
            raise SystemExit(UNKNOWN)
        if best_share(result) < (options["fail_under"] or 0):
            self.say(f"The best is under {options['fail_under']:g}.")
            raise SystemExit(FAILED)

    def _place(self, options: dict[str, Any]) -> Here | Elsewhere:
        if not options["url"]:
            return Here(options["user"], carry=options["carry"])
        if options["user"] or options["carry"]:
            raise refusal("With --url the token says in whose name, and workers there do the work.")
        return Elsewhere(options["url"])

    def _start(self, place: Here | Elsewhere, options: dict[str, Any]) -> str:
        """Return the address of what was started; raises CommandError where nothing was."""
        value = read_file(options["file"])
        if options["cases"]:
            value, notes = with_cases(value, options["cases"])
            for note in notes:
                self.say(note)
        folder = options["images"] or (options["cases"] or options["file"]).parent
        self._confirm(place.ask(value, folder), yes=options["yes"])
        return place.start()

    def _confirm(self, plan: Plan, *, yes: bool) -> None:
        """Say number and cost; where they were not taken beforehand, ask at a terminal."""
        self.say(f"{plan.words}: {counted(plan.cost.runs, 'run', ',')}, {cost_words(plan.cost)}.")
        if yes:
            return
        if not (sys.stdin and sys.stdin.isatty()):
            raise refusal("Nothing was started. Add --yes to start without being asked.")
        self.say("Start? [y/N]")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise refusal("Nothing was started.")

    def _wait(self, place: Here | Elsewhere, patience: float | None) -> Seen:
        """Wait for its end; no longer than asked for, than Ctrl-C, or than it is paused."""
        began, said, seen = time.monotonic(), 0.0, place.look()
        try:
            while seen.state in WAITING:
                now = time.monotonic()
                if patience is not None and now - began >= patience:
                    return seen
                if now - said >= SAID_SECONDS:
                    self.say(seen.words)
                    said = now
                place.pass_time()
                seen = place.look()
            self.say(seen.words)
        except KeyboardInterrupt:
            seen = place.look()
        return seen

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
