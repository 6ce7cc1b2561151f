"""Parameters: what they may be, how they are sent, and what a person is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.providers.base import PredictionRequest
from playground.providers.openai.messages import body_of
from playground.providers.parameters.listed import PARAMETERS, checked, refused_in, written
from playground.providers.wavespeed.predictions import submission_of

SET = {
    "top_p": 0.9,
    "seed": 42,
    "stop": ["END", "\n\n"],
    "reasoning_effort": "low",
    "image_detail": "high",
    "jpeg_quality": 60,
    "response_schema": {"type": "object", "title": "receipt"},
    "extra_body": {"min_p": 0.05},
}


def sent(**parameters: Any) -> dict[str, Any]:
    pictures = ("https://example.org/a.png",)
    return body_of(PredictionRequest("m", "Why?", images=pictures, parameters=parameters))


def test_each_is_sent_as_chat_completions_have_it() -> None:
    body = sent(**SET)
    names = ["top_p", "seed", "stop", "reasoning_effort", "response_format", "min_p"]
    assert list(body)[-6:] == names
    picture = body["messages"][0]["content"][1]["image_url"]
    assert picture == {"url": "https://example.org/a.png", "detail": "high"}
    assert body["min_p"] == 0.05


def test_a_budget_of_tokens_is_sent_instead_of_an_effort() -> None:
    asked = PredictionRequest("m", "Why?", reasoning=True, parameters={"reasoning_effort": 2048})
    body = body_of(asked)
    assert body["reasoning"] == {"max_tokens": 2048}
    assert "reasoning_effort" not in body


def test_any_llm_vision_is_sent_what_it_documents_and_nothing_else() -> None:
    plain, asked = PredictionRequest("m", "Why?"), PredictionRequest("m", "Why?", parameters=SET)
    assert json.dumps(submission_of(asked)) == json.dumps(submission_of(plain))


@pytest.mark.parametrize("name", PARAMETERS)
def test_what_a_field_writes_it_reads(name: str) -> None:
    assert PARAMETERS[name].kind.read(written(SET, name)) == SET[name]
    assert checked({name: SET[name]}) == {name: SET[name]}


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("top_p", "1.5", "Top p is a number from 0 to 1. Set one, or choose Not sent."),
        ("top_p", "nan", "Top p is a number from 0 to 1."),
        ("seed", "4.5", "Seed is a whole number."),
        ("seed", "9" * 400, "Seed is a whole number."),
        ("stop", "a\nb\nc\nd\ne\nf", "At most 4. You gave 6."),
        ("reasoning_effort", "much", "Reasoning effort is low, medium, high or a whole number of"),
        ("image_detail", "best", "Image detail is auto, low or high."),
        ("extra_body", '{"min_p": 0.05, "a', "Character 17: a closing quote is missing."),
        (
            "extra_body",
            '{\n"min_p": 0.05\n"a": 1}',
            "Line 3: a comma or a closing bracket is missing.",
        ),
        ("extra_body", "[1]", "That is no object. Put the names and values in braces."),
        ("extra_body", '{"stream": true}', "stream cannot be set here: model, messages and stream"),
        ("extra_body", '{"seed": 1}', "seed cannot be set here: it has a field of its own."),
        (
            "extra_body",
            '{"n": 4}',
            "n cannot be set here: one answer is read, and each is paid for.",
        ),
        ("extra_body", '{"MODEL": "b"}', "MODEL cannot be set here: model, messages and stream"),
        ("extra_body", '{"me\u017f\u017fageS": []}', "cannot be set here: model, messages and"),
        ("extra_body", '{"models": ["b"]}', "models cannot be set here: model, messages and"),
        ("extra_body", '{"extra_body": {"model": "b"}}', "extra_body cannot be set here: model"),
        ("extra_body", '{"a": ' + "9" * 5_000 + "}", "One of its numbers is too large."),
        ("extra_body", '{"a": {"b": 1, "b": 2}}', "b is there twice. Keep one of them."),
        ("response_schema", '{"type": "object", "type": "array"}', "type is there twice."),
        ("extra_body", '{"a": 1e999}', "One of its numbers is too large."),
        ("extra_body", '{"a": NaN}', "NaN is not JSON."),
        ("extra_body", '{"a": "\\u0000"}', "A text in it has a NUL character."),
        ("extra_body", '{"a": "\\ud800"}', "A text in it has half of a surrogate pair."),
        ("extra_body", '{"a":' * 40 + "1" + "}" * 40, "It is 40 levels deep. At most 32."),
        ("extra_body", "[" * 9_999, "nested too deep"),
        ("extra_body", '{"a": "' + "x" * 10_000, "It has 10,007 characters. At most 10,000."),
    ],
)
def test_what_does_not_fit_gets_a_sentence(name: str, typed: str, words: str) -> None:
    with pytest.raises(ValueError) as reason:
        PARAMETERS[name].kind.read(typed)
    assert words in PARAMETERS[name].refusal(reason.value)


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True])
def test_a_number_of_any_size_is_compared_with_what_it_may_be(value: Any) -> None:
    with pytest.raises(ValueError):
        PARAMETERS["top_p"].kind.check(value)


def test_a_line_in_brackets_is_a_text_to_stop_at() -> None:
    assert PARAMETERS["stop"].kind.read("[END]") == ["[END]"]
    assert PARAMETERS["stop"].kind.read('["\\n\\n", "END"]') == ["\n\n", "END"]


def test_a_refusal_names_what_it_refuses() -> None:
    words = "Unsupported parameter: 'seed' is not supported with this model."
    assert refused_in(SET, words) == ["seed"]
    assert refused_in({"top_p": 1}, words) == []
