"""Request bodies: refused before they are read when too large, and after when they broke off.

Django parses a form that ends early as if its last file had never been there. A run would then be
paid for without its picture. What passed the body on may have cut it and counted anew, so that its
length is not enough: the boundary that closes it has to have come as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.http import parse_header_parameters

from playground.imaging import limits
from playground.web.fragments import with_words
from playground.web.resubmission import has_kept_form, kept_form

MULTIPART = "multipart/form-data"
FORMS = {MULTIPART, "application/x-www-form-urlencoded"}
COUNTED, FOREIGN, TAKEN_IN = "playground.body", "playground.alphabet", "playground.files"
MAX_BODY_BYTES = limits.MAX_FORM_BYTES + 2 * 1024 * 1024  # the pictures, and the fields beside them
# A little more is read and dropped: who still sends when the answer comes may never see it.
MAX_DROPPED_BYTES = MAX_BODY_BYTES + 4 * 1024 * 1024  # what deploy/nginx.conf lets through
PIECE_BYTES = 256 * 1024
MAX_FILES = 100  # of one form that says nothing else
BROKE_OFF = "The upload broke off before its end. Nothing was sent. Press again."


View = TypeVar("View", bound="Callable[..., HttpResponse]")


class ClosedHandler(FileUploadHandler):
    """One that holds files of its own."""

    def close(self) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class LargeUpload:
    """What one address takes beyond the others, and what takes its files in while they arrive.

    slack_bytes: of the form around them. handler: closed when the request has ended, however.
    """

    max_bytes: int
    slack_bytes: int
    handler: type[ClosedHandler]

    @property
    def max_body_bytes(self) -> int:
        return self.max_bytes + self.slack_bytes

    def __call__(self, view: View) -> View:
        view.large_upload = self  # type: ignore[attr-defined]
        return view


class FewFiles(FileUploadHandler):
    """Counts the files of a form: each large one is an open file, of which a process has few."""

    count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > MAX_FILES:
            raise TooManyFilesSent

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """It is for the next handler."""


class CountedBody:
    """A request's input that knows how much was read of it, and whether its end was.

    end: what closes it, on a line of its own. An epilogue may follow.
    """

    def __init__(self, stream: Any, end: bytes = b"") -> None:
        self._stream, self._end = stream, b"\n" + end
        self._tail = b"\n"
        self.count, self.is_closed = 0, not end

    def read(self, *size: int) -> bytes:
        return self._counted(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._counted(self._stream.readline(*size))

    def _counted(self, data: bytes) -> bytes:
        self.count += len(data)
        if not self.is_closed:
            window = self._tail + data
            self.is_closed, self._tail = self._end in window, window[-len(self._end) :]
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def counting(application: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a WSGI application so that its requests know how much of their body arrived.

    Also takes a foreign alphabet out of the way, and notes it: Django decodes the query with it
    while it makes the request, and where it is none of text (`charset=zlib`) no code of ours runs.
    """

    def counted(environ: dict[str, Any], start_response: Any) -> Any:
        kind, params = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        end = f"--{params.get('boundary', '')}--".encode() if kind == MULTIPART else b""
        environ["wsgi.input"] = environ[COUNTED] = CountedBody(environ["wsgi.input"], end)
        if not _is_utf8(params):
            environ["CONTENT_TYPE"], environ[FOREIGN] = kind, True
        return application(environ, start_response)

    return counted


class WholeBodyMiddleware:
    """Answers 413 to bodies over the limit, 411 to those of unknown length, 400 to cut ones and to
    requests that say that they are not UTF-8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not is_utf8(request):
            return render(request, "400.html", status=400)
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return render(request, "errors/411.html", status=411)
        if length.isdigit() and (int(length) <= MAX_BODY_BYTES or int(length) <= _most(request)):
            try:
                return self.get_response(request)
            finally:
                if TAKEN_IN in request.META:
                    request.META[TAKEN_IN].close()
        _drop(request, length)
        large = _large(request)
        context = {"most": large.max_bytes if large else 0}
        return render(request, "errors/413.html", context, status=413)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: Any
    ) -> HttpResponse | None:
        large = getattr(view, "large_upload", None)
        if large and request.method == "POST":
            request.META[TAKEN_IN] = large.handler(request)
            request.upload_handlers = [request.META[TAKEN_IN]]
        body = request.META.get(COUNTED)
        if request.method != "POST" or body is None or request.content_type not in FORMS:
            return None  # a view that takes another kind reads it, and sees how much came
        _ = request.POST  # reads the body to its end
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        is_whole = body.count >= length and (body.is_closed or not length)
        return None if is_whole else _broke_off(request)


def _large(request: HttpRequest) -> LargeUpload | None:
    """Return what the address takes beyond others, if it does."""
    try:
        view = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Http404:
        return None
    large: LargeUpload | None = getattr(view, "large_upload", None)
    return large


def _most(request: HttpRequest) -> int:
    large = _large(request)
    return large.max_body_bytes if large else MAX_BODY_BYTES


def _broke_off(request: HttpRequest) -> HttpResponse:
    """What arrived of the fields is kept; whether there were pictures, nobody knows."""
    page = "errors/body_cut_off.html"
    if has_kept_form(request):
        return kept_form(request, page, status=400, may_have_images="yes")
    return with_words(render(request, page, status=400), BROKE_OFF)


def is_utf8(request: HttpRequest) -> bool:
    """Whether nothing says otherwise."""
    return FOREIGN not in request.META and _is_utf8(request.content_params or {})


def _is_utf8(params: Mapping[str, str]) -> bool:
    return params.get("charset", "utf-8").strip().lower() in {"utf-8", "utf8"}


def _drop(request: HttpRequest, length: str) -> None:
    left = int(length) if length.isdigit() else 0
    while 0 < left <= MAX_DROPPED_BYTES and (piece := request.META["wsgi.input"].read(PIECE_BYTES)):
        left -= len(piece)
