"""The sample configuration for nginx, really run: TLS, sign-in, uploads, held polls, addresses."""

from __future__ import annotations

import io
import os
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import pytest
import requests
from PIL import Image

from tests.conftest import FLASH, PASSWORD
from tests.deployment.proxied import Proxied, proxied
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.patience import PATIENCE_SECONDS
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes
ONCE = ["Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"]
ONCE += ["Cache-Control", "X-Request-ID", "Permissions-Policy", "Server", "Date"]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeWaveSpeed]:
    with FakeWaveSpeed() as fake:
        yield fake


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, fake: FakeWaveSpeed) -> Iterator[Proxied]:
    with proxied(tmp_path_factory.mktemp("proxied"), fake) as site:
        yield site


@pytest.fixture
def mira(site: Proxied) -> requests.Session:
    return site.signed_in()


def test_http_leads_to_https(site: Proxied) -> None:
    answer = requests.get(
        f"{site.plain}/runs/?q=a", allow_redirects=False, timeout=PATIENCE_SECONDS
    )
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{site.secure}/runs/?q=a")


def test_files_of_runs_are_not_asked_for_without_end(site: Proxied) -> None:
    eager, other = site.browser("127.0.0.7"), site.browser("127.0.0.8")
    file, let_through = f"{site.secure}/runs/export.csv", 0
    while (answer := eager.get(file, timeout=PATIENCE_SECONDS)).status_code == 401:
        let_through += 1
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert let_through >= 100
    # The rest of the site is there for that address, and files are for every other one.
    assert eager.get(f"{site.secure}/healthz", timeout=PATIENCE_SECONDS).status_code == 200
    assert other.get(file, timeout=PATIENCE_SECONDS).status_code == 401


