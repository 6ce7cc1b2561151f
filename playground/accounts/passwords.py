"""How passwords are hashed, and the one rule that Django's validators leave out."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

MAX_LENGTH = 1000  # characters; hashing costs time for each of them
# Beside the parts of ALLOWED_HOSTS; docs/security-decisions.md has the rule.
OWN_WORDS = ("vision", "playground", "wavespeed", "admin", "member", "password")
REST = 8  # characters that have to be there besides


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
        if len(password) > MAX_LENGTH:
            raise ValidationError(f"The password is over {MAX_LENGTH} characters. Shorten it.")

    def get_help_text(self) -> str:
        return f"At most {MAX_LENGTH} characters."


class OwnWordsValidator:
    """Words that whoever guesses at this very place would try first make a password no longer."""

    def validate(self, password: str, _account: Any = None) -> None:
        hosts = (part for host in settings.ALLOWED_HOSTS for part in host.lower().split("."))
        words = {*OWN_WORDS, *(part for part in hosts if len(part) > 3)}
        left = re.sub(
            "|".join(map(re.escape, sorted(words, key=len, reverse=True))), "", password.lower()
        )
        if len(left) < min(REST, len(password)):
            raise ValidationError(
                "The password is little more than the name of this place. Choose another one."
            )

    def get_help_text(self) -> str:
        return f"At least {REST} characters besides names of this place."
