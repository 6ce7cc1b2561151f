"""Runs: what a person asked of one model, and what came of it.

Rows are self-contained: history outlives the catalogue. How a run moves from state to state is in
transitions.py; who may move it is the business of services.
"""

import uuid
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.projects.models import InProject, project_field
from playground.providers.base import Citation
from playground.providers.endpoint import DEMO, THIS_MACHINE
from playground.runs.grid import COLUMNS
from playground.runs.listing import LISTING_INDEXES, listed_at_field
from playground.runs.parameters import ParametersField
from playground.runs.querysets import NamedQuerySet
from playground.runs.status import RunStatus
from playground.runs.transitions import RunTransitions
from playground.storage.money import MONEY
from playground.web.addresses import address

__all__ = ["Run", "RunQuerySet", "RunStatus"]

CELL = Q(comparison__isnull=False)


class RunQuerySet(NamedQuerySet["Run"]):
    """Runs; what may be asked of them is in querysets.py, grid.py and listing.py."""


EveryRun = models.Manager.from_queryset(RunQuerySet)


class RunManager(EveryRun["Run"]):
    """Without runs that somebody deleted, though that can still be taken back."""

    def get_queryset(self) -> RunQuerySet:
        runs = cast("RunQuerySet", super().get_queryset())
        return runs.filter(deleted_at__isnull=True)


