"""JSON is read as models write it, in linear time."""

from __future__ import annotations

import pytest

from playground.rendering.answer_json import MAX_CHARACTERS, MAX_VALUES, read_json
from tests.effort import bounded_effort

VALUE = {"a": 1, "b": [2]}


@pytest.mark.parametrize(
    "answer",
    [
        '{"a": 1, "b": [2]}',
        'Here:\n```json\n{"a": 1, "b": [2]}\n```\nDone.',
        '```json5 title="x"\n{"a": 1, "b": [2]}\n```',
        '~~~\n{"a": 1, "b": [2]}\n~~~',
        '- So:\n  ```\n  {"a": 1, "b": [2]}\n  ```',
        'The answer is {"a": 1, "b": [2]}, as [you] see.',
        '{"a": 1, "b": [2,],}',
        "{'a': 1, 'b': [2]}",
        '{"a": 1, // one\n "b": [2] /* two */}',
        '{"a": 1, # one\n "b": [2]}',
        "{a: 1, b: [2]}",
        'json\n{"a": 1, "b": [2]}',
        '{"a": 1, "b": [2]}\n\nNote: [1',
    ],
)
def test_each_way_of_writing_is_the_same_value(answer: str) -> None:
    assert read_json(answer) == [VALUE]


@pytest.mark.parametrize(
    "answer",
    ['{"a": 1}\n{"b": 2}', '```jsonl\n{"a": 1}\n{"b": 2}\n```', 'First {"a": 1}, then {"b": 2}.'],
)
def test_several_values_are_several(answer: str) -> None:
    assert read_json(answer) == [{"a": 1}, {"b": 2}]


def test_words_of_python_are_read_and_those_in_texts_stay() -> None:
    answer = "{'a': None, 'b': True, 'c': 'None is True'}"
    assert read_json(answer) == [{"a": None, "b": True, "c": "None is True"}]


@pytest.mark.parametrize("end", ["", ","])
def test_line_breaks_in_texts_are_read(end: str) -> None:
    assert read_json(f'{{"a": "one\ntwo"{end}}}') == [{"a": "one\ntwo"}]


@pytest.mark.parametrize("words", ['A 5" screen:', 'He said "so', "It's"])
def test_quotation_marks_between_words_hide_nothing(words: str) -> None:
    assert read_json(f'{words} {{"a": 1}}, "yes"') == [{"a": 1}]


def test_words_of_other_languages_for_nothing_are_read() -> None:
    (value,) = read_json('{"a": undefined, "b": nan}')
    assert isinstance(value, dict)
    assert (value["a"], str(value["b"])) == (None, "nan")


def test_what_is_no_number_is_read() -> None:
    (value,) = read_json('{"a": NaN}')
    assert isinstance(value, dict)
    assert value["a"] != value["a"]


def test_numbers_can_stay_as_they_are_written() -> None:
    answer = '{"a": 41.20, "b": 123456789012345678901234567890}'
    assert read_json(answer, as_written=True) == [
        {"a": "41.20", "b": "123456789012345678901234567890"}
    ]


def test_of_an_answer_that_was_cut_off_the_whole_values_are_read() -> None:
    assert read_json('[{"a": 1}, {"b": 2}, {"c": ') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    "answer", ["", "no json", "[see] {this}", "```python\nprint(1)\n```", "[]"]
)
def test_what_is_no_json_is_nothing(answer: str) -> None:
    assert read_json(answer) == []


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{",
        '[{"a":',
        "{'a':",
        "[1]",
        "[x",
        "'\\",
        '"',
        "[/*",
        "```\n[",
        "{}",
        "[[1],",
        "\n{",
        "{//x\n",
        '\\"',
        '"x',
    ],
)
def test_repetition_of_anything_comes_to_an_end(piece: str) -> None:
    text = piece * (MAX_CHARACTERS // 4 // len(piece))
    with bounded_effort():
        assert len(read_json(text)) <= MAX_VALUES
        assert len(read_json(text + "]" * 20_000)) <= MAX_VALUES


def no_json(depth: int) -> str:
    """Brackets in brackets, each of which could begin a value, and a value behind them."""
    return f'So: {"[" * depth}x y{"]" * depth}, {{"a": 1}}'


def test_brackets_in_brackets_are_not_tried_from_each_of_them() -> None:
    assert read_json(no_json(100)) == [{"a": 1}]
    with bounded_effort():
        assert read_json(no_json(MAX_CHARACTERS // 4)) == []  # nothing more is looked for
