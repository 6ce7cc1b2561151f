"""A press with one run per image: counted, confirmed, then started once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from playground.catalog import entries
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.size import Size
from tests.conftest import FLASH, GPT, markup
from tests.matrices import HTMX, press, started

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def test_every_image_is_a_row_of_runs_with_that_image_alone(client: Client) -> None:
    cells = list(started(client).cells().with_images())
    assert [(run.row, run.column, run.model_id) for run in cells] == [
        (row, column, model) for row in range(3) for column, model in enumerate((FLASH, GPT))
    ]
    assert [[one.name for one in run.images.all()] for run in cells] == [
        [f"picture-{row}.png"] for row in (0, 0, 1, 1, 2, 2)
    ]


def test_a_sweep_multiplies_the_columns(client: Client) -> None:
    comparison = started(client, 2, 8, repeats="2", sweep_of="temperature", sweep_values="0, 1")
    assert sorted({run.column for run in comparison.cells()}) == list(range(8))


def test_a_press_is_confirmed_before_anything_starts(
    client: Client, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_API_KEY, settings.WAVESPEED_BASE_PRICE = "key", Decimal("0.002")
    response = press(client)
    text = markup(response)
    assert response.status_code == 200
    for words in ("Start 6 runs?", "3 images × 2 models", "About $0.024 in all", "Run 6<"):
        assert words in text
    assert not Run.objects.exists()


def test_htmx_gets_the_question_in_the_composers_place(client: Client) -> None:
    response = press(client, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (200, "#composer")
    assert 'name="confirmed" value="6"' in response.content.decode()


def test_the_question_keeps_the_form_and_its_token(client: Client) -> None:
    text = press(client, prompt="Kept?", form_token="t1").content.decode()
    assert 'id="form-token" value="t1"' in text
    assert "Kept?" in text
    assert text.count('name="tray" value="') == 3


def test_htmx_is_sent_to_the_page_of_the_matrix(client: Client) -> None:
    response = press(client, confirmed="6", headers=HTMX)
    assert response["HX-Redirect"] == Comparison.objects.get().get_absolute_url()


@pytest.mark.parametrize("confirmed", ["5", "7", "yes", "6\x00", "", "06"])
def test_only_the_true_number_starts(client: Client, confirmed: str) -> None:
    assert press(client, confirmed=confirmed).status_code == 200
    assert not Run.objects.exists()


def test_a_form_that_grew_is_asked_about_again(client: Client) -> None:
    response = press(client, images=4, confirmed="6")
    assert "Start 8 runs?" in response.content.decode()
    assert not Run.objects.exists()


def test_a_confirmed_press_twice_is_one_matrix(client: Client) -> None:
    first, second = (press(client, confirmed="6", form_token="t1") for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == 6


def test_the_first_press_again_leads_to_what_was_started(client: Client) -> None:
    made = press(client, confirmed="6", form_token="t1")
    again = press(client, form_token="t1")
    assert (again.status_code, again["Location"]) == (303, made["Location"])


def test_a_used_token_with_another_mode_is_refused(client: Client) -> None:
    press(client, confirmed="6", form_token="t1")
    response = press(client, image_mode="together", form_token="t1")
    assert (response.status_code, Run.objects.count()) == (422, 6)


def test_back_to_the_form_gives_the_form_with_its_run_bar(client: Client) -> None:
    response = press(client, edit="1", form_token="t1")
    text = response.content.decode()
    assert (response.status_code, "confirm-title" in text) == (200, False)
    assert 'id="form-token" value="t1"' in text
    assert "<span>Run 6</span>" in text


def test_back_after_a_start_gives_a_fresh_token(client: Client) -> None:
    press(client, confirmed="6", form_token="t1")
    text = press(client, edit="1", form_token="t1").content.decode()
    assert 'id="form-token" value="t1"' not in text


def test_with_one_image_the_switch_means_nothing(client: Client) -> None:
    assert press(client, images=1).status_code == 303
    assert Comparison.objects.get().rows == 0


def test_together_is_the_default(client: Client) -> None:
    press(client, image_mode=None)
    assert [run.images.count() for run in Run.objects.all()] == [3, 3]


def test_over_100_runs_are_refused_with_what_to_remove(client: Client) -> None:
    models = [model.id for model in entries.models()[:9]]
    response = press(client, images=12, models=models)
    text = response.content.decode()
    assert response.status_code == 422
    assert "That is 108 runs (12 images × 9 models), and one press makes at most 100." in text
    assert "Remove 1 image or 1 model, or send all images in one run." in text
    assert text.count('name="tray" value="') == 12
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (Size(16, 6), ""),
        (Size(2, 50), ""),
        (Size(16, 8), "Remove 4 images or 2 models, or send all images in one run."),
        (Size(2, 12, 12), "Remove 8 models, or ask for fewer values or repeats."),
        (Size(16, 12, 12), "Ask for fewer values or repeats."),
        (Size(1, 200), ""),  # no matrix: the form has its own limit
    ],
)
def test_the_remedy_fits_what_was_asked(size: Size, words: str) -> None:
    assert size.refusal.removesuffix(" Nothing was sent.").endswith(words)
    assert bool(size.refusal) == bool(words)


def test_what_is_no_mode_is_refused(client: Client) -> None:
    response = press(client, image_mode="some")
    assert (response.status_code, b"Choose one." in response.content) == (422, True)


COUNTED: list[tuple[dict[str, Any], str, str]] = [
    ({"image_mode": "each", "image_count": "12"}, "24 runs", "<span>Run 24</span>"),
    ({"image_mode": "each", "image_count": "1"}, "2 runs", "<span>Run 2 models</span>"),
    ({"image_mode": "together", "image_count": "12"}, "2 runs", "<span>Run 2 models</span>"),
    ({"image_mode": "each", "image_count": "9" * 5000}, "32 runs", "<span>Run 32</span>"),
    ({"image_mode": "each", "image_count": "-3"}, "2 runs", "<span>Run 2 models</span>"),
    ({"image_mode": "each", "image_count": "٣"}, "2 runs", "<span>Run 2 models</span>"),
]


@pytest.mark.parametrize(("fields", "runs", "label"), COUNTED)
def test_the_run_bar_counts_all_cells(
    client: Client, fields: dict[str, str], runs: str, label: str
) -> None:
    text = client.get("/selection/", {"models": [FLASH, GPT]} | fields).content.decode()
    assert runs in text
    assert label in text


def test_a_matrix_opens_in_the_playground_as_one(client: Client) -> None:
    comparison = started(client, repeats="2", columns=4)
    run = comparison.cells()[5]
    text = markup(client.get(f"/?from={run.pk}"))
    assert text.count('name="tray" value="') == 3
    assert 'value="each" checked' in text
    assert 'min="1" max="12" value="2"' in text
    assert "<span>Run 12</span>" in text
