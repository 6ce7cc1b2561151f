"""How passwords are hashed, and the rules that Django's validators leave out."""

import re
import threading
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from playground.imaging.memory import prepare

MAX_LENGTH = 1000  # characters; hashing costs time for each of them
# Beside the parts of ALLOWED_HOSTS; docs/security-decisions.md has the rule.
OWN_WORDS = ("vision", "playground", "wavespeed", "admin", "member", "password")
PERSONAL = ("username", "email", "first_name", "last_name")
MIN_WORD_LENGTH = 4
MIN_SCORE = 3  # of 0 to 4: over 10^8 guesses
# Characters that zxcvbn reads: of 72 signs that may stand for letters it takes seconds.
MAX_MEASURED = 24
REMEDY = "Use a few uncommon words; names of this place and of yourself do not count."
_one_at_a_time = threading.Lock()


class ModestArgon2(Argon2PasswordHasher):
    """argon2id with 19 MiB and two passes, as OWASP recommends.

    Django's own 100 MiB for each attempt would let a few strangers at the sign-in page use up
    the memory of a small server.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        prepare()  # glibc would keep the 19 MiB of each thread that hashed once
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        prepare()
        return super().verify(password, encoded)


class LongestValidator:
    def validate(self, password: str, _account: Any = None) -> None:
        if len(password) > MAX_LENGTH:
            raise ValidationError(f"The password is over {MAX_LENGTH} characters. Shorten it.")

    def get_help_text(self) -> str:
        return f"At most {MAX_LENGTH} characters."


class GuessableValidator:
    """Refuses what zxcvbn holds for guessable: common passwords, words, names, dates, repeats.

    Names of this place and of the person are no part of what has to be guessed. Shorter ones than
    min_length are left to the validator that says so.
    """

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, account: Any = None) -> None:
        if len(password) < self.min_length:
            return
        words = known_words(account)
        known = "|".join(map(re.escape, words))
        found = _estimate(re.sub(known, " ", password, flags=re.IGNORECASE), words)
        if found["score"] < MIN_SCORE:
            warning = found["feedback"]["warning"] or "This password is easy to guess."
            raise ValidationError(f"{warning} {REMEDY}", code="password_guessable")

    def get_help_text(self) -> str:
        return "Hard to guess: names of this place and of yourself do not count."


def known_words(account: Any) -> list[str]:
    """Return what whoever guesses at this very place would try first, the longest first."""
    names = [str(getattr(account, name, "")) for name in PERSONAL]
    parts = re.split(r"[\W_]+", " ".join([*settings.ALLOWED_HOSTS, *names]).lower())
    words = {*OWN_WORDS, *(part for part in parts if len(part) >= MIN_WORD_LENGTH)}
    return sorted(words, key=lambda word: (-len(word), word))


def _estimate(password: str, words: list[str]) -> dict[str, Any]:
    """Ask zxcvbn, which keeps the words of a call in a table of the whole process."""
    from zxcvbn import zxcvbn  # 14 MB, which no process needs that is never given a new password

    with _one_at_a_time:
        found: dict[str, Any] = zxcvbn(password[:MAX_MEASURED], words)
    return found
