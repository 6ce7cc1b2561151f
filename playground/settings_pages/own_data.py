"""All that belongs to one account, as a ZIP that opens without this server.

Pages and JSON of runs and comparisons with their pictures, test sets as they can be brought in
again, and the rest as JSON. No secret: keys, tokens and links are named, not told.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import timezone

from playground.accounts.audit.models import AuditEntry
from playground.accounts.models import Account
from playground.accounts.visibility import in_sight
from playground.accounts.visitor import Visitor
from playground.api.models import ApiToken
from playground.catalog.models import Favourite
from playground.composer.presets.models import Preset, PresetVersion
from playground.connections.models import StoredKey
from playground.experiments import test_set_files
from playground.experiments.models.test_set import Version
from playground.exports import as_text
from playground.exports.documents.as_folder import Folder
from playground.exports.redaction import shown_comparison, shown_run
from playground.exports.responses import MAX_ANSWERS_LENGTH
from playground.history import pagination
from playground.history.export import MAX_EXPORTED_RUNS
from playground.history.filters import HistoryFilters
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.runs.models.tag import RunTag
from playground.sharing.models import Share

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from playground.exports.redaction import Shown, ShownComparison, ShownRun

MAX_AUDIT_ENTRIES = 10_000
BATCH_SIZE = 100  # runs that are looked at together
SEALED = "Blind comparisons whose names are still hidden are not in here: {}. Reveal them first."
TOO_MANY = f"The newest {MAX_EXPORTED_RUNS:,} runs are in here. Download older ones from History."


def name_of(account: Account) -> str:
    return f"vision-playground-{account.username}-{timezone.localdate().isoformat()}"


def archive(account: Account, shown: Shown) -> Iterator[bytes]:
    """Return the file in pieces; a form is read when its turn comes."""
    folder, visitor = Folder(name_of(account)), Visitor(account=account)
    yield from folder.write("account.json", [as_text(_facts(account))])
    for form in _forms(visitor, shown):
        yield from folder.add(form)
    versions = Version.objects.filter(in_sight(visitor, "test_set__"), test_set__owner=account)
    for version in versions.select_related("test_set"):
        stem = f"{version.test_set_id.hex[:8]}-version-{version.number}"
        pieces = test_set_files.as_zip(version, stem)
        yield from folder.write(f"test-sets/{stem}.zip", pieces)
    yield from folder.close(f"What {account.username} kept here", _notes(account))


def _notes(account: Account) -> list[str]:
    """What is not in there, and where the rest is."""
    sealed = Comparison.objects.filter(owner=account).sealed().count()
    many = Run.objects.filter(owner=account).count() > MAX_EXPORTED_RUNS
    rest = (
        "account.json has the account, presets, tags, notes, tokens, links, keys and what the "
        "audit log says of it; none of their secrets. originals has images as they came in, by "
        "the hash that a run's JSON names, where they were not sent as they were."
    )
    return [rest, *([SEALED.format(sealed)] if sealed else []), *([TOO_MANY] if many else [])]


def _forms(visitor: Visitor, shown: Shown) -> Iterator[ShownRun | ShownComparison]:
    """Yield each comparison once, where its first run comes, and all runs that are on no page of
    a comparison: an answer that was retried is on none.
    """
    told: set[uuid.UUID] = set()
    ids = islice(pagination.walk(visitor, HistoryFilters({})), MAX_EXPORTED_RUNS)
    while batch := list(islice(ids, BATCH_SIZE)):
        mine = Run.objects.filter(pk__in=batch, owner=visitor.account)
        rows = dict(mine.values_list("pk", "comparison"))
        for pk in (one for one in batch if one in rows):
            comparison = rows[pk]
            if not comparison:
                yield from _runs([pk], visitor, shown)
            elif comparison not in told:
                told.add(comparison)
                yield from _comparison(comparison, visitor, shown)


def _comparison(
    pk: uuid.UUID, visitor: Visitor, shown: Shown
) -> Iterator[ShownRun | ShownComparison]:
    """Yield it with its cells, if it is one's own and these are not too long for one page; then all
    other runs that are.
    """
    found = Comparison.objects.visible_to(visitor).filter(pk=pk).first()
    if not found or found.is_sealed:
        return
    cells = set[Any]()
    is_own = found.owner_id == visitor.account_id
    if is_own and found.cells().characters() <= MAX_ANSWERS_LENGTH:
        whole = list(found.cells().in_full())
        cells = {run.pk for run in whole}
        yield shown_comparison(found, whole, shown)
    rest = found.runs.filter(owner=visitor.account, deleted_at=None).exclude(pk__in=cells)
    yield from _runs(rest.values_list("pk", flat=True), visitor, shown)


def _runs(ids: Iterable[uuid.UUID], visitor: Visitor, shown: Shown) -> Iterator[ShownRun]:
    for pk in list(ids):
        visible = Run.objects.visible_to(visitor).not_sealed().in_full()
        run = visible.select_related("comparison").filter(pk=pk).first()
        if run:  # else deleted meanwhile
            yield shown_run(run, shown)


def _facts(account: Account) -> dict[str, Any]:
    tagged = RunTag.objects.filter(tag__owner=account)
    presets = Preset.objects.filter(owner=account)
    earlier = PresetVersion.objects.filter(preset__in=presets)
    tokens = ApiToken.objects.filter(owner=account)
    links = Share.objects.filter(Q(run__owner=account) | Q(comparison__owner=account))
    return {
        "account": _rows(Account.objects.filter(pk=account.pk), *ACCOUNT)[0],
        "presets": _rows(presets, "name", *FILLING, "version"),
        "preset_versions": _rows(earlier, "preset__name", *FILLING, "number", "created_at"),
        "tags": _rows(tagged.annotate(name=F("tag__name")), "name", "run"),
        "notes": _rows(Note.objects.filter(writer=account), *NOTE),
        "favourites": _rows(Favourite.objects.filter(owner=account), "model_id"),
        "api_tokens": _rows(tokens, "name", "ending", "scope", *TOKEN_TIMES),
        "share_links": _rows(links, *LINK),
        "keys": _rows(StoredKey.objects.filter(owner=account), "provider", "set_at"),
        "audit_log": _audit(account),
    }


ACCOUNT = ("username", "email", "first_name", "last_name", "is_staff", "date_joined", "last_login")
FILLING = ("prompt", "system_prompt", "model_ids", "options")
NOTE = ("run", "comparison", "text", "written_at", "edited_at")
TOKEN_TIMES = ("created_at", "expires_at", "used_at", "revoked_at")
LINK = ("run", "comparison", "title", "created_at", "expires_at", "revoked_at", "opens")


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows.values(*names)]


def _plain(value: Any) -> Any:
    """Return what JSON can say: ids and moments as text."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _audit(account: Account) -> list[dict[str, Any]]:
    """What this one did and what was done to it; whoever else did it is not told."""
    entries = AuditEntry.objects.about_person(account.pk).order_by("-pk")[:MAX_AUDIT_ENTRIES]
    told = []
    for one in entries:
        own = one.actor == account.pk
        network = one.network if own or one.kind.startswith("sign_in.") else ""
        fact = {"at": one.at.isoformat(), "kind": one.kind, "by_yourself": own}
        told.append(fact | {"detail": one.detail, "network": network})
    return told
