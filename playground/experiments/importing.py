"""Carries an import: its file is looked at, its images are kept, and last its cases, all at once.

The row is the truth, a message a hint: whoever finds an import that no worker carries does. Begun
again it keeps nothing twice: images are known by their content, and cases come in one transaction.
Nothing but images, which are swept if no case names them, is kept before that.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from playground import imaging
from playground.experiments import cases, import_cases, test_sets
from playground.experiments.cases import Content
from playground.experiments.import_cases import INLINE, STORED
from playground.experiments.models.importing import WORKING, Import, ImportState
from playground.experiments.models.test_set import MAX_CASES, TestSet
from playground.experiments.sources.archive import open_archive
from playground.experiments.sources.rows import SourceError
from playground.experiments.versions import editing
from playground.images.models import Image
from playground.images.store import room_for, store
from playground.runs.tagging import name_of
from playground.storage.databases import give_back_connection
from playground.storage.writes import orderly_writes
from playground.web.params import from_base64
from playground.worker import execution
from playground.worker.queue.dispatch import dispatch_import

if TYPE_CHECKING:
    from playground.accounts.models import Account
    from playground.experiments.import_cases import Reading
    from playground.experiments.sources.archive import Archive
    from playground.experiments.sources.columns import CaseDraft

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=1)  # how often progress is written
MAX_FILE_NAME_LENGTH = 200
FULL = f"A test set has at most {MAX_CASES:,} cases. With those that are there it is more."
SET_GONE = "The test set was deleted meanwhile. Nothing was kept. Bring the file in as a new one."
NOTHING = "No row is left to be brought in. Keep one at least."
BROKE = (
    "Something went wrong on this server; its log says what. Nothing was kept. Bring it in again."
)
TOO_MANY_IMAGES = (
    "This import names {:,} images. You may add {:,} new ones within 24 hours, {:,} of them now. "
    "Leave rows out, wait, or ask an administrator for more (MEMBER_IMAGES_DAY)."
)


class StoppedError(Exception):
    """The import was discarded, another worker has it, or this one has to end."""


def begin(
    file: IO[bytes], source: str, name: str, owner: Account | None, test_set: TestSet | None = None
) -> Import:
    """Keep the file and let a worker look at it. test_set: that gets the cases; none: a new one."""
    import_ = Import(owner=owner, test_set=test_set, name=name, source=source[:200], size=0)
    import_.size = file.seek(0, 2)
    file.seek(0)
    default_storage.save(import_.file_name, File(file))
    import_.save(force_insert=True)
    tell(import_)
    return import_


def tell(import_: Import) -> None:
    transaction.on_commit(lambda: dispatch_import(import_.pk), robust=True)


def move(import_: Import, state: ImportState, **values: Any) -> bool:
    """Let a worker go on with what a person decided. False where it is not theirs to decide."""
    waiting = Import.objects.filter(pk=import_.pk, state=ImportState.MAPPING)
    values |= {"state": state, "changed_at": timezone.now(), "claimed_until": None, "claim": None}
    moved = bool(waiting.update(**values))
    if moved:
        tell(import_)
    return moved


def discard(import_: Import) -> None:
    """Stop it and keep nothing. A worker that carries it notices within a second."""
    Import.objects.filter(pk=import_.pk).delete()
    _forget(import_.file_name)


def sweep() -> int:
    """Delete imports that nobody touched for a day, and files without a row."""
    stale = list(Import.objects.stale().exclude(claimed_until__gt=timezone.now())[:100])
    for import_ in stale:
        discard(import_)
    with suppress(FileNotFoundError):
        for name in default_storage.listdir("imports")[1]:
            _forget_leftover(name)
    return len(stale)


def _forget_leftover(name: str) -> None:
    stem = name.partition(".")[0]
    with suppress(ValueError, OSError):
        old = default_storage.get_modified_time(f"imports/{name}") < timezone.now() - timedelta(1)
        if old and not Import.objects.filter(pk=uuid.UUID(stem)).exists():
            _forget(f"imports/{name}")


def _forget(name: str) -> None:
    with suppress(OSError):
        default_storage.delete(name)


def carry_all() -> None:
    """Tell the workers of what none of them carries: a message or a worker may have been lost."""
    for import_ in Import.objects.left_alone():
        dispatch_import(import_.pk)


def carry(pk: uuid.UUID) -> None:
    """Carry one import as far as it goes without a person, unless somebody does already."""
    claim = uuid.uuid4()
    with orderly_writes():
        free = Import.objects.left_alone().filter(pk=pk)
        if not free.update(claim=claim, claimed_until=timezone.now() + LEASE):
            return
    import_ = Import.objects.get(pk=pk)
    try:
        _carry(import_)
    except StoppedError:
        Import.objects.filter(pk=pk, claim=claim).update(claimed_until=None)


def _carry(import_: Import) -> None:
    try:
        with default_storage.open(import_.file_name, "rb") as stream:
            archive = open_archive(stream)
            if import_.state == ImportState.LOOKING:
                _look(import_, archive)
            else:
                _keep(import_, archive)
    except SourceError as error:
        _write(import_, state=ImportState.FAILED, problem=str(error))
    except FileNotFoundError:
        words = "The file is no longer here. Bring it in again."
        _write(import_, state=ImportState.FAILED, problem=words)
    except StoppedError:
        raise
    except Exception:
        logger.exception("an import broke: %s", import_.pk)
        _write(import_, state=ImportState.FAILED, problem=BROKE)


def _look(import_: Import, archive: Archive) -> None:
    reading = import_cases.read(import_, archive)
    _ask(import_, reading, problem=_too_many_images(import_, reading))


def _ask(import_: Import, reading: Reading, **values: Any) -> None:
    """Let a person decide about what was found."""
    found = import_cases.as_shown(reading)
    _write(import_, state=ImportState.MAPPING, found=found, **values)


def _too_many_images(import_: Import, reading: Reading) -> str:
    """Say that the owner may not add as many images; asked once, before the first is kept."""
    room = room_for(import_.owner)
    count = len(reading.images)
    if room is None or import_.started_at or count <= room:
        return ""
    return TOO_MANY_IMAGES.format(count, settings.MEMBER_IMAGES_DAY, room)


def _keep(import_: Import, archive: Archive) -> None:
    """Keep the images, then all cases at once; where something lacks, ask what to do."""
    reading = import_cases.read(import_, archive)
    problem = _too_many_images(import_, reading)
    if problem or reading.lacks or not reading.ready:
        _ask(import_, reading, problem=problem or ("" if reading.lacks else NOTHING))
        return
    _write(import_, total=len(reading.ready), started_at=timezone.now(), done=0)
    keeper = _Keeper(import_, archive, reading.inline)
    contents = [keeper.content(place, draft) for place, draft in enumerate(reading.ready)]
    if keeper.broken:
        import_.broken = keeper.broken
        _ask(import_, import_cases.read(import_, archive), broken=keeper.broken)
        return
    if import_.test_set and not TestSet.objects.filter(imports=import_, deleted_at=None).exists():
        _write(import_, state=ImportState.FAILED, problem=SET_GONE)
        return
    try:
        _finish(import_, contents)
    except cases.TooManyCasesError:
        _write(import_, state=ImportState.MAPPING, problem=FULL)
    except test_sets.TooManyTestSetsError:
        _write(import_, state=ImportState.MAPPING, problem=test_sets.TOO_MANY)


class _Keeper:
    """Keeps the images of one case after the other, each file once."""

    def __init__(self, import_: Import, archive: Archive, inline: dict[str, str]) -> None:
        self.import_, self.archive, self.inline = import_, archive, inline
        self.kept: dict[str, tuple[Image, str]] = {}
        self.broken: dict[str, str] = {}
        self._told = timezone.now()

    def content(self, place: int, draft: CaseDraft) -> Content:
        self._tell(place)
        images = [self._image(name, draft.number) for name in draft.images]
        return Content(
            images=tuple(one for one in images if one),
            variables={name: text for name, text in draft.variables.items() if text},
            question=draft.question,
            expected=draft.expected,
            tags=tuple(dict.fromkeys(filter(None, map(name_of, draft.tags)))),
            note=draft.note,
        )

    def _tell(self, place: int) -> None:
        if execution.stopping.is_set():
            raise StoppedError
        if timezone.now() - self._told > BEAT:
            self._told = timezone.now()
            _write(self.import_, done=place)

    def _image(self, name: str, number: int) -> tuple[Image, str] | None:
        try:
            if name not in self.kept:
                self.kept[name] = self._stored(name)
            return self.kept[name]
        except (imaging.PictureRefused, SourceError) as refusal:
            self.broken[str(number)] = f"{name}\n{refusal}"
            return None

    def _stored(self, name: str) -> tuple[Image, str]:
        if name.startswith(STORED):
            sha256, _, called = name.removeprefix(STORED).partition("/")
            image = Image.objects.filter(pk=sha256).first()
            if not image:
                raise SourceError(f"{called} is no longer stored. Choose the file again.")
            return image, called
        called = PurePosixPath(name.removeprefix(INLINE)).name[-MAX_FILE_NAME_LENGTH:]
        data = self._data(name)
        image = store(data, called, self.import_.owner)
        give_back_connection()  # others need one of the few, and this goes on for minutes
        return image, called

    def _data(self, name: str) -> bytes:
        if name not in self.inline:
            return b"".join(self.archive.pieces(name, imaging.limits.MAX_BYTES))
        with suppress(ValueError):
            return from_base64(self.inline[name])
        raise SourceError("The image in the table is no base64. Encode it again.")


def _finish(import_: Import, contents: list[Content]) -> None:
    """Write the cases and the end of the import in one transaction."""
    with orderly_writes(), transaction.atomic():
        test_set = import_.test_set
        if test_set:
            with editing(test_set) as version:
                there = version.cases.count()
                if there + len(contents) > MAX_CASES:
                    raise cases.TooManyCasesError
                cases.append(version, contents, there)
        else:
            version = test_sets.create(import_.name, import_.owner, import_.source)
            test_set = version.test_set
            cases.append(version, contents, 0)
        _write(import_, state=ImportState.DONE, test_set=test_set, done=len(contents))
    _forget(import_.file_name)


def _write(import_: Import, **values: Any) -> None:
    """Write down how far it is. Raises StoppedError where it is no longer carried from here."""
    now = timezone.now()
    working = values.get("state", import_.state) in WORKING
    values |= {"changed_at": now, "claimed_until": now + LEASE if working else None}
    with orderly_writes():
        mine = Import.objects.filter(pk=import_.pk, claim=import_.claim, state__in=WORKING)
        if not mine.update(**values):
            raise StoppedError