@pytest.mark.parametrize("path", ["/api/runs/", "/metrics"])
def test_a_program_without_tls_is_refused(site: Proxied, path: str) -> None:
    assert (
        requests.get(site.plain + path, timeout=PATIENCE_SECONDS, allow_redirects=False).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("newest", "ciphers", "works"),
    [
        (ssl.TLSVersion.TLSv1_3, "DEFAULT", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE+AESGCM", True),
        (ssl.TLSVersion.TLSv1_2, "AES128-SHA:AES256-GCM-SHA384:ECDHE+AES+SHA384", False),
        (ssl.TLSVersion.TLSv1_1, "DEFAULT:@SECLEVEL=0", False),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_old_tls_and_weak_ciphers_are_refused(
    site: Proxied, newest: ssl.TLSVersion, ciphers: str, works: bool
) -> None:
    context = ssl.create_default_context(cafile=str(site.certificate))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    context.set_ciphers(ciphers)
    host, port = site.secure.removeprefix("https://").split(":")
    refused = nullcontext() if works else pytest.raises((ssl.SSLError, ConnectionError))
    with socket.create_connection((host, int(port)), 10) as plain, refused:
        context.wrap_socket(plain, server_hostname=host).close()


def test_another_host_is_cut_off(site: Proxied) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(site.plain, headers={"Host": "evil.example"}, timeout=PATIENCE_SECONDS)
    address = site.secure.replace("localhost", "127.0.0.1")
    with pytest.raises(requests.ConnectionError):
        requests.get(address, verify=False, timeout=PATIENCE_SECONDS)  # noqa: S501


def test_a_sign_in_leads_to_the_playground(site: Proxied, mira: requests.Session) -> None:
    page = mira.get(f"{site.secure}/", timeout=PATIENCE_SECONDS)
    assert (page.status_code, "__Host-sessionid" in mira.cookies) == (200, True)
    assert all(cookie.secure for cookie in mira.cookies)


def test_headers_are_there_once(site: Proxied, mira: requests.Session) -> None:
    answer = mira.get(f"{site.secure}/", timeout=PATIENCE_SECONDS, stream=True)
    counts = {name: len(answer.raw.headers.getlist(name)) for name in ONCE}
    assert counts == dict.fromkeys(ONCE, 1)
    assert (answer.headers["Server"], "Content-Encoding" in answer.headers) == ("nginx", True)


def test_what_nginx_says_by_itself_carries_headers_too(site: Proxied) -> None:
    answer = site.browser().request("TRACE", site.secure, timeout=PATIENCE_SECONDS)
    assert (answer.status_code, "<center>nginx</center>" in answer.text) == (405, True)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_nginx_compresses_nothing_by_itself(site: Proxied) -> None:
    answer = site.browser().get(f"{site.secure}/healthz", timeout=PATIENCE_SECONDS)
    assert "Content-Encoding" not in answer.headers


def test_the_access_log_has_no_links_and_no_prompts(site: Proxied, mira: requests.Session) -> None:
    for path in (
        "/s/unlisted-link/",
        "/S/unlisted/",
        "/invitations/once/",
        "/reset/1/once/",
        "/runs/?q=secret",
    ):
        mira.get(site.secure + path, timeout=PATIENCE_SECONDS)
    log = site.certificate.parent / "playground.log"
    until(lambda: "GET /runs/ 200" in log.read_text(), "the line of the last request")
    assert not re.search("unlisted|once|secret", log.read_text())


def picture() -> bytes:
    """A PNG of noise a little below the limit of 20 MB."""
    file, side = io.BytesIO(), 2600
    noise = Image.frombytes("RGB", (side, side), os.urandom(3 * side * side))
    noise.save(file, "PNG", compress_level=0)
    return file.getvalue()


def test_a_picture_up_to_the_limit_arrives_whole(site: Proxied, mira: requests.Session) -> None:
    data = picture()
    answer = site.post(mira, "/images/", files={"image": ("noise.png", data, "image/png")})
    assert (answer.status_code, len(data) > 20_000_000) == (200, True)
    sha256 = re.findall(r"[0-9a-f]{64}", answer.text)[0]
    assert mira.get(f"{site.secure}/images/{sha256}/", timeout=PATIENCE_SECONDS).content == data


@pytest.mark.parametrize(("size", "ours"), [(68 * 1024 * 1024, True), (71 * 1024 * 1024, False)])
def test_a_body_over_the_limit_is_refused(
    site: Proxied, mira: requests.Session, size: int, ours: bool
) -> None:
    files = {"image": ("large.png", b"x" * size, "image/png")}
    try:
        answer = site.post(mira, "/images/", files=files)
    except requests.ConnectionError:  # nginx answers and hangs up while the client still sends
        assert not ours
    else:
        assert (answer.status_code, "Vision Playground" in answer.text) == (413, ours)


def test_a_body_in_pieces_arrives_whole(site: Proxied, mira: requests.Session) -> None:
    pieces = (part for part in (b"theme=", b"dark"))
    token = mira.cookies["__Host-csrftoken"]
    headers = {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
    answer = mira.post(
        f"{site.secure}/theme/",
        pieces,
        headers=headers,
        allow_redirects=False,
        timeout=PATIENCE_SECONDS,
    )
    assert (answer.status_code, mira.cookies["__Host-theme"]) == (303, "dark")


def waiting(site: Proxied, mira: requests.Session, fake: FakeWaveSpeed) -> str:
    """Press Run for something that takes long; returns the address of its page."""
    fake.configure(delay=600.0)
    pressed = site.post(mira, "/runs/", prompt="Slow?", models=FLASH, priority="latency")
    path = pressed.headers["Location"]
    page = partial(mira.get, site.secure + path, timeout=PATIENCE_SECONDS)
    until(lambda: "status-processing" in page().text, "the run is at the provider")
    return path


def test_a_held_poll_lasts_and_passes_on_an_end(
    site: Proxied, mira: requests.Session, fake: FakeWaveSpeed
) -> None:
    path = waiting(site, mira, fake)

    def newest() -> str:
        """The poll of the page as it is now: what has changed since is answered at once."""
        page = mira.get(site.secure + path, timeout=PATIENCE_SECONDS).text
        return re.findall(r'hx-get="([^"]+/status/[^"]*)"', page)[0].replace("&amp;", "&")

    def ask(poll: str) -> requests.Response:
        fragment = {"headers": {"HX-Request": "true"}, "timeout": PATIENCE_SECONDS}
        return mira.get(site.secure + poll, **fragment)

    until(lambda: ask(newest()).status_code == 204, "a poll is held until there is nothing to say")
    with ThreadPoolExecutor() as browser:
        waits = browser.submit(ask, newest())
        site.post(mira, f"{path}cancel/")
    assert (waits.result().status_code, "Cancelled" in waits.result().text) == (200, True)


def test_guessing_is_limited_by_the_address_that_nginx_saw(site: Proxied) -> None:
    for number in range(6):  # each time another made-up address
        made_up = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": "for=203.0.113.9"}
        guesser = site.browser("127.0.0.2")
        wrong = {"username": "mira", "password": "wrong", "headers": made_up}
        answer = site.post(guesser, "/sign-in/", **wrong)
    right = {"username": "mira", "password": PASSWORD}
    locked_out = site.post(site.browser("127.0.0.2"), "/sign-in/", **right)
    elsewhere = site.post(site.browser("127.0.0.3"), "/sign-in/", **right)
    statuses = [one.status_code for one in (answer, locked_out, elsewhere)]
    assert statuses == [429, 429, 303]
