"""Who signs in, the invitations that make accounts, and the attempts that limit guessing.

An invitation makes one account, once, until it expires or is revoked.
"""

import uuid
from datetime import timedelta
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

NAME = RegexValidator(
    r"^[\w.+-]+\Z", "A username has letters, digits and . + - _ only. Choose another one."
)
TAKEN = "This name is taken. Choose another one."


class Account(AbstractUser):
    """A member; an administrator is one with `is_staff`. Local playgrounds have none."""

    username = models.CharField(
        max_length=150, unique=True, validators=[NAME], error_messages={"unique": TAKEN}
    )
    sessions_epoch = models.PositiveIntegerField(
        default=0, db_default=0, help_text="counting it up ends every session"
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="nobody's since then; what it had is being deleted"
    )

    class Meta(AbstractUser.Meta):
        verbose_name, verbose_name_plural = "account", "accounts"
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="one_account_a_name", violation_error_message=TAKEN
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_account_an_email",
                violation_error_message="Another account has this email. Use another one.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(is_active=False), name="erased_is_shut_out"
            ),
            # Either is typed at sign-in: nobody may be called like somebody's email.
            models.CheckConstraint(
                condition=~Q(username__contains="@"), name="no_name_like_an_email"
            ),
        ]

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.is_staff

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is checked against: a new password or a new epoch ends it."""
        value = f"{self.password}:{self.sessions_epoch}"
        salt = "playground.account.session"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


LASTS = timedelta(days=7)


def expiry() -> object:
    return timezone.now() + LASTS


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that can still be accepted."""
        return self.filter(
            used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )


class Invitation(models.Model):
    """Made by an administrator. The link carries a signed id, so no secret is kept here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.CharField(max_length=120, blank=True, help_text="for whom it is")
    administrator = models.BooleanField(default=False, help_text="the role that it gives")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    expires_at = models.DateTimeField(default=expiry)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="used_or_revoked_not_both",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    def take(self) -> bool:
        """Use it up; of two at once, one wins."""
        return bool(Invitation.objects.open().filter(pk=self.pk).update(used_at=timezone.now()))

    def revoke(self) -> bool:
        return bool(Invitation.objects.open().filter(pk=self.pk).update(revoked_at=timezone.now()))


class SignInPolicy(models.Model):
    """What administrators ask of everybody; one row, or none while nobody asked for anything."""

    second_factor = models.BooleanField(
        default=False, help_text="everybody with a password has to have one"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_sign_in_policy")]

    def __str__(self) -> str:
        return "sign-in policy"


class SignInAttempt(models.Model):
    """One attempt. A success removes those of its account and network."""

    # A keyed digest: a password typed into the wrong field must not be kept.
    name_digest = models.CharField(max_length=64)
    network = models.CharField(max_length=50)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["network", "name_digest", "at"], name="attempts_to_sign_in"),
        ]

    def __str__(self) -> str:
        return f"attempt from {self.network}"
