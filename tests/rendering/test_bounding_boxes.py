"""Boxes, points and outlines are read as their models mean them; what is doubtful is asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.images import store
from playground.rendering.boxes.found import find_boxes
from playground.runs.models.box_reading import BoxReading
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, HAIKU, markup, member, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

SIZES = [(4000, 3000)]
HALF = ((0.25, 0.1), (0.75, 0.5))
QWEN2_5, QWEN3, GEMINI = (
    "qwen/qwen2.5-vl-72b-instruct",
    "qwen3-vl:8b@ollama",
    "google/gemini-3-pro",
)


@pytest.mark.parametrize(
    ("answer", "model"),
    [
        ('[{"box_2d": [100, 250, 500, 750]}]', GEMINI),
        ('[{"box_2d": [100, 250, 500, 750]}]', ""),
        ('[{"bbox_2d": [250, 100, 750, 500]}]', QWEN3),
        ('[{"bbox_2d": [1000, 300, 3000, 1500]}]', QWEN2_5),
        ('[{"bbox_2d": [1000, 300, 3000, 1500]}]', ""),
        ('[{"bbox": [0.25, 0.1, 0.75, 0.5]}]', ""),
        ('{"bounding_box": {"x": 1000, "y": 300, "width": 2000, "height": 1200}}', ""),
        ('{"x_min": 1000, "y_min": 300, "x_max": 3000, "y_max": 1500}', ""),
        ('{"top_left": [1000, 300], "bottom_right": [3000, 1500]}', ""),
        ('{"bbox": [[1000, 300], [3000, 1500]]}', ""),
        ('{"image_size": [400, 300], "boxes": [{"bbox": [100, 30, 300, 150]}]}', ""),
        ("<loc0102><loc0256><loc0512><loc0768> cat", "paligemma"),
        ("<box>[[250, 100, 750, 500]]</box>", "internvl"),
        ("<|box_start|>(250,100),(750,500)<|box_end|>", "qwen2-vl"),
        ("<|det|>[[250, 100, 750, 500]]<|/det|>", "deepseek-vl2"),
        ("<bbox>250 100 750 500</bbox>", "doubao-seed"),
        ("cat<loc_250><loc_100><loc_750><loc_500>", "florence"),
        ("The bounding box is [0.25, 0.1, 0.75, 0.5].", ""),
        ('[{"Box_2D": [100, 250, 500, 750]}]', GEMINI),
        ('[{"BBox-2d": ["250", "100", "750", "500"]}]', QWEN3),
        ('{"boundingBoxes": [{"Left": 0.25, "Top": 0.1, "Width": 0.5, "Height": 0.4}]}', ""),
        ('{"x0": "1000", "y0": "300", "x1": "3000", "y1": "1500"}', ""),
        ("<|begin_of_box|>[[250, 100, 750, 500]]<|end_of_box|>", "glm-4.5v"),
    ],
)
def test_each_way_of_writing_is_the_same_box(answer: str, model: str) -> None:
    (drawn,) = find_boxes(answer, SIZES, model).drawn
    for place, wanted in zip(drawn.places, HALF, strict=True):
        assert place == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize(
    ("answer", "model"),
    [
        ('[{"point_2d": [250, 500]}]', QWEN3),
        ('[{"point": [500, 250]}]', GEMINI),
        ('<points x1="25" y1="50" alt="cat">cat</points>', "molmo"),
        ('<point x="25" y="50" alt="cat"/>', "molmo"),
        ("Here: <point>250 500</point>", "doubao-seed-1.6-vision"),
        ('{"point": {"x": 0.25, "y": 0.5}}', ""),
    ],
)
def test_each_way_of_pointing_is_the_same_point(answer: str, model: str) -> None:
    (drawn,) = find_boxes(answer, SIZES, model).drawn
    assert (drawn.kind, drawn.places) == ("point", ((0.25, 0.5),))


def test_an_outline_has_all_its_places() -> None:
    places = [[0.1, 0.1], [0.5, 0.2], [0.3, 0.9]]
    for written in (places, [{"x": x, "y": y} for x, y in places]):
        (drawn,) = find_boxes(json.dumps({"polygon": written}), SIZES).drawn
        assert (drawn.kind, drawn.path) == ("outline", "0.1000,0.1000 0.5000,0.2000 0.3000,0.9000")


def test_labels_and_images_are_kept() -> None:
    answer = '[{"label": "cat", "bbox": [0.1, 0.1, 0.2, 0.2], "image": 2}]'
    (drawn,) = find_boxes(answer, [*SIZES, (10, 10)]).drawn
    assert (drawn.label, drawn.image) == ("cat", 2)


@pytest.mark.parametrize(
    ("named", "drawn"),
    [('"2"', [2]), ("2.0", [2]), ("3", []), ("0", []), ('"b.png"', []), ("null", [1])],
)
def test_a_box_of_an_image_that_is_not_known_is_drawn_on_no_other(
    named: str, drawn: list[int]
) -> None:
    answer = f'[{{"bbox": [0.1, 0.1, 0.2, 0.2], "image": {named}}}]'
    assert [one.image for one in find_boxes(answer, SIZES * 2).drawn] == drawn
    assert len(find_boxes(answer, SIZES).drawn) == 1


def test_an_index_may_begin_at_0_and_names_no_image_of_several() -> None:
    answer = '[{"bbox": [0.1, 0.1, 0.2, 0.2], "image_index": 1}]'
    assert (find_boxes(answer, SIZES * 2).drawn, len(find_boxes(answer, SIZES).drawn)) == ([], 1)


SHRUNKEN = '[{"bbox": [400, 120, 1200, 600]}]'


def test_pixels_may_be_those_of_a_picture_that_the_server_made_smaller() -> None:
    assert find_boxes(SHRUNKEN, SIZES, "claude-sonnet-4-5").asks
    (drawn,) = find_boxes(SHRUNKEN, SIZES, "claude-sonnet-4-5", "shrunk").drawn
    assert drawn.left == pytest.approx(400 / 1568)


def test_pixels_outside_of_the_picture_are_not_taken_for_something_else() -> None:
    answer = '[{"bbox_2d": [250, 100, 750, 350]}]'
    assert find_boxes(answer, [(600, 400)], QWEN2_5).asks
    assert find_boxes(answer, [(600, 400)], QWEN2_5, "thousandths").drawn[0].left == 0.25


@pytest.mark.parametrize("model", ["gpt-4o@qwen3", "bytedance-seed/ui-tars-1.5", "qwen-vl-max"])
def test_the_family_is_that_of_the_model_and_not_of_its_vendor_or_server(model: str) -> None:
    assert find_boxes(DOUBTFUL, SIZES, model).asks


def test_the_family_is_known_however_it_is_written() -> None:
    for model in ("qwen2p5-vl-32b", "Qwen/Qwen2_5-VL-7B", "qwen2.5vl:7b@ollama"):
        assert find_boxes(DOUBTFUL, SIZES, model).drawn[0].left == 250 / 4000


DOUBTFUL = '[{"bbox_2d": [250, 250, 750, 750]}]'


def test_where_two_readings_fit_nothing_is_drawn_before_somebody_says_which() -> None:
    found = find_boxes(DOUBTFUL, SIZES)
    assert (found.drawn, found.asks) == ([], True)
    assert [one.code for one in found.choices] == ["pixels", "shrunk", "thousandths"]
    assert [one.code for one in find_boxes(DOUBTFUL, [(1200, 900)]).choices] == [
        "pixels",
        "thousandths",
    ]


def test_a_choice_is_followed_where_it_fits() -> None:
    found = find_boxes(DOUBTFUL, SIZES, chosen="thousandths")
    assert (found.drawn[0].left, found.asks) == (0.25, False)
    assert find_boxes('[{"bbox": [2000, 1, 3000, 9]}]', SIZES, chosen="thousandths").drawn[0].left


def test_a_choice_goes_before_what_the_makers_say() -> None:
    assert find_boxes(DOUBTFUL, SIZES, QWEN3, "pixels").drawn[0].left == 250 / 4000


def test_the_order_of_a_list_by_a_model_of_google_is_asked_for() -> None:
    assert find_boxes('[{"bbox": [100, 250, 500, 750]}]', SIZES, GEMINI).asks


@pytest.mark.parametrize(
    "answer",
    [
        "no json at all",
        '{"total": [1, 2, 3, 4]}',
        "See [1, 2, 3, 4].",
        '[{"bbox": [1, 2, 3]}]',
        '[{"bbox": ["a", "b", "c", "d"]}]',
        '[{"bbox": [5, 5, 5, 5]}]',
        '[{"bbox": [9, 9, 2, 2]}]',
        '[{"bbox": [0, 0, 9999, 50]}]',
        '[{"box_2d": [0, 0, 2000, 2000]}]',
        '[{"bbox": [true, false, true, true]}]',
        '[{"bbox": [1e400, 0, 1, 1]}]',
        "[" * 5000,
        "<|begin_of_box|>1, 2, 30, 40<|end_of_box|>",
        "<box>Of 20 apples 12 are red, 50 of 70</box>",
    ],
)
def test_nonsense_and_what_fits_nowhere_make_no_box(answer: str) -> None:
    assert find_boxes(answer, SIZES).drawn == []


def test_without_an_image_there_is_nothing_to_draw_on() -> None:
    assert find_boxes('[{"bbox": [0, 0, 1, 1]}]', []).drawn == []


numbers = st.integers() | st.floats() | st.text(max_size=3) | st.none()
values = st.lists(numbers, max_size=5) | st.dictionaries(st.text(max_size=6), numbers, max_size=5)
names = st.sampled_from(["bbox", "box_2d", "point", "polygon", "label", "image", "image_size", "a"])


@given(st.dictionaries(names, values))
def test_everything_that_is_drawn_lies_inside_its_image(entry: dict[str, object]) -> None:
    for drawn in find_boxes(json.dumps([entry]), SIZES, chosen="thousandths").drawn:
        assert all(0 <= one <= 1 for place in drawn.places for one in place)


@pytest.fixture
def run(db: None, upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> Run:
    """Its picture is large enough for both readings."""
    upstream.configure(answer={GPT: DOUBTFUL})
    picture = store.store(png("teal", (1200, 900)))
    return carried("Where?", model=GPT, images=(AttachedImage(image=picture, name="a.png"),))


def test_the_page_asks_and_remembers_for_the_model(client: Client, run: Run) -> None:
    page = client.get(run.get_absolute_url()).content.decode()
    assert ("fit more than one reading" in page, '<svg class="boxes"' in page) == (True, False)
    client.post(f"{run.get_absolute_url()}boxes/", {"reading": "thousandths"})
    page = markup(client.get(run.get_absolute_url()))
    assert "read as 0–1000" in page
    assert '<rect x="0.2500" y="0.2500"' in page


def test_what_is_no_reading_is_not_remembered(client: Client, run: Run) -> None:
    client.post(f"{run.get_absolute_url()}boxes/", {"reading": "whatever"})
    assert not BoxReading.objects.exists()


@pytest.mark.django_db
def test_boxes_are_read_as_the_owner_of_each_run_says() -> None:
    mine, theirs = (Run(owner=member(name), model_id=GPT) for name in ("mira", "nils"))
    nobodys = Run(model_id=GPT)
    for run, reading in ((mine, "pixels"), (nobodys, "thousandths")):
        BoxReading.objects.choose(run, reading)
    found = BoxReading.objects.of_runs([mine, theirs, nobodys])
    assert found == {(mine.owner_id, GPT): "pixels", (None, GPT): "thousandths"}
    assert BoxReading.objects.of_runs([theirs]) == {}


def test_pixels_are_those_of_the_picture_that_was_sent(client: Client, run: Run) -> None:
    Run.objects.update(max_edge=600, output='[{"bbox": [300, 225, 600, 450]}]')
    client.post(f"{run.get_absolute_url()}boxes/", {"reading": "pixels"})
    page = client.get(run.get_absolute_url()).content.decode()
    assert '<rect x="0.5000" y="0.5000"' in page


SURE = '[{"bbox": [0.1, 0.2, 0.5, 0.6], "label": "sign"}]'


@pytest.fixture
def comparison(db: None, upstream: FakeWaveSpeed) -> Comparison:
    """Two models that marked one picture, and one whose numbers fit two readings."""
    upstream.configure(answer={GPT: SURE, FLASH: SURE, HAIKU: DOUBTFUL})
    picture = store.store(png("teal", (1200, 900)))
    made = create.submit(
        RunRequest(
            prompt="Where?",
            models=(GPT, FLASH, HAIKU),
            images=(AttachedImage(image=picture, name="a.png"),),
        )
    )
    assert isinstance(made, Comparison)
    for run in made.cells():
        execution.execute(run.pk)
    return made


def test_compare_draws_the_boxes_of_each_model_in_a_hue_of_its_own(
    client: Client, comparison: Comparison
) -> None:
    page = client.get(comparison.get_absolute_url()).content.decode()
    drawn = re.findall(r'<svg class="boxes boxes-of boxes-(\w) ([\w-]+)"', page)
    assert len(drawn) == len({letter for letter, _ in drawn}) == len({hue for _, hue in drawn}) == 2
    assert page.count('type="checkbox" id="boxes-') == 2


def test_a_column_keeps_its_letter_when_another_one_was_deleted(
    client: Client, comparison: Comparison
) -> None:
    comparison.cells()[0].delete()
    page = client.get(comparison.get_absolute_url()).content.decode()
    assert re.findall(r'id="boxes-(\w)"', page) == ["a"]
    assert re.findall(r'letter-of" aria-hidden="true">(\w)<', page) == ["B"]


def test_models_of_one_vendor_have_hues_of_their_own_too(
    client: Client, comparison: Comparison
) -> None:
    comparison.runs.update(output=SURE, model_id=GPT)
    page = client.get(comparison.get_absolute_url()).content.decode()
    assert len(set(re.findall(r"boxes-of boxes-\w ([\w-]+)", page))) == 3


def test_compare_asks_how_doubtful_boxes_are_read_and_comes_back(
    client: Client, comparison: Comparison
) -> None:
    assert "fit more than one reading" in client.get(comparison.get_absolute_url()).content.decode()
    doubtful = comparison.runs.get(model_id=HAIKU)
    chosen = {"reading": "thousandths", "view": "compare"}
    answer = client.post(f"{doubtful.get_absolute_url()}boxes/", chosen)
    assert (answer.status_code, answer["Location"]) == (303, comparison.get_absolute_url())
    assert client.get(answer["Location"]).content.decode().count("boxes boxes-of") == 3


def test_a_blind_comparison_draws_none(client: Client, comparison: Comparison) -> None:
    Comparison.objects.update(blind=True, seed=1)
    page = client.get(comparison.get_absolute_url()).content.decode()
    assert "boxes-of" not in page
