"""Turns one press of Run into rows: once, however often the press arrives."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from playground import catalog
from playground.models import Comparison, Run, RunImage
from playground.services.prices import price_of
from playground.services.provider_choice import default_provider
from playground.sweeps import Sweep
from playground.tasks import dispatch

if TYPE_CHECKING:
    from playground.models import Account, Image


class TokenReusedError(Exception):
    """The form was already sent with other content. Nothing was started by this press."""


@dataclass(frozen=True)
class AttachedImage:
    """One picture of a form, in its place: stored, or an address to pass on as it is."""

    image: Image | None = None
    url: str = ""
    name: str = ""
    as_address: bool = False

    @property
    def reference(self) -> str:
        """Its value in a form: a content hash, an address to fetch, or one to pass on."""
        if self.as_address:
            return f"address:{self.url}"
        return self.image.sha256 if self.image else self.url


@dataclass(frozen=True)
class Options:
    """What goes with the prompt. None: not sent, the model decides."""

    temperature: float | None = None
    max_tokens: int | None = None
    reasoning: bool = False
    priority: str = "latency"
    max_edge: int = 0  # pixels; 0: images as they came


@dataclass(frozen=True)
class Asked:
    """What one form asks: a prompt and pictures for one or several models."""

    prompt: str
    models: tuple[str, ...]
    system_prompt: str = ""
    images: tuple[AttachedImage, ...] = ()
    options: Options = field(default_factory=Options)
    sweep: Sweep = field(default_factory=Sweep)
    form_token: str = ""

    def cells(self) -> list[tuple[str, float | None]]:
        """Return model and temperature of each run, in the order of the columns."""
        temperatures = self.sweep.temperatures_or(self.options.temperature)
        return [(model, temperature) for model in self.models for temperature in temperatures]

    def digest(self) -> str:
        """Return the SHA-256 of everything asked, to tell a repeated press from a changed form."""
        parts = [
            self.prompt,
            self.system_prompt,
            sorted(self.models),
            [attached.reference for attached in self.images],
            asdict(self.options),
        ]
        if self.sweep != Sweep():
            parts.append(asdict(self.sweep))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(24)


def stored_token(token: str, owner: Account | None) -> str:
    """Return what is kept of a form's token: the same token of two accounts is two presses."""
    return hashlib.sha256(f"{owner.pk} {token}".encode()).hexdigest() if owner else token


def submit(asked: Asked, owner: Account | None = None) -> Run | Comparison:
    """Create the runs and queue them; a repeated press returns what the first one made.

    owner: who pressed; none on a local playground.

    Raises TokenReusedError when the token was used with other content.
    """
    token = stored_token(asked.form_token or new_token(), owner)
    known = _started(token, asked, owner)
    if known:
        return known
    try:
        with transaction.atomic():
            runs = _create(asked, token, owner)
    except IntegrityError:  # the same press, a moment ago, in another process
        known = _started(token, asked, owner)
        if not known:
            raise
        return known
    return runs[0].comparison or runs[0]


def _started(token: str, asked: Asked, owner: Account | None) -> Run | Comparison | None:
    run = Run.objects.filter(form_token=token, owner=owner).order_by("position").first()
    if not run:
        return None
    if run.form_digest != asked.digest():
        raise TokenReusedError
    return run.comparison or run


def _create(asked: Asked, token: str, owner: Account | None) -> list[Run]:
    cells = asked.cells()
    comparison = Comparison.objects.create(owner=owner) if len(cells) > 1 else None
    runs = [_run(asked, token, cell, position, comparison) for position, cell in enumerate(cells)]
    for run in runs:
        run.owner = owner
    Run.objects.bulk_create(runs)
    RunImage.objects.bulk_create(
        RunImage(
            run=run,
            position=place,
            image=one.image,
            url=one.url,
            name=one.name,
            as_address=one.as_address,
        )
        for run in runs
        for place, one in enumerate(asked.images)
    )
    dispatch_after_commit(runs)
    return runs


def _run(
    asked: Asked,
    token: str,
    cell: tuple[str, float | None],
    position: int,
    comparison: Comparison | None,
) -> Run:
    provider, (model, temperature) = default_provider(), cell
    return Run(
        comparison=comparison,
        position=position,
        form_token=token,
        form_digest=asked.digest(),
        provider=provider,
        model_id=model,
        prompt=asked.prompt,
        system_prompt=asked.system_prompt,
        units=catalog.find(model).units,
        price=price_of(provider, model),
        dispatched_at=timezone.now(),
        **asdict(asked.options) | {"temperature": temperature},
    )


def dispatch_after_commit(runs: list[Run]) -> None:
    """Tell the workers once the rows are there for them to see."""
    # robust: a queue that is down must not turn committed runs into an error page. The sweep
    # finds every run that has no message.
    ids = [run.pk for run in runs]
    transaction.on_commit(lambda: dispatch(*ids), robust=True)


def retry(run: Run, token: str) -> Run:
    """Ask the same again as a new run, linked to its ancestor; once for each token."""
    token = stored_token(token, run.owner)
    made = Run.objects.filter(form_token=token).first()
    if made:
        return made
    try:
        with transaction.atomic():
            attempt = copy_of(run, token, model=run.model_id, position=run.position, retry=True)
            dispatch_after_commit([attempt])
    except IntegrityError:
        return Run.objects.get(form_token=token, position=run.position)
    return attempt


def copy_of(run: Run, token: str, *, model: str, position: int, retry: bool) -> Run:
    """Make a queued run that asks a model what this run was asked, pictures included."""
    fields = ("owner", "comparison", "prompt", "system_prompt", "form_digest")
    options = ("temperature", "max_tokens", "reasoning", "priority", "max_edge")
    provider = default_provider()
    copy = Run.objects.create(
        retry_of=run if retry else None,
        form_token=token,
        model_id=model,
        position=position,
        provider=provider,
        units=catalog.find(model).units,
        price=price_of(provider, model),
        dispatched_at=timezone.now(),
        **{name: getattr(run, name) for name in (*fields, *options)},
    )
    RunImage.objects.bulk_create(_copied(copy, entry) for entry in run.images.all())
    return copy


def _copied(attempt: Run, entry: RunImage) -> RunImage:
    """The same picture again: the copy that was kept, not what the address shows today."""
    names = ("position", "image_id", "url", "name", "as_address")
    return RunImage(run=attempt, **{name: getattr(entry, name) for name in names})
