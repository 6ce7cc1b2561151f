"""Images by the API: kept before what names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.images.models import Image
from tests.api.conftest import program, wrong
from tests.conftest import FLASH, member, upload
from tests.imaging.pdf_makers import pdf

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
ADDRESS = "/api/images/"


def test_images_are_kept_and_their_ids_answered(api: Client) -> None:
    response = api.post(ADDRESS, {"images": [upload(name="a.png")]})
    assert response.status_code == 201, response.content
    kept = {"id": Image.objects.get().pk, "name": "a.png", "width": 40, "height": 30}
    assert response.json()["items"] == [kept]


@pytest.mark.usefixtures("accounts")
def test_an_experiment_names_them_by_their_ids() -> None:
    api = program(member("owner"))
    kept = api.post(ADDRESS, {"images": [upload()]}).json()["items"][0]["id"]
    cases = [{"images": [kept], "expected": "a"}]
    body = {"prompt": "What?", "variants": [{"model": FLASH}], "cases": cases}
    response = api.post("/api/experiments/", body, content_type="application/json")
    assert response.status_code == 201, response.content


def test_what_is_no_image_is_refused(api: Client) -> None:
    assert set(wrong(api.post(ADDRESS, {"images": [upload(b"text")]}))) == {"images"}
    assert set(wrong(api.post(ADDRESS, {"images": "text"}))) == {"images"}
    assert set(wrong(api.post(ADDRESS, {"image": [upload()]}))) == {"image"}
    assert api.post(ADDRESS, {}, content_type="application/json").status_code == 415


def test_more_than_a_form_takes_are_refused_undecoded(api: Client) -> None:
    files = [upload(name=f"{n}.png") for n in range(17)]
    assert "at most 16" in wrong(api.post(ADDRESS, {"images": files}))["images"][0]
    assert not Image.objects.exists()


def test_pages_of_a_pdf_are_images_of_their_own(api: Client) -> None:
    file = upload(pdf(3), "a.pdf")
    kept = api.post("/api/images/", {"images": file, "pages": "2-3", "dpi": "100"}).json()["items"]
    assert [one["name"] for one in kept] == ["page 2 of a.pdf, 100 dpi", "page 3 of a.pdf, 100 dpi"]
    refused = api.post("/api/images/", {"images": file, "dpi": "72"})
    assert set(wrong(refused)) == {"dpi"}
