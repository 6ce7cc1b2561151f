"""An API that never was, which answers at once: for the provider of tests/providers/oracle.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.wavespeed.account import Account, Submission

TOKENS, CHARGED, QUOTED = [12, 34], 0.007, 0.02
LISTED = {"data": [{"id": "seer-1", "pictures": 2}, {"id": "seer-mini", "pictures": 1}]}


def oracle_answer(account: Account, made: Submission) -> dict[str, Any]:
    return {"id": made.id, "answer": account.words_of(made), "tokens": TOKENS, "usd": CHARGED}
