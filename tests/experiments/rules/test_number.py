"""Numbers as models write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from playground.experiments.rules.number import shown
from playground.rendering.numerals import last_numeral, located_numerals, numerals
from tests.effort import bounded_effort
from tests.experiments.rules.judged import judged

ANSWERS = [
    "429.57",
    "**429.57**",
    "The total is SEK 429.57.",
    "Total: 429,57 kr",
    "SEK429.57",
    "429.57SEK",
    "$429.57",
    "`429.57`",
    r"\boxed{429.57}",
    r"So the sum is $\boxed{\text{SEK } 429.57}$, of 3 rows.",
    "<think>12 + 400 = 412?</think>429.57",
    "1. Milk 12.00\n2. Bread 30.00\n\nTotal **429.57**",
    "| row | amount |\n|---|---|\n| 1 | 12.00 |\n| total | 429.57 |",
    "٤٢٩٫٥٧",
    "‏المجموع ٤٢٩٫٥٧‏",
    "４２９．５７",
    "４２９.５７円",
    "The living room (28 m²): 429.57",
    "From 12 to 429.57",
    "Total 429.57 on 2026-11-14",
    "The total of 11/14/2026, 10:45 is 429.57, paid at 10:45:32.",
    "429.57 (14 November 2026, 9:45 am)",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_last_number_is_read_however_it_is_written(answer):
    reading = judged("number", answer, "429.57", within=0.005)
    assert (reading.read, reading.right) == ("429.57", True)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(one, "1249") for one in ("1 249,00", "1,249.00", "1.249,00", "1249", "1'249.00")],
        *[
            (one, "1249")
            for one in ("1’249,00", "1\u202f249,00", "1\u00a0249", r"1{,}249", "1,249")
        ],
        *[("12,34,567.50", "1234567.5"), ("1.234.567", "1234567"), ("10,000,000", "10000000")],
        *[("-5", "-5"), ("−5", "-5"), ("–5", "-5"), ("-$5", "-5"), ("$-5", "-5"), ("+5", "5")],
        *[
            ("5-7", "7"),
            ("5–7", "7"),
            ("7 - 5", "5"),
            ("(12)", "12"),
            (".5", "0.5"),
            ("0,412", "0.412"),
        ],
        *[
            ("1.5e3", "1500"),
            ("2E-2", "0.02"),
            ("3 × 10^4", "30000"),
            (r"3 \times 10^{-2}", "0.03"),
        ],
        *[
            ("3 × 10⁴", "30000"),
            ("3·10⁻²", "0.03"),
            ("45 %", "45"),
            (r"45\%", "45"),
            ("28 m²", "28"),
        ],
        *[("1,2,3", "3"), ("800×600", "600"), ("5kg", "5"), ("3rd", "3"), ("12:30", "30")],
        *[("-CHF 5", "-5"), ("-SEK5", "-5"), ("-US$5", "-5"), ("-₪5", "-5"), ("5,00-", "-5")],
        *[("½", "0.5"), ("3½ cups", "3.5"), ("5.00- 7.00", "7")],
        *[("in 2024 100 people", "100"), ("1 200 300", "1200300"), ("3.142", "3.142")],
    ],
)
def test_a_number_means_what_its_signs_say(written, value):
    assert last_numeral(written).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "CO2",
        "A4",
        "p95",
        "m²",
        "14.11.2026",
        "1.2.3",
        "192.168.1.1",
        "1,2e5",
        "1.25e5x",
    ],
)
def test_what_is_no_number_is_not_read_as_one(text):
    assert list(numerals(text)) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("It is SEK429.57 in all.", ["429.57"]),
        ("1\u202f249,00 and ٤٢٩٫٥٧", ["1\u202f249,00", "٤٢٩٫٥٧"]),
        (r"$1{,}249$ of 12 %", ["1{,}249", "12 %"]),
        ("1. Milk\n2. Bread", ["1", "2"]),
    ],
)
def test_a_number_says_where_it_stands(text, places):
    assert [text[start:end] for _, start, end in located_numerals(text)] == places


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("($1,249.57)", "-1249.57", True),
        ("(USD 5.00)", "-5", True),
        ("-5.00", "(5.00)", True),
        ("5.00", "(5.00)", False),
        ("twelve (12)", "12", True),
        ("12", "twelve (12)", True),
    ],
)
def test_a_number_between_brackets_may_be_below_zero(answer, expected, right):
    assert judged("number", answer, expected).right is right


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        *[(one, "1500", True) for one in ("1.5k", "$1.5K", "1.5 thousand", "1,500")],
        *[(one, "2000000", True) for one in ("2 million", "2M", "2.0 Mio.", "200万", "20 lakh")],
        ("about 2 Million people", "2,000,000", True),
        ("2,000,000", "2 million", True),
        ("2.1 million", "2 million", False),
        ("2 million", "2", True),  # of a table in millions
        ("2", "2 million", False),
        ("(2 million)", "-2,000,000", True),
        ("-2,000,000", "(2 million)", True),
        *[(one, "5", True) for one in ("5 km", "5 m", "5Mb", "5 moons")],
        ("5km", "5000", False),
    ],
)
def test_a_thousand_or_a_million_behind_a_number_counts(answer, expected, right):
    assert judged("number", answer, expected).right is right


def test_a_number_in_digits_and_in_millions_is_one_number():
    assert judged("number", "2 million (2,000,000)", "2e6", take="only").right


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        *[(one, "-5") for one in ("minus 5", "It is Minus 5 °C.", "negative 5", "负5")],
        ("10 minus 5", "5"),
        ("(a) minus 5", "5"),
    ],
)
def test_a_number_below_zero_may_be_said_in_words(answer, value):
    assert judged("number", answer, value).right


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ("1/2", "0.5", True),
        (r"$\frac{1}{2}$", "1/2", True),
        ("About 0.5 cups", "1/2", True),
        ("It is 3/4 full.", "3/4", True),
        ("It is 1/4 full.", "3/4", False),
        ("7/10 windows", "10", True),
        ("1/0", "0", True),
    ],
)
def test_a_fraction_is_one_number_where_one_is_expected(answer, expected, right):
    assert judged("number", answer, expected).right is right


def test_a_year_is_found_in_a_date():
    assert judged("number", "In 3 words: November 14, 1998", "1998").right


def test_only_numbers_outside_of_dates_are_several():
    reading = judged("number", "3 of 4 on 2026-11-14", "3", take="only")
    assert reading.reason == "Several numbers: 3, 4."


def test_a_date_alone_is_read_as_its_numbers():
    assert judged("number", "2026-11-14", "2026", take="first").right


def test_an_answer_without_a_number_is_wrong_and_says_so():
    assert judged("number", "I cannot tell.", "3")[1:] == (False, None, "No number in the answer.")


@pytest.mark.parametrize("expected", ["", "  ", "many", "3 or 4", "“1,2e5”"])
def test_a_case_without_an_expected_number_is_neither_right_nor_wrong(expected):
    assert judged("number", "3", expected).right is None


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ({}, False),
        ({"within": 0.06}, True),
        ({"within": 0.059}, False),
        ({"within": 0.1, "percent": True}, True),
        ({"within": 0.01, "percent": True}, False),
    ],
)
def test_a_tolerance_is_absolute_or_of_the_expected_value(options, right):
    assert judged("number", "429.51", "429.57", **options).right is right


def test_a_wrong_number_says_how_far_off_it_is():
    assert judged("number", "429.51", "429.57").reason == "Off by 0.06."


@pytest.mark.parametrize(("take", "read"), [("last", "20"), ("first", "429.57"), ("only", "")])
def test_which_number_is_taken_can_be_chosen(take, read):
    answer = "429.57, with VAT of 20 %"
    assert judged("number", answer, "429.57", take=take).read == read


def test_several_numbers_are_named_where_there_must_be_one():
    reading = judged("number", "3, 4 or 5; 3 again", "3", take="only")
    assert reading.reason == "Several numbers: 3, 4, 5."
    assert judged("number", "3. I repeat: 3", "3", take="only").right


@pytest.mark.parametrize(
    ("written", "notation", "value"),
    [("1,249", "comma", "1,2490"), ("1.249", "comma", "1249"), ("1,249", "point", "1249")],
)
def test_the_decimal_sign_can_be_said(written, notation, value):
    assert judged("number", written, value, decimal=notation).right


def test_how_an_ambiguous_number_was_read_is_said():
    assert judged("number", "1,249", "1249").reason == "The comma was read as thousands."
    assert judged("number", "1.249", "1249").reason.endswith(
        "The point was read as a decimal sign."
    )


@pytest.mark.parametrize(("answer", "expected"), [("45%", "0.45"), ("45%", "45"), ("0.45", "45 %")])
def test_percent_is_hundredths_or_a_unit_that_was_left_out(answer, expected):
    assert judged("number", answer, expected).right


def test_huge_exponents_are_shown_short():
    assert shown(last_numeral("1e300").value) == "1e+300"
    assert judged("number", "1e999", "3").right is False


@pytest.mark.parametrize(
    "part", ["1", "1 ", "1,", "1.", "1'000", "-", "9e", "SEK", "٣", "1. a\n", "1 234"]
)
def test_no_answer_takes_long(part):
    answer = part * (125_000 // len(part))
    with bounded_effort():
        for take in ("last", "first", "only"):
            judged("number", answer, "1", take=take)
