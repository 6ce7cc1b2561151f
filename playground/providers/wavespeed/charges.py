"""Reads what predictions were really charged, out of the account's list of billings.

Documented by the provider ("How to Check Billings", "Search billings"). Only what leaves no doubt
is taken: one deduction that is done, for a prediction that completed. A prediction with two
records, such as a refund, or with one that is still provisional (`pre`), has no final amount here.
"""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from playground.providers.sanitising import amount_of

PATH = "/api/v3/billings/search"
MAX_PREDICTIONS = 50  # predictions of one question; a page holds at most 100 records
MAX_AMOUNT = 10_000


def question(prediction_ids: Collection[str]) -> dict[str, Any]:
    ids = list(prediction_ids)
    return {"prediction_uuids": ids, "sort": "created_at ASC", "page": 1, "page_size": 100}


def charges_in(items: list[Any], wanted: Collection[str]) -> dict[str, Decimal]:
    """Return US dollars by prediction, of those that were asked for and leave no doubt."""
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        prediction = _dict(_dict(item).get("prediction")).get("uuid")
        if isinstance(prediction, str) and prediction in wanted:
            records[prediction].append(item)
    amounts = {one: _amount(found[0]) for one, found in records.items() if len(found) == 1}
    return {one: amount for one, amount in amounts.items() if amount is not None}


def _amount(record: dict[str, Any]) -> Decimal | None:
    done = _dict(record.get("order")).get("state") == "done"
    completed = _dict(record.get("prediction")).get("status") == "completed"
    amount = amount_of(record.get("price"))
    if record.get("billing_type") != "deduct" or not done or not completed:
        return None
    return amount if amount is not None and 0 <= amount < MAX_AMOUNT else None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
