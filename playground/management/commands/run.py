"""`manage.py run "prompt"`: starts a run or a comparison, waits for its end, prints the answer.

Ends with 0: completed, 1: failed or cancelled, 2: refused, nothing was started, 3: unknown or not
waited for any longer, may have been billed. Of a comparison the gravest of its runs counts.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from playground import catalog, pictures
from playground.access import ACCOUNTS
from playground.answer_states import WORDS
from playground.explanations import explain, may_ask_again
from playground.forms import RunForm
from playground.models import Account, Comparison, Run, RunStatus, Worker
from playground.representations import as_text, comparison_as_json, run_as_json
from playground.schema import refuse_older_database
from playground.services import execution, offers, submission
from playground.services.allowance import LimitReached
from playground.services.provider_choice import keeps_answers
from playground.shown import EVERYTHING, shown_comparison, shown_run
from playground.terminal import harmless, harmless_json
from playground.visitors import Visitor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.management.base import CommandParser

COMPLETED, FAILED, REFUSED, UNKNOWN = range(4)
LOOK_EVERY = 0.2  # seconds
LONGEST_TYPED = 4_000_000  # bytes of standard input
NO_WORKER = (
    "No worker is running, and nothing was started. Start the playground or `manage.py worker`, "
    "or add --carry to have this command do the work."
)


class Command(BaseCommand):
    help = "Start a run, wait for its end and print the answer. Several --model: a comparison."
    epilog = "Ends with 0: completed, 1: failed, 2: refused, 3: unknown, may have been billed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = self.epilog
        add = parser.add_argument
        add("prompt", help="the question; - reads it from standard input")
        add("--image", action="append", default=[], metavar="FILE", help="in order; repeatable")
        add("--image-url", action="append", default=[], metavar="URL", help="after the files")
        add("--model", action="append", metavar="ID", help="repeatable; otherwise the default one")
        add("--system", default="", metavar="TEXT", help="the system prompt")
        add("--temperature", default="", help="0 to 2; otherwise not sent")
        add("--max-tokens", default="", help="1 or more; otherwise not sent")
        add("--reasoning", action="store_true", help="include reasoning in the answer")
        add("--user", metavar="NAME", help="in whose name, on a playground with accounts")
        add("--key", default="", help="starts once: again with the same key only waits and prints")
        add("--json", action="store_true", help="print the published JSON instead of the text")
        add("--carry", action="store_true", help="do the worker's part here until it has ended")
        add("--wait", type=float, metavar="SECONDS", help="at most so long; the run itself goes on")

    def handle(self, *_args: Any, **options: Any) -> None:
        _refuse_older_database()
        visitor = _visitor(options["user"])
        asked = _asked(options, visitor)
        if not options["carry"] and not Worker.objects.alive().exists():
            raise CommandError(NO_WORKER, returncode=REFUSED)
        try:
            started = submission.submit(asked, visitor.account)
        except LimitReached as reached:
            raise CommandError(reached.words(), returncode=REFUSED) from None
        except submission.TokenReusedError:
            words = "This --key was used with other content. Choose a new one."
            raise CommandError(words, returncode=REFUSED) from None
        self.stderr.write(f"Started {started.get_absolute_url()}")
        runs = _waited_for(started, carry=options["carry"], seconds=options["wait"])
        self._print(started, runs, as_json=options["json"])
        if code := max(map(_code, runs)):
            raise SystemExit(code)

    def _print(self, started: Run | Comparison, runs: Sequence[Run], *, as_json: bool) -> None:
        """Answers to the output, what is said about them beside it."""
        if as_json:
            self.stdout.write(harmless_json(_json(started, runs)), ending="")
        for run in runs:
            name = f"{catalog.find(run.model_id).name}: " if len(runs) > 1 else ""
            if run.status != RunStatus.COMPLETED:
                self.stderr.write(harmless(f"{name}{_why(run)}"))
            self._answer(run, name, quiet=as_json)

    def _answer(self, run: Run, name: str, *, quiet: bool) -> None:
        if run.flagged:
            self.stderr.write(f"{name}The provider flagged this answer as sensitive.")
        if run.answer_state:
            self.stderr.write(f"{name}{WORDS[run.answer_state]}: see the answer.")
        text = run.output or run.partial  # what arrived of an answer that broke off is paid for
        if text and not quiet:
            head = f"## {run.model_id}\n\n" if name else ""
            self.stdout.write(harmless(f"{head}{text}\n" + ("\n" if name else "")), ending="")


def _refuse_older_database() -> None:
    try:
        refuse_older_database()
    except CommandError as error:
        raise CommandError(str(error), returncode=REFUSED) from None


def _visitor(user: str | None) -> Visitor:
    """Return in whose name the run is started."""
    if settings.ACCESS != ACCOUNTS:
        if user:
            raise CommandError("This playground has no accounts. Leave --user out.", returncode=2)
        return Visitor(local=True)
    account = Account.objects.filter(username=user, is_active=True).first() if user else None
    if not account:
        words = "Say with --user in whose name: an account that is active."
        raise CommandError(words, returncode=REFUSED)
    return Visitor(account=account)


def _asked(options: dict[str, Any], visitor: Visitor) -> submission.Asked:
    """Check what was typed by the composer's own form; raises CommandError with its words."""
    data = QueryDict(mutable=True)
    prompt = _typed() if options["prompt"] == "-" else options["prompt"]
    data.setlist("models", options["model"] or [offers.default_model_id()])
    data.update(
        {
            "prompt": prompt,
            "system_prompt": options["system"],
            "temperature": options["temperature"],
            "max_tokens": options["max_tokens"],
            "image_urls": "\n".join(options["image_url"]),
            "form_token": options["key"],
        }
    )
    if options["reasoning"]:
        data["reasoning"] = "on"
    files = MultiValueDict({"images": [_file(Path(path)) for path in options["image"]]})
    form = RunForm(data, files, visitor=visitor)
    if not form.is_valid():
        words = " ".join(str(word) for words in form.errors.values() for word in words)
        raise CommandError(harmless(words), returncode=REFUSED)
    return form.asked()


