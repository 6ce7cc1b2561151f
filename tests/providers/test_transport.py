"""HTTP over real sockets: limits, deadlines, TLS, and whether a request may have been sent."""

from __future__ import annotations

import gc
import gzip
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from playground.providers import transport
from playground.providers.transport import Answer, Timeouts, TransportError
from tests.fakes.wavespeed import Fault
from tests.providers.conftest import HASTY, PATIENT

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed

KEY = {"Authorization": "Bearer test-key"}
BALANCE = "/api/v3/balance"


def get(url: str, timeouts: Timeouts = PATIENT, limit: int = 1000) -> Answer:
    return transport.send("GET", url, headers=KEY, timeouts=timeouts, limit=limit)


def test_an_answer_has_status_headers_and_body(fake: FakeWaveSpeed) -> None:
    answer = get(fake.url + BALANCE)
    assert (answer.status, answer.headers["content-type"], answer.json()["data"]) == (
        200,
        "application/json",
        {"balance": 12.34},
    )


def test_a_body_over_the_limit_is_not_kept(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(200, "x" * 1001))
    answer = get(fake.url + BALANCE)
    assert (answer.body, answer.problem) == (b"", "the answer is longer than 1000 bytes")


def test_a_body_of_exactly_the_limit_is_kept(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(200, "x" * 1000))
    assert len(get(fake.url + BALANCE).body) == 1000


def test_a_small_body_that_unpacks_over_the_limit_is_not_kept(fake: FakeWaveSpeed) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    fake.fault("balance", Fault.answer(200, packed, headers={"Content-Encoding": "gzip"}))
    assert get(fake.url + BALANCE, limit=100_000).problem


def test_a_body_that_does_not_unpack_is_a_problem(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(200, b"no gzip", headers={"Content-Encoding": "gzip"}))
    assert get(fake.url + BALANCE).problem


def test_a_dripping_body_ends_at_the_deadline(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.drip(0.1))  # some 6 seconds, if nobody ends it
    assert get(fake.url + BALANCE, HASTY).problem == "the answer took too long"


def test_bytes_that_are_no_utf8_do_not_cost_the_answer(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(200, b'\xef\xbb\xbf{"a": "\xff"}'))
    assert get(fake.url + BALANCE).json() == {"a": "\ufffd"}


@pytest.mark.parametrize(("charset", "text"), [("latin-1", "é"), ("GB18030", "图"), ("none", "a")])
def test_a_body_is_read_by_the_charset_that_it_names(
    fake: FakeWaveSpeed, charset: str, text: str
) -> None:
    words = f'{{"a": "{text}"}}'.encode(charset if charset != "none" else "utf-8")
    headers = {"Content-Type": f'application/json; charset="{charset}"'}
    fake.fault("balance", Fault.answer(200, words, headers=headers))
    assert get(fake.url + BALANCE).json() == {"a": text}


def test_redirects_are_not_followed(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(302, headers={"Location": fake.url + BALANCE}))
    assert (get(fake.url + BALANCE).status, fake.request_count) == (302, 1)


def test_the_body_of_a_redirect_is_limited_too(fake: FakeWaveSpeed) -> None:
    elsewhere = {"Location": fake.url}
    fake.fault("balance", Fault.answer(302, "x" * 5000, headers=elsewhere))
    assert get(fake.url + BALANCE).problem


def test_cookies_are_not_kept(fake: FakeWaveSpeed) -> None:
    fake.fault("balance", Fault.answer(200, headers={"Set-Cookie": "who=me; Path=/"}))
    get(fake.url + BALANCE)
    get(fake.url + BALANCE)
    assert "Cookie" not in fake.requests[1][2]


