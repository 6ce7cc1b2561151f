"""How a picture gets to WaveSpeed: a ticket, then a PUT to the storage host it names.

The older upload through the API itself is the way out where there are no tickets. Nothing here is
billed, so everything may be tried again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urlsplit

from urllib3.filepost import encode_multipart_formdata

from playground.providers.base import ErrorKind, ProviderError, UploadedImage
from playground.providers.transport import Timeouts, TransportError, send
from playground.providers.transport.public import origin, public_session

if TYPE_CHECKING:
    from playground.providers.base import ImageFile
    from playground.providers.wavespeed.api import Api

UPLOAD_LIFETIME = timedelta(
    days=6
)  # documented are 7: the picture must still be there when it is read

_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
}
_MAX_URL_LENGTH = 2000
_TICKET_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class _Ticket:
    url: str = field(repr=False)  # signed: whoever has it may write
    headers: dict[str, str] = field(repr=False)
    download_url: str


def upload(api: Api, image: ImageFile, timeouts: Timeouts) -> UploadedImage:
    """Hand over one picture. Raises ProviderError, never UNKNOWN."""
    ticket = _ticket(api, image, timeouts)
    if ticket is None:
        return _upload_through_the_api(api, image, timeouts)
    problem = _put(api, ticket, image, timeouts)
    if problem and problem.kind is not ErrorKind.TOO_LARGE:
        # The target is write-once, and may have been written: only a new ticket can be tried.
        ticket = _ticket(api, image, timeouts)
        if ticket is None:
            return _upload_through_the_api(api, image, timeouts)
        problem = _put(api, ticket, image, timeouts)
    if problem:
        raise problem
    return _kept(ticket.download_url)


def _ticket(api: Api, image: ImageFile, timeouts: Timeouts) -> _Ticket | None:
    """Return a ticket, or None where the API has none to give that could be used."""
    wanted = {
        "filename": _filename(image),
        "size": len(image.data),
        "content_type": image.content_type,
    }
    quick = replace(
        timeouts, read=min(timeouts.read, _TICKET_TIMEOUT_SECONDS)
    )  # no picture is sent yet
    try:
        body = api.post("/api/v3/media/uploads", wanted, quick)
    except ProviderError as error:
        if _has_no_tickets(error):
            return None
        raise
    return _parse(api, body.get("data"))


def _has_no_tickets(error: ProviderError) -> bool:
    code = error.body.get("code") if isinstance(error.body, dict) else None
    if error.kind is ErrorKind.NOT_FOUND or 405 in (error.status, code):
        return True
    unreadable = error.kind in (ErrorKind.TEMPORARY, ErrorKind.MALFORMED)
    return unreadable and 200 <= error.status < 300 and code is None


def _parse(api: Api, data: Any) -> _Ticket | None:
    target = data.get("upload") if isinstance(data, dict) else None
    if not isinstance(target, dict) or str(target.get("method")).upper() != "PUT":
        return None
    url, download_url, headers = target.get("url"), data.get("download_url"), target.get("headers")
    secure = api.is_secure
    if not _is_usable(url, secure=secure) or not _is_usable(download_url, secure=secure):
        return None
    given = headers if isinstance(headers, dict) else {}
    return _Ticket(url, {name: str(value) for name, value in given.items()}, download_url)


def _put(api: Api, ticket: _Ticket, image: ImageFile, timeouts: Timeouts) -> ProviderError | None:
    """Send the bytes with the ticket's headers and no others: ours would break the signature, and
    the key is not for the storage host, which has to be public. Returns what went wrong."""
    is_own = origin(ticket.url) == origin(api.base_url)
    session = None if is_own else public_session(ticket.url)
    url, headers, body = ticket.url, ticket.headers, image.data
    try:
        answer = send("PUT", url, headers=headers, body=body, timeouts=timeouts, session=session)
    except TransportError as error:
        return ProviderError(ErrorKind.TEMPORARY, f"storage: {error.reason}")
    if answer.ok:
        return None
    kind = ErrorKind.TOO_LARGE if answer.status == 413 else ErrorKind.TEMPORARY
    return ProviderError(
        kind,
        f"storage: HTTP {answer.status}",
        retry_after=answer.retry_after,
        status=answer.status,
    )


def _upload_through_the_api(api: Api, image: ImageFile, timeouts: Timeouts) -> UploadedImage:
    part = (_filename(image), image.data, image.content_type)
    body, content_type = encode_multipart_formdata({"file": part})
    answer = api.post_raw("/api/v3/media/upload/binary", body, content_type, timeouts)
    data = answer.get("data")
    url = data.get("download_url") if isinstance(data, dict) else None
    if not _is_usable(url, secure=api.is_secure):
        detail = "the upload was answered without an address"
        raise ProviderError(ErrorKind.MALFORMED, detail, status=200, body=answer)
    return _kept(url)


def _is_usable(url: Any, *, secure: bool) -> TypeGuard[str]:
    if not isinstance(url, str) or not 0 < len(url) <= _MAX_URL_LENGTH or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port  # which may be none
    except ValueError:
        return False
    schemes = ("https",) if secure else ("https", "http")
    return parts.scheme in schemes and bool(parts.hostname) and " " not in url


def _kept(url: str) -> UploadedImage:
    return UploadedImage(url, datetime.now(UTC) + UPLOAD_LIFETIME)


def _filename(image: ImageFile) -> str:
    """Return a generated name: a person's own file names are nobody else's business."""
    extension = _EXTENSIONS.get(image.content_type, "bin")
    return f"img-{image.sha256[:12]}.{extension}"