def _typed() -> str:
    """Return the prompt of standard input; what is too long of it is refused by the form."""
    try:
        return sys.stdin.buffer.read(LONGEST_TYPED).decode().removesuffix("\n")
    except UnicodeDecodeError:
        words = "The prompt on standard input is not UTF-8 text. Nothing was started."
        raise CommandError(words, returncode=REFUSED) from None


def _file(path: Path) -> SimpleUploadedFile:
    try:
        if path.stat().st_size > pictures.limits.MAX_BYTES:
            raise CommandError(
                str(pictures.over_bytes(path.stat().st_size).about(path.name)), returncode=REFUSED
            )
        return SimpleUploadedFile(path.name, path.read_bytes())
    except OSError as error:
        words = f"{path} cannot be read: {error.strerror}. Name a file."
        raise CommandError(words, returncode=REFUSED) from None


def _runs(started: Run | Comparison) -> list[Run]:
    if isinstance(started, Comparison):
        return list(started.cells().with_images())
    return list(Run.objects.filter(pk=started.pk))


def _waited_for(started: Run | Comparison, *, carry: bool, seconds: float | None) -> list[Run]:
    """Return the runs once they ended, or as they are when the time is up or Ctrl-C was pressed."""
    end = time.monotonic() + (settings.RUN_DEADLINE * 2 if seconds is None else seconds)
    runs = _runs(started)
    try:
        while time.monotonic() < end and not all(run.has_ended for run in runs):
            for run in runs:
                if carry and not run.has_ended:
                    execution.carry(run.pk)
            time.sleep(0 if carry else LOOK_EVERY)
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
