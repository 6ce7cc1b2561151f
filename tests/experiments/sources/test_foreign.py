"""Files of datasets as they lie: nothing of them is to be mapped by hand."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments.sources.columns import NO_IMAGE, Meaning, as_column, drafts, guess
from playground.experiments.sources.file_names import MAX_INLINE
from playground.experiments.sources.foreign import SAMPLE, SEVERAL
from playground.experiments.sources.rows import MAX_VALUE
from tests.conftest import png
from tests.effort import bounded_effort
from tests.experiments.sources.made import problems, table, values

if TYPE_CHECKING:
    from playground.experiments.sources.columns import CaseDraft

INLINE = base64.b64encode(png()).decode()


def first(content: str | dict[str, Any], name: str = "cases.jsonl") -> CaseDraft:
    read = table(content if isinstance(content, str) else json.dumps(content), name)
    rows = list(read.rows)
    return next(drafts(rows, guess(read.columns, rows)))


def test_metadata_of_hugging_face_names_its_images_and_what_is_right():
    case = first('file_name,ground_truth,url\nimg/01.png,"9,60",https://a/1.png\n', "metadata.csv")
    assert (case.images, case.expected) == (("img/01.png",), "9,60")
    assert case.variables == {"url": "https://a/1.png"}


def test_lines_that_are_called_json_are_lines():
    case = {"file_name": "0001.png", "text": "the word"}
    content = "".join(json.dumps(case) + "\n" for _ in range(2))
    assert values(content, "metadata.json") == [case, case]


def test_an_item_of_hosted_evals_is_the_case():
    item = {"ticket_text": "It does not start", "correct_label": "Hardware", "n": 9.60}
    line = json.dumps({"item": item, "sample": {"output_text": "Other"}})
    case = first(line)
    assert (case.variables["ticket_text"], case.expected) == ("It does not start", "Hardware")
    assert table(line, "cases.jsonl").notes == (SAMPLE,)


def test_an_image_on_the_web_is_the_image_of_hosted_evals_where_there_is_no_file():
    item = {
        "media_url": "https://a.example/food.jpg",
        "reference": "Pizza",
        "prompt": "What is it?",
    }
    case = first({"item": item})
    assert (case.images, case.expected) == (("https://a.example/food.jpg",), "Pizza")
    assert case.question == "What is it?"


def test_messages_of_open_evals_are_the_question():
    system = {"role": "system", "content": "Answer with a number."}
    case = first({"input": [system, {"role": "user", "content": "2 + 2?"}], "ideal": "4"})
    assert (case.question, case.expected) == ("Answer with a number.\n\n2 + 2?", "4")
    assert case.variables == {}


def test_an_exchange_of_a_chat_has_its_image_and_its_answer():
    image = {"type": "image_url", "image_url": {"url": "a.png"}}
    asked = {"role": "user", "content": [{"type": "text", "text": "Total?"}, image]}
    case = first({"messages": [asked, {"role": "assistant", "content": "9.60"}]})
    assert (case.images, case.question, case.expected) == (("a.png",), "Total?", "9.60")


def test_a_conversation_of_llava_is_a_question_and_its_answer():
    turns = [{"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A bus"}]
    content = json.dumps([{"id": "1", "image": "coco/1.jpg", "conversations": turns}])
    case = first(content, "llava.json")
    assert (case.images, case.question, case.expected) == (("coco/1.jpg",), "What is it?", "A bus")


def test_a_question_of_llava_is_its_text():
    case = first({"question_id": 0, "image": "v1_0.png", "text": "What is x?", "category": "conv"})
    assert (case.question, case.images) == ("What is x?", ("v1_0.png",))
    assert case.variables == {"question_id": "0", "category": "conv"}


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}] * 2,
        [{"role": "user", "content": [{"type": "input_audio"}]}],
        [{"role": "user", "content": 5}],
        [{"role": "assistant", "content": "b"}],
        ["a"],
        [],
    ],
)
def test_messages_that_are_no_one_exchange_stay_as_they_are(messages):
    assert values(json.dumps({"messages": messages}), "a.jsonl") == [
        {"messages": json.dumps(messages)}
    ]


@pytest.mark.parametrize(
    ("given", "expected", "note"),
    [
        ({"ideal": ["4"]}, "4", ""),
        ({"ideal": ["4", "four"]}, "4", "Also right: four"),
        ({"answers": ["bus", "van", "van"]}, "van", "Also right: bus"),
        ({"answers": [{"answer": "no", "answer_id": 1}, {"answer": "no"}]}, "no", ""),
        ({"ideal": [9.60, 9.6], "note": "mine"}, "9.60", "mine"),
        ({"ideal": []}, "", ""),
    ],
)
def test_of_several_right_answers_one_is_expected(given, expected, note):
    line = json.dumps({"input": "x"} | given).replace("[9.6,", "[9.60,")
    case = first(line)
    assert (case.expected, case.note) == (expected, note)
    assert (SEVERAL in table(line, "a.jsonl").notes) is ("Also" in note or note == "mine")


def test_answers_beside_the_right_one_are_what_there_is_to_choose_from():
    case = first({"question": "Which?", "answers": ["red", "blue"], "correct_answer": "blue"})
    assert (case.expected, case.variables) == ("blue", {"answers": '["red", "blue"]'})


def test_a_list_that_is_expected_stays_one():
    assert first({"image": "a.png", "expected": ["milk", "bread"]}).expected == '["milk", "bread"]'


def test_choices_of_vlmevalkit_stand_behind_their_question():
    content = "index\tcategory\tanswer\tquestion\tA\tB\tC\timage_path\n"
    case = first(content + "1\tAnimals\tB\tWhat is it?\tDog\tCat\t\tcat.jpg\n", "mcq.tsv")
    assert case.question == "What is it?\nA. Dog\nB. Cat"
    assert (case.expected, case.tags, case.images) == ("B", ("Animals",), ("cat.jpg",))
    assert case.variables == {"index": "1"}


@pytest.mark.parametrize("head", ["image,category", "image,prompt", "text,label", "A,B,answer"])
def test_what_is_not_sure_without_a_neighbour_is_a_variable(head):
    found = guess(head.split(","), ()).meanings
    assert found[head.split(",")[head.startswith("image")]] is Meaning.VARIABLE


def test_names_do_not_count_by_their_form():
    for name in ("Expected Answer", "groundTruth", "ground-truth", "GROUND_TRUTH"):
        assert guess((name,), ()).meanings[name] is Meaning.EXPECTED


def test_an_answer_beside_a_ground_truth_is_that_of_a_model():
    found = guess(("answer", "ground_truth"), ()).meanings
    assert list(found.values()) == [Meaning.VARIABLE, Meaning.EXPECTED]


def test_what_a_prompt_asks_for_stays_a_variable():
    names = ("question", "A", "B", "prompt", "expected")
    found = guess(names, (), ("A", "prompt", "B")).meanings
    assert [found[one] for one in ("A", "B", "prompt")] == [Meaning.VARIABLE] * 3


def test_all_columns_beside_those_of_a_downloaded_test_set_are_its_variables():
    names = ("images", "A", "B", "gt", "file_name", "question", "expected", "tags", "note")
    found = guess(names, ()).meanings
    assert [one for one in names if found[one] is Meaning.VARIABLE] == ["A", "B", "gt", "file_name"]
    assert list(map(as_column, ("A", "Ground_Truth", "shop"))) == [
        *("{{A}}", "{{Ground_Truth}}", "shop")
    ]


def test_an_image_in_the_table_counts_and_not_the_name_of_its_file():
    head = "index\timage\timage_path\tquestion\tanswer\n"
    case = first(f"{head}1\t{INLINE}\tcoco/1.jpg\tWhich colour?\tred\n", "vqa.tsv")
    assert (case.images, case.problems) == ((INLINE,), ())
    assert case.variables == {"index": "1", "image_path": "coco/1.jpg"}


@pytest.mark.parametrize("several", [False, True])
def test_the_head_of_a_data_uri_parts_no_images(several):
    uri = f"data:image/png;base64,{INLINE}"
    assert first({"image": [uri, uri] if several else uri}).images == (INLINE,) * (1 + several)


def test_an_image_in_the_table_may_be_longer_than_a_text():
    long = "/9j/" + "A" * 4 * MAX_VALUE
    assert first(f"image,answer\n{long},a\n", "a.csv").images == (long,)
    assert first({"image": long}).images == (long,)


@pytest.mark.parametrize("head", ["PHN2ZyB4bWxucz0i", "data:image/svg+xml;base64,PHN2Zy", "Qk0"])
def test_what_is_neither_a_name_nor_an_image_is_a_problem(head):
    case = first({"image": head + "A" * 2_000})
    assert NO_IMAGE in case.problems


@pytest.mark.parametrize("start", ["/9j/", "data:image/png;base64,/9j/", "x"])
def test_a_value_without_bounds_is_a_problem_of_its_row(start):
    value = start + "/A" * (MAX_INLINE // 2)
    with bounded_effort():
        assert "longer than" in problems(f'{{"image": "{value}"}}', "a.jsonl")[1]
        assert "longer than" in problems(f"image,b\n{value},c\n")[1]
