"""Getting a picture to WaveSpeed: the ticket, the storage host, and the older way."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from playground.providers import network, transport
from playground.providers.base import ErrorKind, ImageFile
from playground.providers.transport import public
from playground.providers.wavespeed.uploads import _is_usable
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.patience import PATIENCE_SECONDS
from tests.providers.mishaps import NOTHING_TO_GO_BY, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.providers.wavespeed import WaveSpeed


def test_the_picture_arrives_as_it_is(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile
) -> None:
    wavespeed.upload(image)
    assert fake.uploads[0].sha256 == hashlib.sha256(image.data).hexdigest()


def test_the_address_shows_the_picture(wavespeed: WaveSpeed, image: ImageFile) -> None:
    url = wavespeed.upload(image).url
    with requests.get(url, timeout=PATIENCE_SECONDS) as shown:
        assert shown.content == image.data


def test_the_address_is_good_for_six_days(wavespeed: WaveSpeed, image: ImageFile) -> None:
    left = wavespeed.upload(image).expires_at - datetime.now(UTC)
    assert timedelta(days=5, hours=23) < left <= timedelta(days=6)


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("image/png", "img-4be14be14be1.png"),
        ("image/jpeg", "img-4be14be14be1.jpg"),
        ("image/webp", "img-4be14be14be1.webp"),
        ("image/unheard-of", "img-4be14be14be1.bin"),
    ],
)
def test_the_name_is_made_up(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, content_type: str, name: str
) -> None:
    wavespeed.upload(ImageFile("4be1" * 16, content_type, 1, 1, b"data"))
    assert fake.uploads[0].filename == name


def put_headers(fake: FakeWaveSpeed) -> dict[str, str]:
    return next(headers for method, _, headers in fake.requests if method == "PUT")


@pytest.mark.parametrize("header", ["Authorization", "X-Client-Name", "Cookie"])
def test_the_storage_host_learns_nothing_about_us(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, header: str
) -> None:
    wavespeed.upload(image)
    assert header not in put_headers(fake)


@pytest.mark.parametrize(
    ("header", "value"),
    [("Content-Type", "image/png"), ("If-None-Match", "*"), ("Content-Length", "30004")],
)
def test_the_storage_host_gets_the_headers_of_the_ticket(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, header: str, value: str
) -> None:
    wavespeed.upload(image)
    assert put_headers(fake)[header] == value


PUT_FAULTS = [
    pytest.param(Fault.reset(), id="reset"),
    pytest.param(Fault.reset(accepted=True), id="reset after it was written"),
    pytest.param(Fault.answer(403, "<Error/>"), id="403"),
    pytest.param(Fault.answer(412, "<Error/>"), id="412"),
    pytest.param(Fault.answer(500), id="500"),
    pytest.param(Fault.answer(301, headers={"Location": "/elsewhere"}), id="redirect"),
]


@pytest.mark.parametrize("fault", PUT_FAULTS)
def test_after_a_put_that_failed_there_is_a_new_ticket(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault
) -> None:
    fake.fault("put", fault)
    wavespeed.upload(image)
    assert len(fake.account.tickets) == 2


@pytest.mark.parametrize("fault", PUT_FAULTS)
def test_two_puts_that_failed_are_enough(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault
) -> None:
    fake.fault("put", fault, times=2)
    assert refusal(wavespeed.upload, image).kind is ErrorKind.TEMPORARY


def test_a_big_picture_may_be_cut_off_while_it_is_sent(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed
) -> None:
    fake.fault("put", Fault.reset(), times=2)
    assert (
        refusal(wavespeed.upload, ImageFile("4be1" * 16, "image/png", 1, 1, b"x" * 8_000_000)).kind
        is ErrorKind.TEMPORARY
    )


def test_storage_that_does_not_answer_is_given_up(
    fake: FakeWaveSpeed, hasty: WaveSpeed, image: ImageFile
) -> None:
    fake.fault("put", Fault.hang(5), times=2)
    assert refusal(hasty.upload, image).kind is ErrorKind.TEMPORARY


def test_a_picture_too_large_for_storage_is_sent_once(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile
) -> None:
    fake.fault("put", Fault.answer(413))
    assert (refusal(wavespeed.upload, image).kind, len(fake.account.tickets)) == (
        ErrorKind.TOO_LARGE,
        1,
    )


@pytest.fixture
def storage() -> Iterator[FakeWaveSpeed]:
    """A host of its own beside the provider's."""
    with FakeWaveSpeed() as beside:
        yield beside


def name_a_target(fake: FakeWaveSpeed, url: str) -> None:
    target = {"method": "PUT", "url": url, "headers": {"X-Signed": "a"}}
    data = {"download_url": f"{fake.url}/_media/a.png", "upload": target}
    fake.fault("ticket", Fault.answer(200, {"code": 200, "message": "ok", "data": data}), times=2)


INSIDE = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433", "[::1]"]


@pytest.mark.parametrize("host", INSIDE)
def test_a_picture_is_not_sent_to_where_the_provider_may_not_point(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, storage: FakeWaveSpeed, host: str
) -> None:
    name_a_target(fake, f"http://{host}:{urlsplit(storage.url).port}/_storage/a")
    refused = refusal(wavespeed.upload, image)
    assert refused.kind is ErrorKind.TEMPORARY
    assert not storage.requests


def test_why_it_is_not_sent_is_said(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile
) -> None:
    name_a_target(fake, "http://169.254.169.254/latest")
    detail = refusal(wavespeed.upload, image).detail
    assert detail == "storage: the address is not a public one"


