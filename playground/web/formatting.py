"""Titles, times and amounts of money as people read them, on pages, in files and in texts alike."""

from decimal import Decimal

MAX_SENTENCES = 20  # about one thing: what has to be corrected is read, not searched


def first_line(text: str) -> str:
    """The first line with something on it, for a title."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def seconds(value: float | None) -> str:
    """A duration for people: 0.04 s, 1.8 s, 12 min 5 s."""
    if value is None:
        return "–"
    if value < 0.095:
        return f"{max(value, 0.01):.2f} s"
    if value < 99.95:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def milliseconds(value: int | None) -> str:
    return "–" if value is None else seconds(value / 1000)


def money(amount: Decimal | None) -> str:
    """US dollars with as many places as the amount needs, two at least."""
    if amount is None:
        return ""
    whole, _, places = f"{amount:f}".partition(".")
    return f"${whole}.{places.rstrip('0').ljust(2, '0')}"


def number(value: float) -> str:
    """A number as it was given, without a point where it is whole."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def counted(count: int, noun: str, form: str = "") -> str:
    """As in `1 image` and `2 images`. form: of the number."""
    return f"{count:{form}} {noun}{'' if count == 1 else 's'}"


def units(count: int) -> str:
    if not count:
        return "price not known"
    return counted(count, "unit")
