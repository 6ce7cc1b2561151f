"""`manage.py restored`: what has to be done, and is checked, once an older copy was put back."""

from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from playground.images.models import Image
from playground.operations.migrating import refuse_absent_database, refuse_newer_database
from playground.runs.models.run import Run
from playground.runs.status import RunStatus

UNSENT = [RunStatus.QUEUED, RunStatus.SUBMITTING]
MAX_NAMED = 5


class Command(BaseCommand):
    help = "After a restore, before a worker starts: pay for nothing twice; look for lost pictures."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # One of before the migrations is fine: on the way back an older version starts from it.
        refuse_absent_database()
        refuse_newer_database(connection)
        # The copy does not know what was sent since it was made.
        waiting = Run.everything.filter(status__in=UNSENT)
        unknown = waiting.update(status=RunStatus.UNKNOWN, finished_at=timezone.now())
        self.stdout.write(
            f"{Run.everything.count()} runs. Unknown now, since they may have been sent: {unknown}."
        )
        names = list(Image.objects.order_by("pk").values_list("file", flat=True))
        lost = [name for name in names if not default_storage.exists(name)]
        self.stdout.write(f"{Image.objects.count()} pictures. Without their file: {len(lost)}.")
        if lost:
            named = ", ".join(lost[:MAX_NAMED])
            raise CommandError(f"Put these back from the copy of the pictures: {named}")
