"""The demo provider measures, says that it only measured, and opens nothing."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from playground.providers.base import (
    ErrorKind,
    ImageFile,
    PredictionRequest,
    PredictionStatus,
    ProviderError,
)
from playground.providers.demo import Demo
from tests.providers.mishaps import refusal


def picture(colour: object = (220, 30, 35), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (300, 200), colour)


def image_file(image: Image.Image) -> ImageFile:
    target = io.BytesIO()
    image.save(target, "PNG")
    data = target.getvalue()
    return ImageFile(hashlib.sha256(data).hexdigest(), "image/png", *image.size, data)


def answer(*images: str, prompt: str = "What is this?") -> str:
    demo = Demo()
    request = PredictionRequest(model="any/model", prompt=prompt, images=images)
    return demo.submit(demo.body(request)).outputs[0]


def answer_about(image: Image.Image) -> str:
    return answer(Demo().upload(image_file(image)).url)


def test_the_first_sentence_says_that_no_model_looked():
    assert answer().startswith("**No model looked at this.** ")


def test_a_submission_is_complete_at_once():
    prediction = Demo().submit(Demo().body(PredictionRequest(model="any/model", prompt="Hello")))
    assert prediction.status is PredictionStatus.COMPLETED
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", prediction.id)
    assert prediction.inference_ms is not None


def test_the_raw_answer_has_the_shape_of_the_real_one():
    prediction = Demo().submit(Demo().body(PredictionRequest(model="any/model", prompt="Hello")))
    data = prediction.raw["data"]
    assert (prediction.raw["code"], prediction.raw["message"]) == (200, "success")
    assert (data["model"], data["id"], data["status"]) == ("demo", prediction.id, "completed")
    assert data["outputs"] == list(prediction.outputs)


def test_size_and_format_are_measured():
    told = answer_about(picture())
    assert "| Size | 300 × 200 pixels |" in told
    assert "| Format | PNG, no transparency |" in told


def test_colours_are_named_with_their_share():
    image = picture()
    image.paste((40, 90, 215), (0, 0, 75, 200))
    assert "red `#dc1e23` 75 %, blue `#285ad7` 25 %" in answer_about(image)


def test_grey_pictures_are_called_greyscale():
    assert "grey `#808080` 100 %; greyscale" in answer_about(picture(128, "L"))


@pytest.mark.parametrize(("level", "percent"), [(0, 0), (128, 50), (255, 100)])
def test_brightness_is_a_percentage(level, percent):
    assert f"| Brightness | {percent} % on average |" in answer_about(picture(level, "L"))


def test_one_transparent_pixel_is_noticed():
    image = picture((10, 10, 10, 255), "RGBA")
    image.putpixel((7, 7), (0, 0, 0, 0))
    assert "PNG, has transparency" in answer_about(image)


def test_a_picture_that_cannot_be_seen_has_no_colours():
    assert "none, it is fully transparent" in answer_about(picture((0, 0, 0, 0), "RGBA"))


def test_images_are_numbered_in_the_order_sent():
    urls = [Demo().upload(image_file(picture(level, "L"))).url for level in (0, 255)]
    told = answer(*urls)
    assert told.index("| Image 1 |") < told.index("black") < told.index("| Image 2 |")


def test_an_uploaded_address_needs_nothing_kept_in_the_process():
    assert Demo().upload(image_file(picture())).url == Demo().upload(image_file(picture())).url


def test_an_uploaded_address_lasts():
    until = Demo().upload(image_file(picture())).expires_at
    assert until > datetime.now(UTC) + timedelta(days=3650)


def test_addresses_are_not_opened_and_the_answer_says_so():
    assert "The demo opens no address" in answer("https://images.example/a.png")


def test_the_length_of_the_prompt_is_told():
    assert "13 characters in 3 words" in answer(prompt="What is this?")


def test_the_way_to_real_answers_is_told():
    assert "set a key in Settings" in answer()


@pytest.mark.parametrize("url", ["demo:", "demo:width=x", "sha256:00", "demo:width=1&height=2"])
def test_an_address_of_nobody_is_an_image_error(url):
    assert refusal(answer, url).kind is ErrorKind.IMAGE


def test_an_address_cannot_write_into_the_answer():
    fields = "width=1&height=1&transparent=0&grey=0&brightness=1"
    told = answer(f"demo:{fields}&format=[x](//evil)&colours=<b>-1_000000-9")
    assert ("evil)" in told, "<b>" in told) == (False, False)


def test_what_is_no_picture_is_an_image_error():
    with pytest.raises(ProviderError) as caught:
        Demo().upload(ImageFile("0", "image/png", 1, 1, b"text"))
    assert caught.value.kind is ErrorKind.IMAGE


def test_fields_that_were_not_set_are_not_sent():
    body = Demo().body(PredictionRequest(model="any/model", prompt="Hello"))
    assert set(body) == {"prompt", "images", "reasoning", "priority", "model", "enable_sync_mode"}


def test_fields_that_were_set_are_sent():
    request = PredictionRequest("any/model", "Hi", "Be brief.", temperature=0.0, max_tokens=5)
    body = Demo().body(request)
    sent = (body["system_prompt"], body["temperature"], body["max_tokens"])
    assert (*sent, body["enable_sync_mode"]) == ("Be brief.", 0.0, 5, False)


def test_no_prediction_is_kept():
    with pytest.raises(ProviderError) as caught:
        Demo().result("demo-1")
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_there_is_no_account_and_no_price():
    request = PredictionRequest("any/model", "Hello")
    assert (Demo().balance(), Demo().price(request)) == (None, None)