def test_a_target_whose_port_is_none_is_no_target(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile
) -> None:
    name_a_target(fake, "http://storage.example:99999/a")
    assert wavespeed.upload(image).url  # through the API


def test_an_operator_may_allow_storage_inside(
    fake: FakeWaveSpeed,
    wavespeed: WaveSpeed,
    image: ImageFile,
    storage: FakeWaveSpeed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "_current", network.Network(private_networks=True))
    name_a_target(fake, f"{storage.url}/_storage/a")
    refusal(wavespeed.upload, image)  # this storage knows nothing of it
    assert put_headers(storage)["X-Signed"] == "a"


def test_public_storage_is_sent_to(
    fake: FakeWaveSpeed,
    wavespeed: WaveSpeed,
    image: ImageFile,
    storage: FakeWaveSpeed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public, "is_public", lambda _: True)
    monkeypatch.setattr("ipaddress.IPv4Address.is_private", False)
    name_a_target(fake, f"{storage.url}/_storage/a")
    refusal(wavespeed.upload, image)
    assert put_headers(storage)["Host"] == urlsplit(storage.url).netloc
    assert put_headers(storage)["X-Signed"] == "a"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.answer(400), ErrorKind.INVALID),
        (Fault.answer(401), ErrorKind.KEY),
        (Fault.answer(403, {"message": "no credit left"}), ErrorKind.CREDIT),
        (Fault.answer(413), ErrorKind.TOO_LARGE),
        (Fault.answer(429), ErrorKind.RATE),
        (Fault.envelope(429), ErrorKind.RATE),
        (Fault.answer(500), ErrorKind.TEMPORARY),
        (Fault.html(502), ErrorKind.TEMPORARY),
        (Fault.envelope(503), ErrorKind.TEMPORARY),
        (Fault.reset(), ErrorKind.TEMPORARY),
    ],
)
def test_a_ticket_that_is_refused_says_why(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault, kind: ErrorKind
) -> None:
    fake.fault("ticket", fault)
    assert refusal(wavespeed.upload, image).kind is kind


@pytest.mark.parametrize("fault", NOTHING_TO_GO_BY)
def test_nothing_about_a_ticket_is_ever_an_unknown_outcome(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault
) -> None:
    fake.fault("ticket", fault)
    fake.fault("legacy", Fault.answer(500))
    assert refusal(wavespeed.upload, image).kind is ErrorKind.TEMPORARY


@pytest.mark.parametrize("fault", [Fault.hang(5), Fault.drip(0.05)], ids=["hang", "drip"])
def test_waiting_for_a_ticket_ends(
    fake: FakeWaveSpeed, hasty: WaveSpeed, image: ImageFile, fault: Fault
) -> None:
    fake.fault("ticket", fault)
    fake.fault("legacy", Fault.answer(500))
    assert refusal(hasty.upload, image).kind is ErrorKind.TEMPORARY


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.answer(404), id="404"),
        pytest.param(Fault.answer(405), id="405"),
        pytest.param(Fault.envelope(404), id="404 under 200"),
        pytest.param(Fault.envelope(405), id="405 under 200"),
        pytest.param(Fault.html(200), id="a page"),
        pytest.param(Fault.null(), id="data null"),
        pytest.param(Fault.data(upload=None), id="no target"),
        pytest.param(Fault.data(upload={"method": "POST", "url": "http://x"}), id="POST"),
        pytest.param(Fault.data(upload={"method": "PUT", "url": "ftp://x/y"}), id="ftp"),
        pytest.param(Fault.data(upload={"method": "PUT"}), id="no address to write"),
        pytest.param(Fault.data(download_url=None), id="no address to read"),
        pytest.param(Fault.data(download_url="javascript:1"), id="script"),
    ],
)
def test_where_there_are_no_usable_tickets_the_older_way_is_taken(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault
) -> None:
    fake.fault("ticket", fault)
    wavespeed.upload(image)
    upload = fake.uploads[0]
    assert (upload.way, upload.data, upload.filename) == (
        "legacy",
        image.data,
        "img-4be14be14be1.png",
    )


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.answer(401), ErrorKind.KEY),
        (Fault.answer(404), ErrorKind.NOT_FOUND),
        (Fault.answer(413), ErrorKind.TOO_LARGE),
        (Fault.answer(500), ErrorKind.TEMPORARY),
        (Fault.reset(), ErrorKind.TEMPORARY),
        (Fault.null(), ErrorKind.MALFORMED),
        (Fault.data(download_url="file:///etc/passwd"), ErrorKind.MALFORMED),
    ],
)
def test_the_older_way_says_why_it_failed(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile, fault: Fault, kind: ErrorKind
) -> None:
    fake.fault("ticket", Fault.answer(404))
    fake.fault("legacy", fault)
    assert refusal(wavespeed.upload, image).kind is kind


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://storage.test/put?sig=a%2Fb", True),
        ("http://storage.test/put", False),
        ("https://", False),
        ("https://[::1/x", False),
        ("https://storage.test/a b", False),
        ("https://storage.test/a\r\nb", False),
        ("https://storage.test/" + "a" * 2000, False),
        (None, False),
    ],
)
def test_only_addresses_under_tls_are_used_by_a_client_under_tls(url: Any, *, usable: bool) -> None:
    assert _is_usable(url, secure=True) is usable


def test_the_signature_of_a_ticket_is_in_no_error(
    fake: FakeWaveSpeed, wavespeed: WaveSpeed, image: ImageFile
) -> None:
    fake.fault("put", Fault.reset(), times=2)
    refused = refusal(wavespeed.upload, image)
    transport.close()
    assert "sig=" not in str(refused)
