"""`manage.py run "prompt"`: starts a run or a comparison, waits for its end, prints the answer.

Ends with 0: completed, 1: failed or cancelled, 2: refused, nothing was started, 3: unknown or not
waited for any longer, may have been billed. Of a comparison the gravest of its runs counts.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from playground.comparisons.labels import labels_of
from playground.connections.routing import keeps_answers
from playground.exports import as_text, comparison_as_json, run_as_json
from playground.exports.redaction import EVERYTHING, shown_comparison, shown_run
from playground.operations.asking import (
    COMPLETED,
    FAILED,
    NO_WORKER,
    UNKNOWN,
    AskingCommand,
    have_a_database,
    in_a_line,
    seconds,
    visitor_named,
)
from playground.operations.terminal import harmless, harmless_json
from playground.operations.typed import REFUSED, asked_of
from playground.providers.parameters.listed import PARAMETERS
from playground.runs.answer_states import WORDS
from playground.runs.failures import explain, may_ask_again
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.spending.limits import LimitReached
from playground.submission import create
from playground.worker import execution
from playground.worker.models import Worker

POLL_SECONDS = 0.2


class Command(AskingCommand):
    help = "Start a run, wait for its end and print the answer. Several --model: a comparison."
    epilog = "Ends with 0: completed, 1: failed, 2: refused, 3: unknown, may have been billed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = self.epilog
        add = parser.add_argument
        add("prompt", help="the question; - reads it from standard input")
        add("--image", action="append", default=[], metavar="FILE", help="in order; repeatable")
        add("--pages", default="", metavar="1-4,7", help="of PDF files; otherwise the first ones")
        add("--dpi", default="", help="of these pages: 100, 150, 200 or 300; otherwise 150")
        add("--image-url", action="append", default=[], metavar="URL", help="after the files")
        add("--model", action="append", metavar="ID", help="repeatable; otherwise the default one")
        add("--system", default="", metavar="TEXT", help="the system prompt")
        add("--temperature", default="", help="0 to 2; otherwise not sent")
        add("--max-tokens", default="", help="1 or more; otherwise not sent")
        for one in PARAMETERS.values():
            add(one.flag, **one.flag_options)
        swept = "repeatable: each value with each of the other's"
        add("--sweep", action="append", default=[], metavar="NAME=VALUES", help=swept)
        add("--reasoning", action="store_true", help="include reasoning in the answer")
        add("--follow", default="", metavar="ID", help="go on with this run: its images and model")
        add("--user", metavar="NAME", help="in whose name, on a playground with accounts")
        add("--key", default="", help="starts once: again with the same key only waits and prints")
        add("--json", action="store_true", help="print the published JSON instead of the text")
        add("--carry", action="store_true", help="do the worker's part here until it has ended")
        add(
            "--wait",
            type=seconds,
            metavar="SECONDS",
            help="at most so long; the run itself goes on",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self.hear_errors()
        with in_a_line(REFUSED, "Nothing was started."):
            started = _started(options)
        address = started.get_absolute_url()
        self.say(f"Started {address}")
        with in_a_line(UNKNOWN, f"What was started is kept at {address}."):
            runs = _waited_for(started, carry=options["carry"], seconds=options["wait"])
        self.write_all(address, lambda: self._print(started, runs, as_json=options["json"]))
        if code := max(map(_code, runs)):
            raise SystemExit(code)

    def _print(self, started: Run | Comparison, runs: Sequence[Run], *, as_json: bool) -> None:
        """Answers to the output, what is said about them beside it."""
        if as_json:
            encoding = getattr(self.stdout._out, "encoding", None)
            self.stdout.write(harmless_json(_json(started, runs), encoding), ending="")
        for run, label in zip(runs, labels_of(runs), strict=True):
            name = f"{label.text}: " if len(runs) > 1 else ""
            if run.status != RunStatus.COMPLETED:
                self.say(harmless(f"{name}{_why(run)}"))
            head = f"## {', '.join([run.model_id, *label.details])}\n\n" if name else ""
            self._answer(run, name, head, quiet=as_json)

    def _answer(self, run: Run, name: str, head: str, *, quiet: bool) -> None:
        if run.flagged:
            self.say(f"{name}The provider flagged this answer as sensitive.")
        if run.answer_state:
            self.say(f"{name}{WORDS[run.answer_state]}: see the answer.")
        text = run.output or run.partial  # what arrived of an answer that broke off is paid for
        if text and not quiet:
            self.stdout.write(harmless(f"{head}{text}\n" + ("\n" if name else "")), ending="")


def _started(options: dict[str, Any]) -> Run | Comparison:
    """Return what was started; raises CommandError where nothing was."""
    have_a_database()
    visitor = visitor_named(options["user"])
    if not options["carry"] and not Worker.objects.alive().exists():
        raise CommandError(NO_WORKER, returncode=REFUSED)
    asked = asked_of(options, visitor)  # last: what is typed now would have to be typed again
    try:
        return create.submit(asked, visitor.account)
    except LimitReached as reached:
        raise CommandError(reached.words(), returncode=REFUSED) from None
    except create.TokenReusedError:
        words = "This --key was used with other content. Choose a new one."
        raise CommandError(words, returncode=REFUSED) from None
    except create.TokenSpentError:
        words = "What this --key started was deleted. Nothing was started. Choose a new one."
        raise CommandError(words, returncode=REFUSED) from None


def _runs(started: Run | Comparison) -> list[Run]:
    if isinstance(started, Comparison):
        return list(started.cells().in_full())
    return list(Run.objects.filter(pk=started.pk))


def _waited_for(started: Run | Comparison, *, carry: bool, seconds: float | None) -> list[Run]:
    """Return the runs once they ended, or as they are when the time is up or Ctrl-C was pressed."""
    end = time.monotonic() + (settings.RUN_DEADLINE * 2 if seconds is None else seconds)
    runs = _runs(started)
    try:
        while time.monotonic() < end and not all(run.has_ended for run in runs):
            for run in runs:
                if carry and not run.has_ended:
                    execution.execute(run.pk)
            time.sleep(0 if carry else POLL_SECONDS)
            runs = _runs(started)
    except KeyboardInterrupt:
        if carry:
            _stop(_runs(started))
        return _runs(started)
    return runs


def _stop(runs: Sequence[Run]) -> None:
    """End the answers that this command alone was listening to; others can be read later."""
    for run in runs:
        if run.status == RunStatus.PROCESSING and not keeps_answers(run.provider):
            run.cancel()


def _code(run: Run) -> int:
    if run.status == RunStatus.COMPLETED:
        return COMPLETED
    ended_without = run.status in {RunStatus.FAILED, RunStatus.CANCELLED}
    return FAILED if ended_without and not may_ask_again(run) else UNKNOWN


def _why(run: Run) -> str:
    why = explain(run)
    if not why:
        return "It goes on, and is not waited for any longer. It may be billed."
    return f"{why.title}. {why.remedy}" + (f" ({run.error_detail})" if run.error_detail else "")


def _json(started: Run | Comparison, runs: Sequence[Run]) -> str:
    if isinstance(started, Comparison):
        return as_text(comparison_as_json(shown_comparison(started, runs, EVERYTHING)))
    return as_text(run_as_json(shown_run(runs[0], EVERYTHING)))
