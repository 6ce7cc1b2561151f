"""Tables of delimited text, as spreadsheets and people write them."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest

from playground.experiments.sources.delimited import read_delimited
from playground.experiments.sources.rows import MAX_ROWS, MAX_VALUE, SourceError
from playground.experiments.sources.texts import MAX_BYTES
from tests.effort import bounded_effort
from tests.experiments.sources.made import problems, table, values

CASE = {"file": "receipt-01.jpg", "what": "the total, in kr", "truth": "429,57"}
PLAIN = 'file,what,truth\nreceipt-01.jpg,"the total, in kr","429,57"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_table_is_read_in_any_usual_encoding(encoding):
    assert values("name\nSmörgås – 5 €\n".encode(encoding)) == [{"name": "Smörgås – 5 €"}]


def test_big_endian_utf_16_is_read_too():
    assert values(b"\xfe\xff" + "name\nå\n".encode("utf-16-be")) == [{"name": "å"}]


def test_an_encoding_that_was_guessed_is_said():
    assert table("name\nå\n").notes == ()
    assert "Windows-1252" in table("name\nå\n".encode("cp1252")).notes[0]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(sign, end):
    lines = ["file,what,truth", 'receipt-01.jpg,"the total, in kr","429,57"']
    rows = [lines[0].replace(",", sign), f'receipt-01.jpg{sign}"the total, in kr"{sign}"429,57"']
    assert values(end.join(rows)) == [CASE]


def test_decimal_commas_do_not_make_commas_the_delimiter():
    assert values("a;b\n1,5;2,5\n3,5;4,5\n") == [{"a": "1,5", "b": "2,5"}, {"a": "3,5", "b": "4,5"}]


def test_quotes_hold_line_ends_and_doubled_quotes():
    assert values('a,b\n"one\ntwo","say ""hi"""\n') == [{"a": "one\ntwo", "b": 'say "hi"'}]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_by_which_excel_says_its_delimiter_is_no_head(line):
    assert values(f"{line}\r\na;b\r\n1,5;2\r\n") == [{"a": "1,5", "b": "2"}]


def test_a_long_value_hides_no_delimiter_and_is_said():
    found = table('a,b\n1,2\n3,"' + "x" * 200_000 + '"\n')
    assert found.columns == ("a", "b")
    rows = list(found.rows)
    assert (rows[0].values, "longer than 100,000" in rows[1].problem) == (
        {"a": "1", "b": "2"},
        True,
    )


def test_a_single_column_is_a_table():
    assert values("file\na.jpg\nb.jpg\n") == [{"file": "a.jpg"}, {"file": "b.jpg"}]


def test_rows_that_do_not_fit_the_head_are_named_by_number():
    content = "a,b,c,d,e\n1,2,3,4,5\n1,2,3,4,5,6\n\n1,2\n1,2,3,4,5,,\n"
    assert problems(content) == {2: "6 fields, the head has 5.", 4: "2 fields, the head has 5."}


def test_a_quote_that_is_not_closed_does_not_swallow_rows_in_silence():
    found = problems('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert list(found) == [2]
    assert found[2].startswith("A quotation mark is opened and not closed")


def test_a_bad_quote_costs_its_row_alone():
    assert values('a,b\n"x"y,1\n2,3\n')[-1] == {"a": "2", "b": "3"}
    assert list(problems('a,b\n"x"y,1\n2,3\n')) == [1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\n \n", "The file is empty"),
        (b"a,a\n1,2\n", "Two columns are called “a”"),
        ("\u00e9,e\u0301\n1,2\n".encode(), "Two columns are called “\u00e9”"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no text file"),
        (b"\xff\xfea\0\x00", "damaged"),
        (",".join(map(str, range(101))).encode(), "at most 100"),
        (b"a" * (MAX_BYTES + 1), "larger than 50 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, reason):
    with pytest.raises(SourceError, match=reason):
        table(content)


def test_columns_without_a_name_get_one():
    assert table("a,,b\n1,2,3\n").columns == ("a", "Column 2", "b")


def test_values_that_cannot_be_kept_are_problems_of_their_row():
    assert "longer than 100,000" in problems(f"a\n{'x' * (MAX_VALUE + 1)}\n")[1]
    assert "no text" in problems(b"\xff\xfe" + "a\nx\0y\n".encode("utf-16-le"))[1]


def test_a_field_without_an_end_ends_the_table():
    assert list(problems('a\n"' + "x\n" * 200_000)) == [1]


def test_more_rows_than_a_test_set_has_are_refused():
    with pytest.raises(SourceError, match="more than 10,000 rows"):
        list(table("a\n" + "x\n" * (MAX_ROWS + 1)).rows)


def test_rows_are_read_as_they_are_taken():
    content = "a\n" + "x\n" * (MAX_ROWS + 1)
    assert next(table(content).rows).number == 1


def test_a_stream_stays_open_and_can_be_read_again():
    stream = BytesIO(PLAIN.encode())
    assert [next(read_delimited(stream).rows).values for _ in range(2)] == [CASE, CASE]
    assert not stream.closed


@pytest.mark.parametrize("part", ['"', ",", '"\n', "a,\n", '","', "\r"])
def test_no_table_takes_long(part):
    rows = table("a,b\n" + part * (750_000 // len(part))).rows
    with bounded_effort(), suppress(SourceError):
        list(rows)
