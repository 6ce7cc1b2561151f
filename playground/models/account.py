"""Accounts: who signs in, where the playground is served to more than this machine."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
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
