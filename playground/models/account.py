"""Accounts: who signs in, where the playground is served to more than this machine."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class Account(AbstractUser):
    """A member; an administrator is one with `is_staff`. Local playgrounds have none."""
