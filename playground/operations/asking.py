"""What the commands have in common that ask models: their words, their output, in whose name."""

import io
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError

from playground.accounts.models import Account
from playground.accounts.visitor import Visitor
from playground.config.access_modes import ACCOUNTS
from playground.config.locations import COMMAND
from playground.operations.failures import in_a_line as said_of
from playground.operations.migrating import make_new_database, refuse_older_database
from playground.operations.terminal import silence, take_any_text
from playground.operations.typed import REFUSED
from playground.worker.queue.settings import storage_errors

COMPLETED, FAILED, UNKNOWN = 0, 1, 3  # how they end
NO_WORKER = (
    "No worker is running, and nothing was started. Start the playground or "
    f"`{COMMAND} worker`, or add --carry to have this command do the work."
)


class AskingCommand(BaseCommand):
    """Says beside its output what happens; where nobody can hear it, its code still counts."""

    def hear_errors(self) -> None:
        if self.stderr._out is None:  # closed by the shell
            self.stderr = OutputWrapper(io.StringIO())

    def say(self, words: str) -> None:
        try:
            self.stderr.write(words)
        except OSError:
            silence(sys.stderr)

    def write_all(self, kept: str, write: Callable[[], None]) -> None:
        """Print to the very end, which is where a full disk shows.

        How the command ends is said by the runs: they are paid for, whoever reads the answer.
        """
        try:
            take_any_text(self.stdout)
            write()
            self.stdout.flush()
        except OSError as error:
            silence(sys.stdout)
            self.say(f"The answer could not be written: {error.strerror}. It is kept at {kept}.")


def seconds(typed: str) -> float:
    """Read how long somebody wants to wait."""
    found = float(typed)
    if not 0 <= found < math.inf:
        raise ValueError(typed)
    return found


@contextmanager
def in_a_line(code: int, so_far: str) -> Iterator[None]:
    """Have what an operator has to mend said in a line, with what became of the runs."""
    mendable: tuple[type[Exception], ...] = (DatabaseError, *storage_errors())
    try:
        yield
    except mendable as error:
        words = said_of(error)
        if words is None:
            raise
        raise CommandError(f"{words} {so_far}", returncode=code) from error


def have_a_database() -> None:
    try:
        make_new_database()
        refuse_older_database()
    except CommandError as error:
        raise CommandError(str(error), returncode=REFUSED) from None


def visitor_named(user: str | None) -> Visitor:
    """Return in whose name something is started."""
    if settings.ACCESS != ACCOUNTS:
        if user:
            raise CommandError("This playground has no accounts. Leave --user out.", returncode=2)
        return Visitor(local=True)
    account = Account.objects.filter(username=user, is_active=True).first() if user else None
    if not account:
        words = "Say with --user in whose name: an account that is active."
        raise CommandError(words, returncode=REFUSED)
    return Visitor(account=account)
