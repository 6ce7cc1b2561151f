"""Passwords that whoever guesses would try first are refused."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from playground.accounts.models import Account
from playground.accounts.passwords import MAX_LENGTH, MAX_MEASURED
from tests.product import ROOT

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

# Signs that stand for several letters each: what zxcvbn takes longest over.
SLOWEST = "[&7+<28|${!5640/(%39@13[" * 40


def refusals(password: str, account: Account | None = None) -> list[str]:
    try:
        validate_password(password, account)
    except ValidationError as error:
        return [str(one.code) for one in error.error_list]
    return []


def words_about(password: str) -> str:
    with pytest.raises(ValidationError) as caught:
        validate_password(password)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("aaaaaaaaaaaa1", 'Repeats like "aaa" are easy to guess.'),
        ("abcabcabcabc", "only slightly harder to guess"),
        ("P@ssw0rd2026", "similar to a commonly used password"),
        ("qwertyuiop[]", "easy to guess"),
        ("1984-07-12-12", "easy to guess"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_what_to_do(password: str, words: str) -> None:
    told = words_about(password)
    assert words in told
    assert "Use a few uncommon words" in told


@pytest.mark.parametrize("typed", ["1QAZ2WSX3EDC", "1qaz2WSX3edc", " 1qaz2wsx3edc "])
def test_capitals_and_spaces_around_make_a_common_password_no_better(typed: str) -> None:
    assert "password_too_common" in refusals(typed)


def test_a_short_password_is_said_to_be_short_alone() -> None:
    assert refusals("short") == ["password_too_short"]


@pytest.mark.parametrize(
    "password",
    ["four quiet words here", "h7Kq-2vLw9-xT", "läng än så länge", "🌲🌊🪨🍂🦉🐚🌾🪵🐢🍄🌙🔭"],
)
def test_words_of_ones_own_are_taken(password: str) -> None:
    assert refusals(password) == []


@pytest.mark.parametrize("password", ["mira-Lindqvist-77", "lindqvistmira!", "M1ra.L1ndqv1st"])
def test_names_of_the_person_do_not_count(password: str) -> None:
    mira = Account(username="mira.lindqvist", email="mira@example.org")
    assert "password_guessable" in refusals(password, mira)


def test_names_of_the_host_do_not_count(settings: SettingsWrapper) -> None:
    settings.ALLOWED_HOSTS = ["pictures.riksarkivet.example"]
    assert "password_guessable" in refusals("riksarkivet-Pictures-1")


def test_the_words_of_one_person_are_not_asked_of_the_next() -> None:
    refusals("what else then", Account(username="crimson-badger-oolong"))
    assert refusals("crimson badger oolong") == []


@pytest.mark.parametrize("length", [MAX_MEASURED, MAX_LENGTH, MAX_LENGTH + 1])
def test_the_slowest_password_takes_a_moment(length: int) -> None:
    started = time.process_time()
    refusals(SLOWEST[:length])
    assert time.process_time() - started < 5


def test_a_process_that_is_given_no_password_loads_no_lists_of_words() -> None:
    code = "import playground.accounts.passwords, sys; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


HASHING = """
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from playground.accounts.passwords import ModestArgon2

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

hasher = ModestArgon2()
hasher.encode("once", "some-salt-of-it")
before = held()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda _: hasher.encode("often", "some-salt-of-it"), range(12)))
    print(held() - before)
"""


def test_what_a_password_is_hashed_in_goes_back_to_the_system() -> None:
    command = [sys.executable, "-c", HASHING]
    grown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert int(grown) < 15  # MB; one of the four would keep 19
