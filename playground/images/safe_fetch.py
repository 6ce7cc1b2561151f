"""The one fetch of an address that a person typed: an image or a PDF from the public internet.

Every connection goes to an address that was checked a moment before: http and https, known ports,
global unicast, on every redirect. Where no connection was made or kept the refusal is always the
same, so that nobody can learn from it what is behind this server; where a host that may be asked
answered with something else than an image, the refusal says what came. The bytes decide what is an
image: many hosts name no type, or the wrong one.
"""

import logging
import re
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from playground.imaging import PictureRefused
from playground.imaging.formats import recognise
from playground.imaging.pdf import is_pdf
from playground.providers.transport import TransportError
from playground.providers.transport.public import PublicOnly

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0  # for all of it: name, connection, redirects, bytes
MAX_REDIRECTS = 3
PORTS = frozenset({80, 443})
CHUNK_BYTES = 64 * 1024
SNIFFED_BYTES = 1024  # bytes by which an image is known
HEADERS = {
    "Accept": "image/*, application/pdf",
    "Accept-Encoding": "identity",
    "User-Agent": "vision-playground",
}
REFUSAL = (
    "An image could not be fetched from its address. Check that the address is public and leads "
    "to an image or a PDF of at most 20 MB, or upload the file."
)

TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,60}", re.ASCII)
# What comes instead of images, by its first bytes.
_HTML = rb"html|head|body|meta|title|script|style|link|div|p|a|h[1-6]|center|table|span|form|iframe"
# No two of these can match the same: what a stranger sends is never tried twice.
_BEFORE = rb"\s*(?:(?:<!--(?:[^-]|-(?!->))*-->|<(?:\?|!(?!--))[^>]*>)\s*)*+"
KINDS = (
    (re.compile(rb"\s*(<[?!][^>]*>\s*)*<(\w+:)?svg", re.I), "an SVG drawing"),
    (re.compile(rb"\s*<!doctype html", re.I), "a web page"),
    (re.compile(_BEFORE + rb"<(" + _HTML + rb")\b", re.I | re.S), "a web page"),
    (re.compile(rb"\s*<(\?xml|[a-z][\w:.-]*[\s>/])", re.I), "XML"),
    (re.compile(rb"PK[\x03\x05]"), "a ZIP archive"),
    (re.compile(rb"\x1f\x8b"), "a gzip file"),
    (re.compile(rb"....ftyp|\x1aE\xdf\xa3", re.S), "a film, or a picture of a rare kind,"),
    (
        re.compile(rb"\0\0[\1\2]\0|8BPS|\xff\x0a|qoif|\0\0\0\x0c(JXL|jP) ", re.S),
        "a picture of a rare kind",
    ),
    (re.compile(rb"\s*[\[{]"), "JSON"),
    (re.compile(rb"[^\x00-\x08\x0e-\x1f]+\Z"), "a text"),
)
PACKED = {"gzip", "x-gzip", "deflate"}
NOT_PACKED = {"", "identity", "none", "binary", "utf-8", "aws-chunked"}


class FetchRefused(Exception):  # noqa: N818 - reads as what happened
    """Nothing usable came from the address.

    came: what a host that may be asked answered instead, in a few words; empty for all others,
    whose words are the same whatever the reason was.
    """

    def __init__(self, came: str = "") -> None:
        super().__init__(REFUSAL)
        self.came = came


@dataclass(frozen=True)
class Rules:
    """What the operator allows. most_bytes: of the image."""

    most_bytes: int
    ports: frozenset[int] = PORTS
    private_networks: bool = False


def fetch(url: str, rules: Rules) -> bytes:
    """Return the bytes of an image or a PDF. Raises FetchRefused; what it is, others check."""
    # A thread of its own, because looking up a name has no timeout. It ends when the lookup does.
    pool = ThreadPoolExecutor(1, thread_name_prefix="fetch")
    try:
        return pool.submit(_fetch, url, rules, time.monotonic() + TIMEOUT_SECONDS).result(
            TIMEOUT_SECONDS + 1
        )
    except (FetchRefused, TransportError, HTTPError, OSError, ValueError, TooSlow) as e:
        logger.info("an address was refused: %s", type(e).__name__)
        raise FetchRefused(getattr(e, "came", "")) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _fetch(url: str, rules: Rules, deadline: float) -> bytes:
    with _session(rules) as session:
        for _ in range(MAX_REDIRECTS + 1):
            _check(url, rules)
            left = max(deadline - time.monotonic(), 0.1)
            with session.get(url, stream=True, allow_redirects=False, timeout=left) as answer:
                if not answer.is_redirect:
                    return _read(answer, rules, deadline)
                # Read as UTF-8, which servers write there although the standard has ASCII alone.
                url = urljoin(url, session.get_redirect_target(answer) or "")
    raise FetchRefused


def _session(rules: Rules) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy would look up the name again; a netrc would add a password
    session.headers = dict(HEADERS)
    for scheme in ("http", "https"):
        guarded = PublicOnly(is_https_proto=scheme == "https")
        session.mount(f"{scheme}://", HTTPAdapter() if rules.private_networks else guarded)
    return session


def _check(url: str, rules: Rules) -> None:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    if parts.scheme not in {"http", "https"} or port not in rules.ports or parts.username:
        raise FetchRefused


def _read(answer: requests.Response, rules: Rules, deadline: float) -> bytes:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    named = f" ({kind})" if TYPE.fullmatch(kind) else ""
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if answer.status_code != 200:
        raise FetchRefused(f"HTTP {answer.status_code} came instead of an image")
    data = bytearray()
    for chunk in _chunks(answer, deadline, named):
        known = len(data) >= SNIFFED_BYTES
        data += chunk
        if len(data) >= SNIFFED_BYTES and not known:
            _refuse_other(data, encoding, named)
        _refuse_more(data, rules, named)
    _refuse_other(data, encoding, named)
    whole = _unpacked(data, encoding, rules.most_bytes + 1)
    _refuse_more(whole, rules, named)
    return bytes(whole)


def _unpacked(data: bytes | bytearray, encoding: str, most: int) -> bytes | bytearray:
    """Return what was packed although that was not asked for; what only says so stays as it is."""
    if encoding not in PACKED:
        return data
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, most)
    except zlib.error:
        return data


def _refuse_more(data: bytes | bytearray, rules: Rules, named: str) -> None:
    if len(data) > rules.most_bytes:
        raise FetchRefused(f"more than {rules.most_bytes // (1024 * 1024)} MB came{named}")


def _refuse_other(data: bytearray, encoding: str, named: str) -> None:
    """Refuse what does not begin as an image does, before all of it is fetched."""
    head = bytes(_unpacked(data[:SNIFFED_BYTES], encoding, SNIFFED_BYTES))
    if is_pdf(head):
        return
    try:
        recognise(head)
    except PictureRefused:
        text = head.removeprefix(b"\xef\xbb\xbf")
        words = (words for start, words in KINDS if start.match(text))
        came = next(words, "bytes that are no image") if head else "nothing"
        if encoding not in PACKED | NOT_PACKED:
            came = "a compressed answer, which was not asked for,"
        raise FetchRefused(f"{came}{named} came instead of an image") from None


def _chunks(answer: requests.Response, deadline: float, named: str) -> Iterator[bytes]:
    received = 0
    try:
        # read1: a whole chunk may never come from a server that sends a byte now and then.
        while chunk := answer.raw.read1(CHUNK_BYTES):
            if time.monotonic() > deadline:
                raise FetchRefused
            received += len(chunk)
            yield chunk
    except HTTPError:
        raise FetchRefused(f"the answer broke off after {received:,} bytes{named}") from None