class Run(RunTransitions, InProject):
    """One question to one model. Created `queued` before any provider hears of it."""

    # Whose it is, and its place among other runs.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="runs",
        db_index=False,
        help_text="none: made on a local playground",
    )
    project = project_field(db_index=False)  # that of its comparison, where it has one
    comparison = models.ForeignKey(
        "Comparison",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="runs",
        db_index=False,  # run_cells below
    )
    position = models.PositiveIntegerField(default=0)
    retry_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="retries"
    )
    rerun_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reruns",
        help_text="asked again, perhaps much later; stands alone",
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="follow_ups",
        help_text="the run whose exchange this one goes on with",
    )
    form_token = models.CharField(max_length=64)
    form_digest = models.CharField(max_length=64, help_text="SHA-256 of what the form asked")
    starred = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    listed_at = listed_at_field()
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="hidden since then, gone for good soon after"
    )

    # The question. Null means: not sent, the model decides.
    provider = models.CharField(max_length=50)
    own_key = models.BooleanField(
        null=True, help_text="whether it is sent with the key of its owner, not with the site's"
    )
    model_id = models.CharField(max_length=200)
    prompt = models.TextField()
    system_prompt = models.TextField(blank=True)
    exchange: Any = models.JSONField(
        null=True, blank=True, help_text="what was asked and answered before: runs/exchange.py"
    )
    temperature = models.FloatField(null=True, blank=True)
    max_tokens = models.PositiveIntegerField(null=True, blank=True)
    reasoning = models.BooleanField(default=False)
    priority = models.CharField(max_length=20, default="latency")
    max_edge = models.PositiveIntegerField(default=0, help_text="pixels; 0: images as they came")
    parameters = ParametersField(help_text="what is not in it is not sent")
    units = models.PositiveSmallIntegerField(help_text="of a standard run; premium counts three")
    price = models.DecimalField(**MONEY, null=True, blank=True)

    # The attempt at the provider: where it stands. transitions.py moves it.
    status = models.CharField(max_length=20, choices=RunStatus, default=RunStatus.QUEUED)
    claim_token = models.UUIDField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    submit_started_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    poll_until = models.DateTimeField(null=True, blank=True, help_text="then polling is given up")
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="that surely started nothing")
    last_error = models.TextField(blank=True, help_text="of a poll or a wait, while still trying")
    refused_since = models.DateTimeField(
        null=True, blank=True, help_text="the provider answers every question about it so"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    hinted = models.CharField(
        max_length=140,
        blank=True,
        default="",
        db_default="",  # web processes of the release before may still insert rows
        help_text="prediction and status that the last webhook named",
    )
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="by which a webhook's hint is, or will be, looked at"
    )

    # The attempt: whether the provider has it after all, where that could not be known.
    lookup_started_at = models.DateTimeField(null=True, blank=True)
    lookup_ended_at = models.DateTimeField(null=True, blank=True)
    candidates: Any = models.JSONField(
        null=True, blank=True, help_text="predictions at the provider that may be this run"
    )

    # The attempt: what went over the wire, and why there is no answer.
    prediction_id = models.CharField(max_length=100, blank=True)
    request: Any = models.JSONField(null=True, blank=True)
    response: Any = models.JSONField(null=True, blank=True)
    error_kind = models.CharField(max_length=30, blank=True)
    error_detail = models.TextField(blank=True)
    inference_ms = models.PositiveBigIntegerField(null=True, blank=True)
    first_token_ms = models.PositiveBigIntegerField(null=True, blank=True)

    # The answer: what came of it, as it is shown.
    output = models.TextField(blank=True)
    raw_output = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="the answer as it came, where its reasoning was parted from it",
    )
    output_cut = models.BooleanField(default=False)
    output_html = models.TextField(blank=True)
    renderer_version = models.PositiveSmallIntegerField(default=0)
    partial = models.TextField(
        blank=True, default="", db_default="", help_text="of an answer that is still arriving"
    )
    thoughts = models.TextField(
        blank=True, default="", db_default="", help_text="reasoning, where the provider gives it"
    )
    finish_reason = models.CharField(max_length=50, blank=True, default="", db_default="")
    citations: Any = models.JSONField(
        null=True, blank=True, help_text="pairs: address and title of what the answer names"
    )
    tokens_in = models.PositiveIntegerField(null=True, blank=True)
    tokens_out = models.PositiveIntegerField(null=True, blank=True)
    image_tokens = models.PositiveIntegerField(
        null=True, blank=True, help_text="of tokens_in, by a run without the images"
    )
    charged = models.DecimalField(
        **MONEY,
        null=True,
        blank=True,
        help_text="US dollars, where the provider says what the run has cost",
    )
    answer_state = models.CharField(
        max_length=10, blank=True, help_text="see runs/answer_states.py"
    )
    schema_valid = models.BooleanField(null=True, help_text="none: no schema, or not checked")
    schema_errors: Any = models.JSONField(
        null=True, blank=True, help_text="pairs: path and reason, of an answer that does not fit"
    )
    flagged = models.BooleanField(default=False)

    objects: ClassVar[RunManager] = RunManager()
    everything = EveryRun["Run"]()

    class Meta:
        indexes = [
            *LISTING_INDEXES,
            models.Index(
                fields=["deleted_at"], name="run_deleted", condition=Q(deleted_at__isnull=False)
            ),
            models.Index(fields=["status", "lease_until"], name="run_state"),
            models.Index(
                fields=["renderer_version"], name="run_drawn", condition=Q(status="completed")
            ),
            models.Index(fields=["comparison", "position"], name="run_cells", condition=CELL),
            models.Index(fields=["comparison", "status"], name="run_cells_state", condition=CELL),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form_token", "position"], name="one_run_a_press"),
            models.UniqueConstraint(
                fields=["provider", "prediction_id"],
                condition=~Q(prediction_id=""),
                name="one_run_a_prediction",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RunStatus.values), name="run_status_known"
            ),
            models.CheckConstraint(
                condition=Q(temperature__isnull=True) | Q(temperature__range=(0, 2)),
                name="temperature_0_to_2",
            ),
            models.CheckConstraint(
                condition=Q(max_tokens__isnull=True) | Q(max_tokens__gte=1),
                name="max_tokens_from_1",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=RunStatus.ended()) | Q(finished_at__isnull=False),
                name="ended_run_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id} {self.status}"

    def get_absolute_url(self) -> str:
        return address("run", self.id)

    @property
    def is_sealed(self) -> bool:
        """Whether it is part of a blind comparison whose names are still hidden."""
        return bool(self.comparison and self.comparison.is_sealed)

    @property
    def is_demo(self) -> bool:
        """Whether no model looked at its images."""
        return self.provider == DEMO

    @property
    def is_reader(self) -> bool:
        """Whether its images were read on this machine, and nobody was asked."""
        return self.provider == THIS_MACHINE

    @property
    def row(self) -> int:
        """Which image of its matrix it asks about, from 0."""
        return self.position // COLUMNS

    @property
    def column(self) -> int:
        """Its model and settings among those of its comparison, from 0."""
        return self.position % COLUMNS

    @property
    def elapsed(self) -> float:
        """Seconds from the press to the end, or until now."""
        return ((self.finished_at or timezone.now()) - self.created_at).total_seconds()

    @property
    def waited(self) -> float | None:
        """Seconds from the press until the provider had it."""
        return (self.submitted_at - self.created_at).total_seconds() if self.submitted_at else None

    @property
    def cited(self) -> tuple[Citation, ...]:
        """What the answer names as its sources."""
        return tuple(Citation(*pair) for pair in self.citations or ())

    @property
    def short_id(self) -> str:
        return self.id.hex[:12]
