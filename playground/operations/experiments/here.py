"""An experiment of this playground: what the command starts, watches and reads in its database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from playground.experiments import progress
from playground.experiments.document.images import Images
from playground.experiments.document.problems import DocumentError
from playground.experiments.document.starting import Asked
from playground.experiments.result import as_json
from playground.operations.asking import NO_WORKER, have_a_database, visitor_named
from playground.operations.experiments.files import FolderFiles, refusal
from playground.operations.experiments.printing import Plan, Seen
from playground.operations.typed import REFUSED
from playground.runs.status import RunStatus
from playground.spending.limits import LimitReached
from playground.submission.create import TokenReusedError, TokenSpentError
from playground.worker import execution
from playground.worker.models import Worker

if TYPE_CHECKING:
    from pathlib import Path

    from playground.experiments import published
    from playground.experiments.models.experiment import Experiment

POLL_SECONDS = 0.5


class Here:
    """user: in whose name. carry: whether the worker's part is done in this process."""

    def __init__(self, user: str | None, *, carry: bool) -> None:
        have_a_database()
        self.visitor, self.carry = visitor_named(user), carry
        self.experiment: Experiment
        if not carry and not Worker.objects.alive().exists():
            raise CommandError(NO_WORKER, returncode=REFUSED)

    def ask(self, value: Any, folder: Path) -> Plan:
        """Check the document. Raises CommandError."""
        try:
            self.asked = Asked.of(value, self.visitor, Images(self.visitor, FolderFiles(folder)))
        except DocumentError as wrong:
            raise refusal(f"{wrong}\nNothing was started.") from None
        return Plan(self.asked.words, self.asked.cost())

    def start(self) -> str:
        """Return the address of what was started. Raises CommandError."""
        try:
            self.experiment = self.asked.start()[0]
        except DocumentError as wrong:
            raise refusal(f"{wrong}\nNothing was started.") from None
        except LimitReached as reached:
            raise CommandError(reached.words(), returncode=REFUSED) from None
        except TokenReusedError:
            raise refusal("Its idempotency_key was used with other content.") from None
        except TokenSpentError:
            raise refusal("What its idempotency_key started was deleted.") from None
        return self.experiment.get_absolute_url()

    def look(self) -> Seen:
        one = self.experiment
        one.refresh_from_db()
        ended = one.comparison.cells().filter(status__in=RunStatus.ended()).count()
        return Seen(one.state, ended, one.total, one.why)

    def result(self) -> published.Experiment:
        return as_json(self.experiment, "")

    def pass_time(self) -> None:
        """Do the worker's part for one run, or wait where none is due."""
        due = self.experiment.comparison.runs.claimable().values_list("pk", flat=True)
        run = due.first() if self.carry else None
        if run:
            execution.execute(run)
            return
        time.sleep(POLL_SECONDS)
        if self.carry:
            progress.advance(self.experiment.pk)
