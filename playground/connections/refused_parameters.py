"""What servers refused of the parameters that were set, so that it is said beside the model."""

from collections.abc import Collection, Iterable

from django.utils import timezone

from playground.connections.models import RefusedParameter
from playground.storage.writes import orderly_writes


def note(provider: str, model_id: str, names: Iterable[str]) -> None:
    """Remember since when these are refused; what is known already stays as it is."""
    now = timezone.now()
    rows = [
        RefusedParameter(provider=provider, model_id=model_id, name=name, refused_at=now)
        for name in names
    ]
    if rows:
        with orderly_writes():
            RefusedParameter.objects.bulk_create(rows, ignore_conflicts=True)


def forget(provider: str, model_id: str, names: Collection[str]) -> None:
    """An answer that was asked with these shows that they are taken now."""
    known = RefusedParameter.objects.filter(provider=provider, model_id=model_id, name__in=names)
    if names and known.exists():
        with orderly_writes():
            known.delete()


def known_of(providers: Collection[str]) -> dict[tuple[str, str], list[RefusedParameter]]:
    """Return what these refused, by provider and model."""
    found: dict[tuple[str, str], list[RefusedParameter]] = {}
    if providers:
        for row in RefusedParameter.objects.filter(provider__in=providers).order_by("name"):
            found.setdefault((row.provider, row.model_id), []).append(row)
    return found
