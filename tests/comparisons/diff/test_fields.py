"""Answers that are JSON objects, field by field."""

from __future__ import annotations

from playground.comparisons.diff.fields import DIFFERS, LACKING, MAX_ROWS, WRONG, field_table

A = '{"vendor": "K", "vat": 46.03, "items": [{"price": 96.00}, {"price": 3}]}'
B = '{"vendor": "KB", "items": [{"price": 96.0}, {"price": "3"}]}'
NONE: dict[str, str] = {}


def test_each_field_is_a_row_in_the_order_of_the_answers() -> None:
    table = field_table([A, A], [NONE, NONE])
    assert [row.path for row in table.rows] == [
        *("vendor", "vat", "items", "items.0.price", "items.1.price")
    ]
    assert (table.differing, table.are_objects) == (0, [True, True])


def test_numbers_stay_as_they_are_written_and_are_compared_by_their_size() -> None:
    row = field_table([A, A, B], [NONE] * 3).rows[3]
    assert [(cell.text, cell.is_number, cell.mark) for cell in row.cells] == [
        *(("96.00", True, ""), ("96.00", True, ""), ("96.0", True, ""))
    ]


def test_what_most_do_not_say_is_marked() -> None:
    rows = {row.path: row for row in field_table([A, A, B], [NONE] * 3).rows}
    assert [cell.mark for cell in rows["vendor"].cells] == ["", "", DIFFERS]
    assert [cell.mark for cell in rows["vat"].cells] == ["", "", LACKING]
    assert [cell.mark for cell in rows["items.1.price"].cells] == ["", "", DIFFERS]
    assert not rows["items"].differs


def test_of_two_that_differ_neither_is_usual() -> None:
    row = field_table([A, B], [NONE] * 2).rows[0]
    assert [cell.mark for cell in row.cells] == [DIFFERS, DIFFERS]


def test_what_does_not_fit_the_schema_stands_in_quotes_with_the_reason() -> None:
    errors = {"items.1.price": "expected number, got string"}
    cell = field_table([A, B], [NONE, errors]).rows[-1].cells[1]
    assert (cell.text, cell.mark, cell.in_short) == ('"3"', WRONG, "Not a number")


def test_an_answer_that_is_none_is_a_column_of_nothing() -> None:
    table = field_table([A, "Sorry."], [NONE] * 2)
    assert table.are_objects == [True, False]
    assert {row.cells[1].mark for row in table.rows} == {LACKING, DIFFERS} - {DIFFERS}


def test_a_long_answer_is_cut_and_said_to_be() -> None:
    long = f'{{"a": {list(range(MAX_ROWS))}}}'
    table = field_table([long, long], [NONE] * 2)
    assert (len(table.rows), table.is_cut) == (MAX_ROWS, True)


def test_deep_answers_end() -> None:
    deep = '{"a":' * 30 + "1" + "}" * 30
    assert len(field_table([deep, deep], [NONE] * 2).rows) == 1


def test_long_numbers_that_differ_in_their_last_digit_differ() -> None:
    answers = [f'{{"id": {number}}}' for number in ("90071992547409931", "90071992547409932")]
    assert field_table(answers, [NONE, NONE]).differing == 1


def test_one_number_is_itself_however_it_is_written() -> None:
    answers = [f'{{"a": {number}}}' for number in ("0", "-0", "0.0", "0e5")]
    assert field_table(answers, [NONE] * 4).differing == 0


def test_an_exponent_without_bounds_is_a_value_like_others() -> None:
    huge = '{"a": 1e' + "9" * 40 + "}"
    assert field_table([huge, '{"a": 1}'], [NONE, NONE]).differing == 1
