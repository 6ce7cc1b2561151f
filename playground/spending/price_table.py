"""The owner's own prices: `prices.json` in the data folder, dated, read again when it changes.

    {"as_of": "2026-11-20", "models": {
        "google/gemini-2.0-flash-001": {"run": 0.05},
        "gpt-4o@openai": {"input": 2.5, "output": 10}}}

run: US dollars a run. input and output: US dollars for a million tokens.
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from playground.providers.parameters.typed_json import each_once, no_constant

logger = logging.getLogger(__name__)
NAME = "prices.json"
MILLION = 1_000_000
MAX_FILE_BYTES = 1_000_000  # bytes of the file
DEAREST = 100_000  # US dollars, of a run or of a million tokens


class PriceTableError(ValueError):
    """The file cannot be read; says where and what to write."""


@dataclass(frozen=True)
class TokenPrice:
    """US dollars a token."""

    input: Decimal
    output: Decimal

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        return self.input * tokens_in + self.output * tokens_out


@dataclass(frozen=True)
class PriceTable:
    """as_of: when the owner looked the prices up; None where there is no table. problem: why what
    is there is left out.
    """

    as_of: date | None = None
    runs: dict[str, Decimal] = field(default_factory=dict)
    tokens: dict[str, TokenPrice] = field(default_factory=dict)
    problem: str = field(default="", compare=False)

    def __len__(self) -> int:
        return len(self.runs) + len(self.tokens)


def price_table() -> PriceTable:
    """Return the table; an empty one where there is no file or it cannot be read."""
    path = settings.DATA_DIR / NAME
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return PriceTable()
    return _kept(path, changed)


@lru_cache(maxsize=1)
def _kept(path: Path, _changed: int) -> PriceTable:
    try:
        return read(path)
    except PriceTableError as error:
        logger.warning("%s is left out: %s", NAME, error)
        return PriceTable(problem=str(error))


def read(path: Path) -> PriceTable:
    """Read the file. Raises PriceTableError."""
    try:
        text = path.read_bytes()[: MAX_FILE_BYTES + 1]
        data = json.loads(
            text, parse_float=Decimal, parse_constant=no_constant, object_pairs_hook=each_once
        )
    except (OSError, ValueError, RecursionError) as error:
        raise PriceTableError(f"it is no JSON ({error})") from None
    if not isinstance(data, dict) or not isinstance(data.get("models"), dict):
        raise PriceTableError('it needs "as_of" and "models"')
    table = PriceTable(_date(data.get("as_of")))
    for model_id, entry in data["models"].items():
        _add(table, model_id, entry)
    return table


def _add(table: PriceTable, model_id: str, entry: Any) -> None:
    given = set(entry) if isinstance(entry, dict) else set()
    if given == {"run"}:
        table.runs[model_id] = _amount(model_id, entry["run"])
    elif given == {"input", "output"}:
        into, out = (_amount(model_id, entry[name]) / MILLION for name in ("input", "output"))
        table.tokens[model_id] = TokenPrice(into, out)
    else:
        raise PriceTableError(f'{model_id} needs "run", or "input" and "output"')


def _amount(model_id: str, value: Any) -> Decimal:
    good = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not good or not 0 <= value <= DEAREST:
        raise PriceTableError(f"a price of {model_id} is no number from 0 to {DEAREST:,}")
    return Decimal(value)


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PriceTableError('"as_of" has to be a date such as 2026-11-20') from None
