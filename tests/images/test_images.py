"""Pictures: taken in one by one, kept once, served as pictures and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from playground.images import store
from playground.images.models import Image, ImageVariant
from playground.submission.request import AttachedImage
from tests.conftest import png, upload
from tests.gone import delete_for_good
from tests.imaging import makers

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


def test_an_upload_answers_a_tile_that_refers_to_the_stored_picture(client: Client) -> None:
    response = client.post("/images/", {"image": upload()})
    image = Image.objects.get()
    assert f'name="tray" value="{image.sha256}/teal.png"' in response.content.decode()


def test_a_refused_upload_answers_the_reason_as_plain_text(client: Client) -> None:
    response = client.post("/images/", {"image": upload(b"<script>", "x.png")})
    assert (response.status_code, response["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert response.content.decode().startswith("x.png is not an image")
    assert not Image.objects.exists()


def test_an_upload_without_a_file_says_that_it_broke_off(client: Client) -> None:
    response = client.post("/images/", {})
    assert (response.status_code, b"Add the image again" in response.content) == (422, True)


def test_the_same_picture_is_kept_once() -> None:
    assert store.store(png()) == store.store(png())
    assert Image.objects.count() == ImageVariant.objects.count() == 1


def test_a_picture_that_was_prepared_by_an_older_release_is_prepared_anew() -> None:
    image = store.store(makers.phone_jpeg(6))
    old = ImageVariant.objects.create(
        image=image, recipe=0, sha256="0" * 64, file="x", width=1, height=1, size=1
    )
    assert store.variant(image) != old
    assert "turned upright" in store.variant(image).note


WEBP = makers.saved(makers.photo(), "WEBP", lossless=True)
PHOTO = makers.saved(makers.photo(), "WEBP")


@pytest.mark.parametrize(("data", "becomes"), [(WEBP, "image/png"), (PHOTO, "image/jpeg")])
def test_a_server_that_reads_png_and_jpeg_alone_gets_one_of_them(data: bytes, becomes: str) -> None:
    image = store.store(data)
    sent = store.variant(image, reads=("image/gif",))
    assert sent.content_type == becomes
    assert sent.note.endswith(", since the server reads PNG and JPEG only")
    assert store.variant(image).content_type == "image/webp"


def test_what_a_server_reads_is_sent_as_it_is() -> None:
    image = store.store(WEBP)
    assert store.variant(image, reads=("image/webp",)) == store.variant(image)


def test_what_is_kept_is_what_came_in() -> None:
    assert store.read(store.store(png())) == png()


def test_a_file_left_half_written_by_a_crash_is_replaced() -> None:
    import hashlib

    from django.core.files.base import ContentFile

    data = png("orange")
    sha256 = hashlib.sha256(data).hexdigest()
    default_storage.save(f"images/{sha256[:2]}/{sha256}.png", ContentFile(data[:20]))
    assert store.read(store.store(data)) == data


def test_the_original_is_served_as_a_picture_and_nothing_else(client: Client) -> None:
    response = client.get(store.store(png()).get_absolute_url())
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == png()
    response.close()


def test_thumbnails_are_webp_and_private_for_ever(client: Client) -> None:
    response = client.get(store.store(png()).thumbnail_url)
    data = b"".join(response.streaming_content)
    response.close()
    assert (response["Content-Type"], data[8:12]) == ("image/webp", b"WEBP")
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_known_picture_is_not_sent_again(client: Client) -> None:
    address = store.store(png()).thumbnail_url
    first = client.get(address)
    first.getvalue()  # read to its end, and closed
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address", [f"/images/{'0' * 64}/", f"/images/{'0' * 64}/224.webp", "/images/../settings/"]
)
def test_a_picture_that_is_not_there_is_a_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_other_sizes_of_thumbnail_do_not_exist(client: Client) -> None:
    image = store.store(png())
    assert client.get(f"/images/{image.sha256}/9999.webp").status_code == 404


def test_the_sweep_takes_what_was_chosen_and_never_run(carried: Press) -> None:
    used, unused, fresh = (store.store(png(c)) for c in ("red", "green", "blue"))
    carried(images=(AttachedImage(image=used),))
    Image.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert store.sweep_unused() == 1
    assert set(Image.objects.all()) == {used, fresh}
    assert not default_storage.exists(unused.file.name)


def test_choosing_a_picture_again_saves_it_from_the_sweep() -> None:
    image = store.store(png())
    Image.objects.update(created_at=timezone.now() - timedelta(days=2))
    store.store(png())
    assert store.sweep_unused() == 0
    assert Image.objects.filter(pk=image.pk).exists()


def test_the_run_says_what_became_of_a_converted_picture(client: Client, carried: Press) -> None:
    import io

    from PIL import Image as Pillow

    file = io.BytesIO()
    Pillow.new("RGB", (64, 48), "teal").save(file, "BMP")
    run = carried(images=(AttachedImage(image=store.store(file.getvalue())),))
    note = run.images.get().sent_note
    assert note.startswith("64×48 BMP")
    assert note in client.get(f"/runs/{run.pk}/").content.decode()


def test_a_picture_chosen_again_outlives_the_run_that_had_it(carried: Press) -> None:
    picture = AttachedImage(image=store.store(png()))
    run = carried(images=(picture,))
    store.store(png())  # in the composer of another tab
    delete_for_good([run])
    assert Image.objects.filter(pk=picture.reference).exists()


def test_addresses_answer_their_tiles_without_being_fetched(client: Client) -> None:
    typed = "https://a.example/1.png\n\n https://a.example/2.png "
    text = client.post("/images/", {"addresses": typed, "as_address": "on"}).content.decode()
    assert text.count('name="tray" value="address:https://a.example/') == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://a.example/1 2.png", "has a space in it. Write %20 for it"),
        ("data:image/png;base64,AAAA", "Save it as a file and upload that."),
        ("ftp://a.example/1.png", "ftp://a.example/1.png is not an http or https address."),
        ("https://a.example/1.png\nno", "no is not an http or https address."),
        ("https://a.example/" + "1" * 3000, "An address is over 2048 characters."),
        ("https://a.example/1.png\n" * 17, "A run takes at most 16 images. Remove 1"),
        (" \n", "Give the address of an image, one a line."),
    ],
)
def test_addresses_that_cannot_be_used_are_refused_where_they_are_given(
    client: Client, typed: str, words: str
) -> None:
    response = client.post("/images/", {"addresses": typed})
    assert response.status_code == 422
    assert words in response.content.decode()
