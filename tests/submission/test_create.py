"""POST /runs/: a press of Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from tests.conftest import FLASH, GPT, HAIKU, form, markup, png, upload
from tests.imaging import makers

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Any]"


def test_a_press_makes_a_queued_run_and_goes_to_its_address(press: Press) -> None:
    response = press()
    run = Run.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/runs/{run.pk}/")
    assert run.status == RunStatus.QUEUED


def test_what_was_asked_is_on_the_row(press: Press) -> None:
    press(system_prompt="Be brief.", temperature="0.4", max_tokens="200", reasoning="on")
    run = Run.objects.get()
    assert (run.system_prompt, run.temperature, run.max_tokens) == ("Be brief.", 0.4, 200)
    assert run.reasoning


def test_model_default_wins_over_the_number_that_the_slider_posts(press: Press) -> None:
    press(temperature_mode="default", temperature="1", tokens_mode="default", max_tokens="9")
    run = Run.objects.get()
    assert (run.temperature, run.max_tokens) == (None, None)


def test_two_models_make_a_comparison_of_two_runs(press: Press) -> None:
    response = press(models=[FLASH, GPT])
    comparison = Comparison.objects.get()
    assert response["Location"] == f"/compare/{comparison.pk}/"
    assert [run.model_id for run in comparison.cells()] == [FLASH, GPT]


def test_a_model_chosen_twice_runs_once(press: Press) -> None:
    press(models=[FLASH, FLASH])
    assert Run.objects.count() == 1


def test_a_premium_model_counts_three_units(press: Press) -> None:
    press(models=[GPT])
    assert Run.objects.get().units == 3


def test_the_same_press_twice_is_one_run(press: Press) -> None:
    first, second = press(form_token="t1"), press(form_token="t1")
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == 1


def test_the_same_press_of_a_comparison_is_the_same_comparison(press: Press) -> None:
    first = press(form_token="t1", models=[FLASH, GPT])
    second = press(form_token="t1", models=[FLASH, GPT])
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == 2


def test_a_used_token_with_other_content_is_refused_and_the_form_kept(press: Press) -> None:
    press(form_token="t1")
    response = press(form_token="t1", prompt="Something else")
    assert response.status_code == 422
    assert "Something else" in response.content.decode()
    assert Run.objects.count() == 1


def test_a_refusal_gives_a_fresh_token(press: Press) -> None:
    press(form_token="t1")
    page = press(form_token="t1", prompt="Something else").content.decode()
    assert 'id="form-token" value="t1"' not in page


def test_images_keep_the_order_tray_files_addresses(client: Client) -> None:
    stored = client.post("/images/", {"image": upload(png("red"), "red.png")})
    reference = stored.content.decode().split('name="tray" value="')[1].split('"')[0]
    address = "https://images.example.org/a.png"
    client.post("/runs/", form(tray=[reference], images=[upload()], image_urls=address))
    images = list(Run.objects.get().images.all())
    assert [bool(images[0].image), bool(images[1].image), images[2].url] == [True, True, address]
    assert f"{images[0].image_id}/{images[0].name}" == reference


def test_an_htmx_press_answers_the_results_and_pushes_the_address(client: Client) -> None:
    response = client.post("/runs/", form(), headers={"HX-Request": "true"})
    run = Run.objects.get()
    assert response["HX-Push-Url"] == f"/runs/{run.pk}/"
    assert f'id="run-{run.pk}"' in response.content.decode()


def test_an_htmx_press_hands_out_a_token_for_the_next_one(client: Client) -> None:
    page = client.post("/runs/", form(form_token="t1"), headers={"HX-Request": "true"})
    assert 'id="form-token"' in page.content.decode()
    assert 'value="t1"' not in page.content.decode()


BAD = [
    ({"prompt": ""}, "Write a prompt."),
    ({"prompt": " \n\t "}, "Write a prompt."),
    ({"prompt": "x" * 100_001}, "has 100001 characters"),
    ({"prompt": "a\x00b"}, "contains a NUL character"),
    ({"system_prompt": "a\x00b"}, "contains a NUL character"),
    ({"models": None}, "Choose at least one model"),
    ({"models": ["acme/none"]}, "acme/none is not in the catalogue"),
    ({"temperature": "NaN"}, "Temperature goes from 0 to 2"),
    ({"temperature": "3"}, "Temperature goes from 0 to 2"),
    ({"temperature": "-0.1"}, "Temperature goes from 0 to 2"),
    ({"temperature": "abc"}, "Temperature goes from 0 to 2"),
    ({"temperature": "1e999"}, "Temperature goes from 0 to 2"),
    ({"max_tokens": "0"}, "whole number from 1 upward"),
    ({"max_tokens": "1.5"}, "whole number from 1 upward"),
    ({"max_tokens": str(2**63)}, "whole number from 1 upward"),
    ({"max_tokens": "9" * 5000}, "whole number from 1 upward"),
    ({"temperature_mode": "custom", "temperature": ""}, "Temperature goes from 0 to 2"),
    ({"tokens_mode": "custom", "max_tokens": ""}, "whole number from 1 upward"),
    ({"priority": "fast"}, "Priority is latency or throughput"),
    ({"image_urls": "file:///etc/passwd"}, "is not an http or https address"),
    ({"image_urls": "javascript:alert(1)"}, "is not an http or https address"),
    ({"tray": ["0" * 64]}, "no longer stored here"),
    ({"image_urls": "\n".join(f"https://e.org/{n}" for n in range(17))}, "at most 16 images"),
]


@pytest.mark.parametrize(("fields", "words"), BAD, ids=[f"{words[:30]}" for _, words in BAD])
def test_bad_input_is_refused_in_plain_words(
    press: Press, fields: dict[str, Any], words: str
) -> None:
    response = press(**fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Run.objects.count() == 0


@pytest.mark.parametrize(("fields", "words"), BAD, ids=[f"{words[:30]}" for _, words in BAD])
def test_bad_input_is_refused_to_htmx_as_the_composer(
    client: Client, fields: dict[str, Any], words: str
) -> None:
    response = client.post("/runs/", form(**fields), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (422, "#composer")
    assert words in response.content.decode()


BAD_FILES = [
    (b"just words", "words.png", "is not an image"),
    (b"", "empty.png", "is empty"),
    (png()[:60], "cut.png", "cut off or damaged"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "SVG"),
    (b"\x89PNG" + b"x" * (20 * 2**20), "big.png", "20 MB"),
    (makers.png_claiming(8000, 5001), "wide.png", "40 megapixels"),
]


@pytest.mark.parametrize(("data", "name", "words"), BAD_FILES, ids=[one[1] for one in BAD_FILES])
def test_a_file_that_is_no_picture_is_refused(
    client: Client, data: bytes, name: str, words: str
) -> None:
    response = client.post("/runs/", form(images=[upload(data, name)]))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Run.objects.count() == 0


def test_17_files_are_refused_before_any_is_read(client: Client) -> None:
    files = [upload(png(size=(10, 10 + n)), f"{n}.png") for n in range(17)]
    response = client.post("/runs/", form(images=files))
    assert response.status_code == 422
    assert "at most 16 images. Remove 1" in response.content.decode()
    assert not Image.objects.exists()


def test_a_refusal_keeps_text_options_models_and_images(client: Client) -> None:
    files = [upload(name="keep.png"), upload(b"words", "words.png")]
    page = markup(
        client.post("/runs/", form(prompt="Kept?", models=[HAIKU], max_tokens="77", images=files))
    )
    assert "Kept?" in page
    assert f'value="{HAIKU}" checked' in page
    assert 'value="77"' in page
    assert 'alt="keep.png"' in page


def test_13_models_are_refused(press: Press) -> None:
    from playground.catalog import entries

    response = press(models=[model.id for model in entries.models()])
    assert response.status_code == 422
    assert "Choose at most 12 models. You chose 13." in response.content.decode()


def test_a_prompt_of_100_000_characters_is_kept_as_typed(press: Press) -> None:
    prompt = "ä\r\n" + "x" * 99_997
    press(prompt=prompt)
    assert Run.objects.get().prompt == prompt.replace("\r\n", "\n")


def test_a_press_without_a_csrf_token_is_refused() -> None:
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/runs/", form())
    assert response.status_code == 403
    assert Run.objects.count() == 0


@pytest.mark.parametrize("token", ["a\x00b", "x" * 65, "<script>", "Run 0: what?", "ä 你"])
def test_any_token_makes_a_repeated_press_one_run(press: Press, token: str) -> None:
    first, second = press(form_token=token), press(form_token=token)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert Run.objects.count() == 1


def test_a_wrong_address_is_given_back_whole(press: Press) -> None:
    wrong = "htp://example.org/" + "a" * 100
    page = press(image_urls=f"https://images.example.org/a.png\n{wrong}").content.decode()
    assert f"\n{wrong}</textarea>" in page


def test_a_nul_in_the_name_of_a_tile_is_no_error(client: Client) -> None:
    stored = client.post("/images/", {"image": upload()}).content.decode()
    sha256 = stored.split('name="tray" value="')[1][:64]
    assert client.post("/runs/", form(tray=[f"{sha256}/a\x00b.png"])).status_code == 303


def test_many_files_and_much_text_get_the_filled_form(client: Client) -> None:
    files = [upload(png(size=(10, 10 + n)), f"{n}.png") for n in range(40)]
    response = client.post("/runs/", form(prompt="x" * 3_000_000, images=files))
    assert response.status_code == 422
