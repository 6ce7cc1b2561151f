"""How passwords are hashed, and the one rule that Django's validators leave out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

LONGEST = 1000  # characters; hashing costs time for each of them


class ModestArgon2(Argon2PasswordHasher):
    """argon2id with 19 MiB and two passes, as OWASP recommends.

    Django's own 100 MiB for each attempt would let a few strangers at the sign-in page use up
    the memory of a small server.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


class LongestValidator:
    def validate(self, password: str, _account: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"The password is over {LONGEST} characters. Shorten it.")

    def get_help_text(self) -> str:
        return f"At most {LONGEST} characters."
