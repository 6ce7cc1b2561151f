"""promptfoo's files: what has an equal here is read, the rest named, nothing run or opened."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from playground.experiments.rules.parse import parse_rule
from playground.experiments.sources.rows import SourceError
from tests.effort import bounded_effort
from tests.experiments.sources.made import problems, table, values

FILE = """
prompts: ["What is {{what}}?"]
defaultTest:
  vars: {shop: Dune}
tests:
  - description: first
    vars:
      image: file://images/receipt-01.jpg
      what: the total
    assert:
      - type: equals
        value: 9.60
      - type: javascript
        value: require("child_process").exec("touch /tmp/here")
  - vars: {what: "yes", image: file://b.png}
    assert: [{type: llm-rubric, value: is polite}, {type: icontains, value: "{{shop}}"}]
"""


def asserting(*assertions, name="a.yaml"):
    return table(json.dumps({"tests": [{"vars": {"x": "y"}, "assert": list(assertions)}]}), name)


def test_variables_expected_values_and_descriptions_are_read_as_they_are_written():
    first, second = values(FILE, "promptfooconfig.yaml")
    assert first == {
        "shop": "Dune",
        "image": "images/receipt-01.jpg",
        "what": "the total",
        "expected": "9.60",
        "note": "first",
    }
    assert (second["what"], second["expected"]) == ("yes", "Dune")


def test_rules_that_an_experiment_would_not_start_with_are_named():
    found = asserting({"type": "icontains", "value": "Dune"})
    assert found.notes == (
        "Answers are marked there by: Contains. Choose that for the experiment, too.",
    )
    assert asserting({"type": "equals", "value": "Dune"}).notes == ()


def test_assertions_become_rules_and_the_others_are_named():
    found = table(FILE, "a.yml")
    assert [rule["rule"] for rule in found.rules] == ["equals", "contains"]
    assert found.notes[0].endswith("javascript (1), llm-rubric (1).")


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        ("equals", "a", {"rule": "equals", "ignore_case": False}),
        ("contains", "a", {"rule": "contains", "ignore_case": False}),
        ("icontains", "a", {"rule": "contains"}),
        ("regex", "a+", {"rule": "matches"}),
    ],
)
def test_each_kind_that_has_an_equal_becomes_it(kind, value, rule):
    found = asserting({"type": kind, "value": value})
    assert found.rules == (rule,)
    assert next(found.rows).values["expected"] == value
    assert parse_rule(rule)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize("as_text", [True, False])
def test_a_schema_is_one_however_it_is_written(name, as_text):
    schema = {"type": "object", "properties": {"n": {"minimum": 2, "type": "number"}}}
    value = json.dumps(schema) if as_text else schema
    found = asserting({"type": "is-json", "value": value}, name=name)
    assert found.rules == ({"rule": "json", "schema": schema},)
    assert parse_rule(found.rules[0]).judge('{"n": 1}', "").right is False


def test_json_without_a_schema_is_any_json():
    assert asserting({"type": "contains-json"}).rules == ({"rule": "json", "schema": {}},)


@pytest.mark.parametrize(
    "assertion",
    [
        {"type": "equals", "value": "file://expected.txt"},
        {"type": "equals", "value": "{{ load('x') }}"},
        {"type": "not-equals", "value": "a"},
        {"type": "levenshtein", "value": "a", "threshold": 3},
        {"type": "contains-any", "value": ["a", "b"]},
        {"type": "is-json", "value": {"type": "nope"}},
        {"type": "is-json", "value": "file://schema.json"},
        {"value": "a"},
        "equals",
    ],
)
def test_what_has_no_equal_is_left_out_and_named(assertion):
    found = asserting(assertion)
    assert found.rules == ()
    assert "left out" in found.notes[0]


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ('"file://more.yaml"', "file://more.yaml is not opened"),
        ("{vars: {x: file:///etc/passwd}}", "“x” is in file:///etc/passwd, which is not opened."),
        ("{vars: {x: [a, b]}}", "“x” has several values"),
    ],
)
def test_a_test_that_needs_another_file_is_a_problem_of_its_row(test, problem):
    assert problem in problems(f"tests:\n  - {test}\n  - vars: {{x: y}}\n", "a.yaml")[1]


def test_tests_in_another_file_are_refused():
    with pytest.raises(SourceError, match=r"They are in file://tests\.csv: bring that file in"):
        table("tests: file://tests.csv", "a.yaml")


def test_what_yaml_merges_is_taken():
    content = "x: &x {vars: {a: b}}\ntests:\n  - {<<: *x, description: c}\n"
    assert values(content, "a.yaml") == [{"a": "b", "note": "c"}]


@pytest.mark.parametrize(
    "content",
    [
        "tests: [" + "[" * 200_000,
        "tests:\n" + "".join(" " * n + "a:\n" for n in range(1, 2_000)),
        "tests: &a [*a]",
        "tests:\n" + "- a: b\n" * 300_000,
        "? [a]\n: b",
        "a: 'b",
    ],
)
def test_yaml_without_bounds_is_refused(content):
    with bounded_effort(), pytest.raises(SourceError, match=r"This is no YAML|This YAML is too"):
        table(content, "a.yaml")


def test_aliases_that_multiply_are_not_written_out():
    names = "abcdefghij"
    bomb = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise(names))
    with bounded_effort():
        content = f"a: &a [x]\n{bomb}tests: [{{vars: {{x: {{y: *j}}}}, assert: *j}}]"
        assert "longer than" in problems(content, "a.yaml")[1]


def test_tags_make_nothing():
    content = "tests: [{vars: {x: !!python/object/apply:os.system ['true']}}]"
    assert "several values" in problems(content, "a.yaml")[1]


CSV = r"""__description,topic,image,__expected1,__expected2,__metadata:category,__metadata:tags[]
first,algorithms,file://a.png,contains: algorithm,llm-rubric:Is it right?,tech,"ai,data\,science"
,time,b.png,icontains:{{topic}},,,
,noon,c.png,12:00,,,
,json,d.png,is-json,,,
"""


def test_columns_of_csv_are_assertions_descriptions_and_tags():
    read = table(CSV)
    first, *others = (row.values for row in read.rows)
    assert first == {
        "topic": "algorithms",
        "image": "a.png",
        "expected": "algorithm",
        "note": "first",
        "tags": "tech;ai;data,science",
    }
    assert [one.get("expected") for one in others] == ["time", "12:00", None]
    assert [one["rule"] for one in read.rules] == ["contains", "contains", "equals", "json"]


def test_assertions_of_csv_without_an_equal_and_rules_are_named():
    left_out, rules = table(CSV).notes
    assert "llm-rubric (1)" in left_out
    assert "Contains" in rules


def test_columns_of_csv_that_mean_nothing_here_are_not_lost():
    assert values("x,__prefix,__expected\ny,Hi,a\n") == [
        {"x": "y", "__prefix": "Hi", "expected": "a"}
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Total: 9.60", "Total: 9.60"),
        ("equals: a", "a"),
        ("follow-up", "follow-up"),
        ("not-equals: a", None),
        ("similar(0.8): a", None),
        ("javascript:process.exit()", None),
        ("file://check.py", None),
        ("contains-any: a,b", None),
    ],
)
def test_an_expectation_of_csv_is_a_kind_that_promptfoo_has_or_the_value(value, expected):
    (row,) = values(f'x,__expected\ny,"{value}"\n')
    assert row.get("expected") == expected


def test_a_row_of_csv_that_is_broken_stays_named():
    assert problems("x,__expected\ny\nz,a\n") == {1: "1 field, the head has 2."}


def test_variables_of_promptfoo_stay_variables_beside_what_is_expected():
    assert table("prompt,A,category,__expected\nx,y,z,a\n").columns == (
        *("{{prompt}}", "{{A}}", "{{category}}"),
        "expected",
    )
