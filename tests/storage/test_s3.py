"""Pictures in a bucket: a real server that speaks S3, and the product on both sides of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage

from playground.images import store
from playground.images.models import Image
from playground.operations import trials
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.storage import media
from playground.submission.request import AttachedImage
from tests.conftest import form, png, upload
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, free_port
from tests.servers.s3 import BUCKET, KEYS, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as address:
        yield address


def use(settings: SettingsWrapper, **where: str) -> None:
    chosen = {"bucket": BUCKET, "region": "", **KEYS, **where}
    settings.STORAGES = settings.STORAGES | {"default": media.media_storage(**chosen)}


@pytest.fixture
def bucket(endpoint: str, settings: SettingsWrapper) -> Iterator[None]:
    """The product keeps its pictures in the bucket."""
    use(settings, endpoint=endpoint)
    yield
    default_storage.connection.meta.client.close()


def elsewhere(endpoint: str, tmp_path: Path, code: str) -> str:
    """Run code in another process that shares nothing but the bucket; returns what it prints."""
    start = "import django; django.setup(); from django.core.files.storage import default_storage;"
    chosen = {"STORAGE_S3_BUCKET": BUCKET, "STORAGE_S3_ENDPOINT": endpoint}
    chosen |= {"STORAGE_S3_ACCESS_KEY": "test", "STORAGE_S3_SECRET_KEY": "test-secret"}
    chosen |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "-c", start + code]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | chosen,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def served(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    data: bytes = response.getvalue()  # read to its end, and closed
    assert response["Content-Length"] == str(len(data))
    return data


def test_a_picture_is_kept_in_the_bucket_and_served_from_it(client: Client, bucket: None) -> None:
    image = store.store(png())
    assert served(client, image.get_absolute_url()) == png()
    assert served(client, image.thumbnail_url)[8:12] == b"WEBP"


def test_nothing_of_it_is_on_the_local_disk(
    bucket: None, settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path  # other tests leave the same picture in the usual one
    store.store(png("navy"))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_can_be_read_twice(bucket: None) -> None:
    image = store.store(png())
    assert store.read(image) == store.read(image) == png()


def test_another_process_reads_what_this_one_stored(
    bucket: None, endpoint: str, tmp_path: Path
) -> None:
    image = store.store(png("maroon"))
    code = f"import hashlib; data = default_storage.open({image.file.name!r}).read();"
    code += "print(hashlib.sha256(data).hexdigest())"
    assert elsewhere(endpoint, tmp_path, code) == hashlib.sha256(png("maroon")).hexdigest()


def test_what_another_process_deleted_is_a_404_here(
    client: Client, bucket: None, endpoint: str, tmp_path: Path
) -> None:
    image = store.store(png("olive"))
    elsewhere(endpoint, tmp_path, f"default_storage.delete({image.file.name!r})")
    assert client.get(image.get_absolute_url()).status_code == 404


def test_a_discarded_picture_leaves_no_object(bucket: None) -> None:
    image = store.store(png("purple"))
    names = [image.file.name, image.thumbnail_name(224), image.variants.get().file.name]
    assert store.discard(image)
    assert [default_storage.exists(name) for name in names] == [False] * 3


def test_deleting_what_is_gone_is_no_error(bucket: None) -> None:
    default_storage.delete("images/00/none.png")


def test_storing_again_makes_no_second_name(bucket: None) -> None:
    image = store.store(png("lime"))
    Image.objects.all().delete()
    assert store.store(png("lime")).file.name == image.file.name


def test_a_cut_object_is_replaced(bucket: None) -> None:
    image = store.store(png("pink"))
    name, whole = image.file.name, png("pink")
    Image.objects.all().delete()
    with default_storage.open(name, "wb") as file:
        file.write(whole[:20])
    assert store.read(store.store(whole)) == whole


def test_a_worker_sends_a_picture_from_the_bucket(
    bucket: None, upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(AttachedImage(image=store.store(png("gold"))),))
    assert run.status == RunStatus.COMPLETED
    assert upstream.uploads[0].size > 0


def test_a_bucket_that_is_away_gives_the_form_back(
    client: Client, settings: SettingsWrapper
) -> None:
    use(settings, endpoint=f"http://127.0.0.1:{free_port()}")
    response = client.post("/runs/", form(prompt="Kept?", images=[upload(name="sign.png")]))
    assert (response.status_code, Run.objects.count()) == (503, 0)
    assert "Kept?" in response.content.decode()
    assert "sign.png" in response.content.decode()


@pytest.fixture
def no_bucket(endpoint: str, settings: SettingsWrapper) -> None:
    use(settings, endpoint=endpoint, bucket="no-such-bucket")


def test_a_bucket_that_is_not_there_gives_the_form_back_and_promises_nothing(
    client: Client, no_bucket: None
) -> None:
    response = client.post("/runs/", form(prompt="Kept?", images=[upload(png("tan"))]))
    page = response.content.decode()
    assert (response.status_code, "Retry-After" in response, Run.objects.count()) == (503, False, 0)
    assert "Nothing was sent: the bucket is not there." in page
    assert "Kept?" in page


def test_with_htmx_the_page_stays_and_says_so(client: Client, no_bucket: None) -> None:
    response = client.post(
        "/images/", {"image": upload(png("tan"))}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 503
    assert b"Nothing was stored: the bucket is not there." in response.content


def test_a_bucket_that_refuses_is_not_a_missing_picture(
    client: Client, bucket: None, endpoint: str, settings: SettingsWrapper
) -> None:
    image = store.store(png())
    use(settings, endpoint=endpoint, bucket="no-such-bucket")
    response = client.post("/runs/", form(images=[upload(png("tan"))]))
    assert response.status_code == 503
    assert client.get(image.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("where", "brief", "words"),
    [
        ({}, "ok", "the bucket pictures."),
        ({"bucket": "no-such-bucket"}, "the bucket is not there", "correct STORAGE_S3_BUCKET"),
        ({"endpoint": "http://127.0.0.1:1"}, "does not answer", "Check STORAGE_S3_ENDPOINT"),
    ],
)
def test_health_says_what_is_wrong_with_the_bucket(
    client: Client, endpoint: str, settings: SettingsWrapper, where: Any, brief: str, words: str
) -> None:
    use(settings, **{"endpoint": endpoint} | where)
    assert client.get("/healthz").json()["storage"] == brief
    assert words in trials.verdicts(30.0)["storage"].words
    default_storage.connection.meta.client.close()


@pytest.mark.parametrize("library", ["boto3", "cryptography"])
def test_without_a_bucket_or_stored_keys_their_libraries_are_not_imported(
    tmp_path: Path, library: str
) -> None:
    code = f"import playground.wsgi, playground.tasks, sys; print({library!r} in sys.modules)"
    chosen = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "playground.settings"}
    command = [sys.executable, "-c", f"import django; django.setup(); {code}"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | chosen, capture_output=True)
    assert done.stdout.strip() == b"False"


NONSENSE: list[dict[str, Any]] = [
    {"access_key": ""},
    {"secret_key": ""},
    {"bucket": ""},
    {"bucket": "", "access_key": "", "secret_key": "", "endpoint": "https://s3.example.org"},
]


@pytest.mark.parametrize("changes", NONSENSE, ids=str)
def test_half_a_setting_is_refused_without_showing_the_secret(changes: dict[str, str]) -> None:
    whole = {"bucket": BUCKET, "endpoint": "", "region": "", **KEYS}
    with pytest.raises(ImproperlyConfigured) as caught:
        media.media_storage(**(whole | changes))
    assert "test-secret" not in str(caught.value)
