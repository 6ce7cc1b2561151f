"""Turns one press of Run into rows: once, however often the press arrives."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from playground import catalog
from playground.models import Comparison, Run, RunImage
from playground.models.comparison import COLUMNS
from playground.services import allowance, deletion
from playground.services.acceptance import refuse_unfit
from playground.services.offers import provider_of
from playground.services.prices import price_of, prices
from playground.services.provider_choice import choose
from playground.sweeps import Sweep
from playground.tasks import dispatch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from playground.models import Account, Image
    from playground.services.provider_choice import Choice


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
class Cell:
    """One run of a form. position: its place, see models/comparison.py."""

    position: int
    model: str
    temperature: float | None
    images: tuple[AttachedImage, ...]


@dataclass(frozen=True)
class Asked:
    """What one form asks: a prompt and pictures for one or several models.

    each_image: every picture in runs of its own, a row each, instead of all in one run.
    """

    prompt: str
    models: tuple[str, ...]
    system_prompt: str = ""
    images: tuple[AttachedImage, ...] = ()
    options: Options = field(default_factory=Options)
    sweep: Sweep = field(default_factory=Sweep)
    each_image: bool = False
    form_token: str = ""
    blind: bool = False  # where there are several columns

    @property
    def rows(self) -> list[tuple[AttachedImage, ...]]:
        """Return the images of each row: all of them in one, or one in each."""
        if self.each_image and len(self.images) > 1:
            return [(one,) for one in self.images]
        return [self.images]

    def cells(self) -> list[Cell]:
        """Return the runs row by row, in each the models in the order they were chosen."""
        temperatures = self.sweep.temperatures_or(self.options.temperature)
        columns = [(model, temperature) for model in self.models for temperature in temperatures]
        return [
            Cell(row * COLUMNS + column, model, temperature, images)
            for row, images in enumerate(self.rows)
            for column, (model, temperature) in enumerate(columns)
        ]

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
        if len(self.rows) > 1:
            parts.append("each image")
        if self.blind:
            parts.append("blind")
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


def started(asked: Asked, owner: Account | None) -> Run | Comparison | None:
    """Return what an earlier press of this form made, if there was one.

    Raises TokenReusedError when the token was used with other content.
    """
    return _started(stored_token(asked.form_token, owner), asked, owner)


def is_used(token: str, owner: Account | None) -> bool:
    """Whether runs were started with this form token."""
    return Run.everything.filter(form_token=stored_token(token, owner), owner=owner).exists()


def _started(token: str, asked: Asked, owner: Account | None) -> Run | Comparison | None:
    run = Run.everything.filter(form_token=token, owner=owner).order_by("position").first()
    if not run:
        return None
    if run.form_digest != asked.digest():
        raise TokenReusedError
    if run.deleted_at:
        deletion.bring_back(token, owner)
    return run.comparison or run


def _create(asked: Asked, token: str, owner: Account | None) -> list[Run]:
    cells, rows = asked.cells(), len(asked.rows)
    comparison = _comparison(asked, rows if rows > 1 else 0, owner) if len(cells) > 1 else None
    if comparison and comparison.blind:
        cells = [replace(cell, position=n) for n, cell in enumerate(comparison.in_its_order(cells))]
    shared = {"owner": owner, "comparison": comparison, "form_token": token}
    shared |= {"form_digest": asked.digest()}
    usual = choose(owner)
    choices = {cell.model: provider_of(cell.model, usual) for cell in cells}
    limit = asked.options.max_tokens
    costs = {name: prices(name, limit) for name in {one.provider for one in choices.values()}}
    runs = [Run(**shared, **_values(asked, cell, choices[cell.model], costs)) for cell in cells]
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
        for run, cell in zip(runs, cells, strict=True)
        for place, one in enumerate(cell.images)
    )
    start(runs)
    return runs


def _comparison(asked: Asked, rows: int, owner: Account | None) -> Comparison:
    seed = secrets.randbits(63) if asked.blind else None
    return Comparison.objects.create(owner=owner, rows=rows, blind=asked.blind, seed=seed)


def _values(
    asked: Asked, cell: Cell, choice: Choice, costs: Mapping[str, Mapping[str, Decimal]]
) -> dict[str, Any]:
    return {
        "position": cell.position,
        **asdict(choice),
        "model_id": cell.model,
        "prompt": asked.prompt,
        "system_prompt": asked.system_prompt,
        "units": catalog.find(cell.model).units,
        "price": costs[choice.provider].get(cell.model),
        "dispatched_at": timezone.now(),
        **asdict(asked.options) | {"temperature": cell.temperature},
    }


def start(runs: list[Run]) -> None:
    """Take the runs off the allowance, and tell the workers once the rows are there to be seen.

    Within the transaction that created them. Raises LimitReached.
    """
    allowance.spend(runs)
    # robust: a queue that is down must not turn committed runs into an error page. The sweep
    # finds every run that has no message.
    ids = [run.pk for run in runs]
    transaction.on_commit(lambda: dispatch(*ids), robust=True)


def retry_token(run: Run, made: int) -> str:
    """The same for every drawing of a button, until a retry was made: a double click is one."""
    return f"again-{run.pk.hex}-{made}"


def retry(run: Run, token: str) -> Run:
    """Ask the same again as a new run, linked to its ancestor; once for each token.

    Raises UnfitError and LimitReached.
    """
    token = stored_token(token, run.owner)
    made = Run.everything.filter(form_token=token).first()
    if made:
        return made
    refuse_unfit(run, [run.model_id])
    try:
        with transaction.atomic():
            attempt = copy_of(run, token, model=run.model_id, position=run.position, retry=True)
            start([attempt])
    except IntegrityError:
        return Run.everything.get(form_token=token, position=run.position)
    return attempt


def copy_of(
    run: Run, token: str, *, model: str, position: int, retry: bool = False, rerun: bool = False
) -> Run:
    """Make a queued run that asks a model what this run was asked, pictures included.

    retry: another attempt at the same place. rerun: the same again, outside its comparison.
    """
    fields = ("owner", "prompt", "system_prompt", "form_digest")
    options = ("temperature", "max_tokens", "reasoning", "priority", "max_edge")
    choice = provider_of(model, choose(run.owner))
    copy = Run.objects.create(
        comparison=None if rerun else run.comparison,
        retry_of=run if retry else None,
        rerun_of=run if rerun else None,
        form_token=token,
        model_id=model,
        position=position,
        units=catalog.find(model).units,
        price=price_of(choice.provider, model, run.max_tokens),
        dispatched_at=timezone.now(),
        **asdict(choice),
        **{name: getattr(run, name) for name in (*fields, *options)},
    )
    RunImage.objects.bulk_create(_copied(copy, entry) for entry in run.images.all())
    return copy


def _copied(attempt: Run, entry: RunImage) -> RunImage:
    """The same picture again: the copy that was kept, not what the address shows today."""
    names = ("position", "image_id", "url", "name", "as_address")
    return RunImage(run=attempt, **{name: getattr(entry, name) for name in names})
