"""What columns mean, and the cases that rows become."""

from __future__ import annotations

import pytest

from playground.experiments.sources.columns import (
    CaseDraft,
    Columns,
    Meaning,
    drafts,
    guess,
    variable_name,
)
from playground.experiments.sources.file_names import FileNames
from playground.experiments.sources.rows import SourceRow
from tests.effort import bounded_effort
from tests.experiments.sources.made import table

NUMBERS = """file,what,truth,tags,scanned
receipt-01.jpg,the total in SEK,429.57,receipt,2026-11-14
receipt-02.jpg,the VAT in SEK,46.03,receipt; small print,2026-11-14
"""


def brought(content: str, **changed: object) -> list[CaseDraft]:
    read = table(content)
    rows = list(read.rows)
    columns = guess(read.columns, rows)
    return list(drafts(rows, Columns(**{**vars(columns), **changed})))


def test_columns_are_guessed_by_their_names():
    read = table(NUMBERS)
    columns = guess(read.columns, list(read.rows))
    assert columns.meanings == {
        "file": Meaning.IMAGE,
        "what": Meaning.VARIABLE,
        "truth": Meaning.EXPECTED,
        "tags": Meaning.TAGS,
        "scanned": Meaning.VARIABLE,
    }
    assert (columns.kind, columns.parts) == ("number", ";")


def test_columns_are_guessed_by_their_values_too():
    read = table("scan,page,answer,tags\na.jpg,b.PNG,{},x\n")
    columns = guess(read.columns, list(read.rows))
    assert columns.of(Meaning.IMAGE) == ["scan", "page"]
    assert columns.kind == "json"


def test_a_second_column_for_the_expected_value_is_a_variable():
    assert guess(("expected", "label"), ()).meanings["label"] is Meaning.VARIABLE


def test_the_best_name_for_the_expected_value_wins_wherever_it_stands():
    found = guess(("label", "expected", "Note", "notes"), ()).meanings
    assert list(found.values()) == [
        *(Meaning.VARIABLE, Meaning.EXPECTED),
        *(Meaning.NOTE, Meaning.VARIABLE),
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [("SEK 429.57", "number"), ("45 %", "number"), ("12 Main Street", "text"), ("Flat 5B", "text")],
)
def test_a_number_among_words_is_a_text(value, kind):
    read = table(f"file,expected\na.png,{value}\n")
    assert guess(read.columns, list(read.rows)).kind == kind


def test_objects_with_a_number_are_json():
    read = table('file,expected\na.png,"{""total"": 5}"\n')
    assert guess(read.columns, list(read.rows)).kind == "json"


def test_an_image_that_a_row_names_twice_is_there_twice():
    assert brought("file,expected\na.png;a.png,1\n")[0].images == ("a.png", "a.png")


def test_a_row_becomes_a_case():
    first, second = brought(NUMBERS)
    assert first == CaseDraft(
        1,
        images=("receipt-01.jpg",),
        variables={"what": "the total in SEK", "scanned": "2026-11-14"},
        expected="429.57",
        tags=("receipt",),
    )
    assert second.tags == ("receipt", "small print")


def test_several_images_are_parted_by_semicolons_or_are_a_list():
    content = 'images\na.png; b.png\n"[""c.png"", ""d, e.png""]"\n'
    assert [one.images for one in brought(content)] == [("a.png", "b.png"), ("c.png", "d, e.png")]


def test_rows_that_lack_something_say_what():
    content = 'image,expected\na.png,1\nb.png,\nc.png,"1,2e5"\nd.png\n'
    lacking = {one.number: one.problems for one in brought(content, kind="number") if one.problems}
    assert lacking == {
        2: ("No expected value.",),
        3: ("“1,2e5” is no number.",),
        4: ("1 field, the head has 2.",),
    }


def test_a_column_can_be_left_out_or_mean_something_else():
    meanings = {"a": Meaning.LEAVE_OUT, "b": Meaning.QUESTION, "c": Meaning.NOTE}
    (case,) = drafts([SourceRow(1, {"a": "1", "b": "2", "c": "3"})], Columns(meanings))
    assert (case.question, case.note, case.variables) == ("2", "3", {})


def test_bounds_of_a_case_are_said():
    meanings = {"image": Meaning.IMAGE, "tags": Meaning.TAGS}
    row = {"image": ";".join(f"{n}.png" for n in range(17)), "tags": "x" * 41}
    variables = {f"v{n}": "" for n in range(21)}
    (case,) = drafts([SourceRow(1, {**row, **variables})], Columns(meanings))
    assert [problem.split(",")[0] for problem in case.problems] == [
        "17 images",
        "21 variables",
        "A case has at most 20 tags of at most 40 characters.",
    ]


def test_two_columns_of_one_variable_do_not_lose_a_value_in_silence():
    (case,) = drafts([SourceRow(1, {"a b": "1", "a-b": "2"})], Columns({}))
    assert case.problems == ("Two columns are one variable: rename one.",)


def test_a_variable_can_be_written_in_a_prompt():
    assert variable_name("what") == "what"
    assert variable_name("Name of shop") == "Name_of_shop"
    assert variable_name("2nd") == "column_2nd"
    assert variable_name("???") == "column"
    assert len(variable_name("x" * 100)) == 40


def test_images_that_are_missing_are_named_with_what_may_be_meant():
    names = FileNames(["receipt-01.jpg", "receipt-8.jpg", "Notes.png", "whiteboard-02.jpg"])
    images = ("receipt-01.jpg", "receipt-08.jpg", "whiteboard-02.jpg", "whiteboard-03.jpg")
    lost = [one for one in images if not names.find(one)]
    near = "receipt-8.jpg is there, and no row names it."
    assert list(map(names.missing, lost)) == [
        f"receipt-08.jpg is not in the folder. {near}",
        "whiteboard-03.jpg is not in the folder, and nothing like it.",
    ]
    assert names.unnamed == {"receipt-8.jpg", "Notes.png"}


def test_a_file_is_found_by_its_path_or_by_a_name_that_is_its_own():
    names = FileNames(["x/a.png", "y/a.png", "y/B.png", "x/e\u0301.png"])
    assert names.find("x/a.png") == names.find(".\\X\\a.png") == "x/a.png"
    assert names.find("b.png") == "y/B.png"
    assert names.find("\u00e9.png") == "x/e\u0301.png"
    assert names.find("a.png") is None
    assert names.missing("a.png") == "Several files are called a.png: name the folder too."


@pytest.mark.parametrize("alike", [("A.png", "a.png"), ("\u00e9.png", "e\u0301.png")])
def test_files_that_differ_by_case_or_form_alone_are_told_apart(alike):
    names = FileNames(alike)
    assert [names.find(one) for one in alike] == [*alike]
    another = alike[0].replace("png", "PNG")
    assert names.find(another) is None
    assert "but for case or accents" in names.missing(another)


def test_five_thousand_wrong_names_do_not_take_long():
    names = FileNames(f"scan_{n}_a.png" for n in range(5_000))
    with bounded_effort():
        assert all(names.missing(f"page {n} b.png") for n in range(5_000))
