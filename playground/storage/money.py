"""How amounts of money are kept: as they were told, in US dollars."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

# SQLite keeps 15 significant digits of it, in a column that has no size.
MONEY: dict[str, Any] = {"max_digits": 30, "decimal_places": 18}
SMALLEST = Decimal("1e-18")
_SIGNIFICANT = Context(prec=15, rounding=ROUND_HALF_UP)


def readable(amount: Decimal) -> Decimal:
    """Return a mean to a millionth of a dollar, or to three digits where that would be nothing."""
    places = max(6, 2 - amount.adjusted()) if amount else 6
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def as_kept(amount: Decimal) -> Decimal:
    """Return the amount as every database keeps it: what is read again equals what was written."""
    return _SIGNIFICANT.plus(amount).quantize(SMALLEST, ROUND_HALF_UP, Context(prec=30))