def test_proxies_of_the_environment_are_not_used(
    fake: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert get(fake.url + BALANCE).ok


def test_a_connection_is_used_again(fake: FakeWaveSpeed) -> None:
    for _ in range(3):
        get(fake.url + BALANCE)
    assert fake.connections == 1


def test_a_connection_whose_answer_was_not_read_whole_is_not_used_again(
    fake: FakeWaveSpeed,
) -> None:
    fake.fault("balance", Fault.answer(200, "x" * 1_000_000))
    get(fake.url + BALANCE)
    assert get(fake.url + BALANCE).json()["data"] == {"balance": 12.34}


def test_a_fresh_call_neither_takes_nor_leaves_a_connection(fake: FakeWaveSpeed) -> None:
    get(fake.url + BALANCE)
    for _ in range(2):
        transport.send("GET", fake.url + BALANCE, headers=KEY, timeouts=PATIENT, fresh=True)
    assert fake.connections == 3


def test_threads_have_connections_of_their_own(fake: FakeWaveSpeed) -> None:
    def twice() -> None:
        get(fake.url + BALANCE)
        get(fake.url + BALANCE)
        transport.close()

    threads = [threading.Thread(target=twice) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fake.connections == 4


def test_closing_twice_does_no_harm(fake: FakeWaveSpeed) -> None:
    get(fake.url + BALANCE)
    transport.close()
    transport.close()
    assert get(fake.url + BALANCE).ok


def failure(url: str, headers: dict[str, str] | None = None) -> TransportError:
    with pytest.raises(TransportError) as caught:
        transport.send("POST", url, headers=headers or {}, body=b"{}", timeouts=HASTY)
    return caught.value


def test_a_reset_may_have_been_sent(fake: FakeWaveSpeed) -> None:
    fake.fault("submit", Fault.reset())
    error = failure(f"{fake.url}/api/v3/wavespeed-ai/any-llm/vision")
    assert (error.maybe_sent, error.reason) == (
        True,
        "the connection broke before an answer came",
    )


def test_silence_may_have_been_sent(fake: FakeWaveSpeed) -> None:
    fake.fault("submit", Fault.hang(5))
    error = failure(f"{fake.url}/api/v3/wavespeed-ai/any-llm/vision")
    assert (error.maybe_sent, error.reason) == (True, "no answer came in time")


@pytest.mark.parametrize("value", ["a\nb", "\u20ac", " a"])
def test_headers_that_cannot_be_sent_are_not(fake: FakeWaveSpeed, value: str) -> None:
    error = failure(fake.url + BALANCE, {"X-Odd": value})
    assert (error.maybe_sent, fake.request_count) == (False, 0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_answer_with_two_lengths_may_follow_a_request_that_was_sent(
    fake: FakeWaveSpeed,
) -> None:
    fake.fault("submit", Fault.answer(200, headers={"content-length": "1, 2"}))
    assert failure(f"{fake.url}/api/v3/wavespeed-ai/any-llm/vision").maybe_sent
    gc.collect()  # urllib3 leaves the file of such an answer to the collector, which complains


def test_an_error_does_not_name_the_address(fake: FakeWaveSpeed) -> None:
    fake.fault("submit", Fault.reset())
    error = failure(f"{fake.url}/api/v3/wavespeed-ai/any-llm/vision?sig=secret")
    assert (error.__suppress_context__, "secret" in str(error)) == (True, False)


def test_sending_ends_at_the_deadline() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(TransportError) as caught:
            transport.send("PUT", url, headers={}, body=b"x" * 20_000_000, timeouts=HASTY)
    assert caught.value.maybe_sent


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("12", 12), ("1e9", None), ("inf", None), ("nan", None), ("99999999999999", None)],
)
def test_only_a_sane_wait_is_one(value: str, seconds: float | None) -> None:
    assert Answer(429, {"Retry-After": value}).retry_after == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 3600),
        ("Fri, 99 Jan 2100 00:00:00 GMT", None),
    ],
)
def test_a_wait_until_a_date_is_bounded(date: str, seconds: float | None) -> None:
    assert Answer(429, {"Retry-After": date}).retry_after == seconds
