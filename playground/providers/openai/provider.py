"""A chat-completions server as a provider: it answers in the call that submits."""

from __future__ import annotations

import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from playground.providers.base import (
    Abort,
    ErrorKind,
    ProviderError,
    UploadedImage,
)
from playground.providers.cleaning import clean_json, clean_text
from playground.providers.openai.capabilities import who_answers, with_capabilities
from playground.providers.openai.completions import Completion
from playground.providers.openai.dialects import in_dialect, learn
from playground.providers.openai.listing import entries_of, offered_models
from playground.providers.openai.messages import PREFIX, body_of, with_pictures
from playground.providers.refusals import (
    READING,
    SUBMITTING,
    Verdicts,
    code_of,
    describe,
    kind_of,
    message_of,
)
from playground.providers.transport import Answer, Timeouts, TransportError, open_stream, send

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from playground.providers.base import (
        Balance,
        ImageFile,
        OfferedModel,
        Prediction,
        PredictionRequest,
        Price,
    )
    from playground.providers.server import Server
    from playground.providers.transport import Stream

READ_TIMEOUTS = Timeouts(connect=5, read=15, total=30)
# A model on one's own machine may be loaded first and read a large picture for minutes.
STREAM_TIMEOUTS = Timeouts(connect=10, read=300, total=1800)
EVERY = 0.25  # seconds between two states of an answer that grows
ASIDE_LIMIT = 4 * 1024 * 1024  # bytes
_KEPT_FOR = timedelta(days=100 * 365)
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_SHORTEST_SECRET = 8


class OpenAI:
    """One server. Cheap to make, holds no connection, may be shared by threads."""

    def __init__(
        self,
        server: Server,
        picture: Callable[[str], ImageFile],
        *,
        reading: Timeouts = READ_TIMEOUTS,
        streaming: Timeouts = STREAM_TIMEOUTS,
    ) -> None:
        """picture: gives a stored picture by the hash of its bytes."""
        self.name = server.slug
        self.account = ""
        self._server = server
        self._secrets = [one for one in server.secrets if len(one) >= _SHORTEST_SECRET]
        self._picture = picture
        self._reading = reading
        self._streaming = streaming

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        """Return the JSON of a submission, pictures by their hash."""
        return in_dialect(self._server.url, body_of(request))

    def upload(self, image: ImageFile) -> UploadedImage:
        """Nothing is handed over before the submission, which carries the bytes."""
        return UploadedImage(f"{PREFIX}{image.sha256}", datetime.now(UTC) + _KEPT_FOR)

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Send one submission, once, and wait for the whole answer. Calls nobody back."""
        *_, last = self.stream(body, Abort())
        return last

    def stream(self, body: dict[str, Any], abort: Abort) -> Iterator[Prediction]:
        """Send one submission, once, and yield the prediction as it grows."""
        data = json.dumps(with_pictures(body, self._picture)).encode()
        started, completion = time.monotonic(), Completion(uuid.uuid4().hex, self._tidy)
        try:
            with self._open(data) as stream:
                abort.arm(stream.abort)
                if _is_event_stream(stream):
                    yield completion.growing()
                    problem = yield from self._grow(stream, completion)
                else:
                    problem = self._take_whole(stream.whole(), completion)
        except TransportError as error:
            kind = SUBMITTING.uncertain if error.maybe_sent else SUBMITTING.not_sent
            raise ProviderError(kind, error.reason) from None
        except ProviderError as refused:
            raise self._reworded(refused, body) from None
        yield completion.ended(round((time.monotonic() - started) * 1000), problem)

    def _reworded(self, refused: ProviderError, body: dict[str, Any]) -> ProviderError:
        """A refusal of a field that nobody chose: nothing was accepted, and it can be left out."""
        if refused.kind is ErrorKind.INVALID and learn(self._server.url, body, refused.detail):
            return ProviderError(
                ErrorKind.REWORDED, refused.detail, retry_after=0.01, status=refused.status
            )
        return refused

    def _open(self, data: bytes) -> Any:
        headers = self._headers() | {"Content-Type": "application/json"}
        url = f"{self._server.url}/chat/completions"
        return open_stream("POST", url, headers=headers, body=data, timeouts=self._streaming)

    def _grow(self, stream: Stream, completion: Completion) -> Generator[Prediction, None, str]:
        """Yield states of the answer; return what went wrong, or nothing."""
        told = time.monotonic()
        try:
            for line in stream.lines():
                completion.take_line(line)
                if completion.done:
                    break
                if time.monotonic() - told >= EVERY:
                    told = time.monotonic()
                    yield completion.growing()
        except TransportError as error:
            return error.reason
        return ""

    def _take_whole(self, answer: Answer, completion: Completion) -> str:
        """Some servers answer in one piece although a stream was asked for; all refuse so."""
        if answer.ok and _is_unnamed_stream(answer):
            for line in answer.text.split("\n"):
                completion.take_line(line)
            return ""
        body = self._opened(answer, SUBMITTING)
        completion.take(body if isinstance(body, dict) else {}, "message")
        if completion.error:
            error = {"error": completion.error}
            words = message_of(error)
            kind = kind_of(code_of(error) or 0, words, ErrorKind.FAILED)
            raise ProviderError(kind, words, status=answer.status, body=body)
        if not completion.finish_reason and not any(completion.text):
            detail = "the submission was answered without an answer"
            raise ProviderError(ErrorKind.UNKNOWN, detail, status=answer.status, body=body)
        completion.done = True
        return ""

    def result(self, prediction_id: str) -> Prediction:
        """There is nothing to read later: an answer that was not heard is gone."""
        raise ProviderError(ErrorKind.NOT_FOUND, "this server keeps no answers")

    def balance(self) -> Balance | None:
        return None

    def price(self, request: PredictionRequest) -> Price | None:
        return None

    def offered(self) -> list[OfferedModel]:
        """Return the models of `/v1/models`."""
        try:
            url = f"{self._server.url}/models"
            answer = send("GET", url, headers=self._headers(), timeouts=self._reading)
        except TransportError as error:
            kind = READING.uncertain if error.maybe_sent else READING.not_sent
            raise ProviderError(kind, error.reason) from None
        entries = entries_of(self._opened(answer, READING))
        if entries is None:
            raise ProviderError(ErrorKind.MALFORMED, "the answer holds no list", status=200)
        return with_capabilities(who_answers(entries), offered_models(entries), self._ask_aside)

    def _ask_aside(self, method: str, path: str, asked: dict[str, Any] | None = None) -> Any:
        """Return the JSON that the server's own API says beside `/v1`; None where it says none."""
        base = self._server.url.removesuffix("/v1")
        data, headers = json.dumps(asked).encode() if asked else b"", self._headers()
        headers |= {"Content-Type": "application/json"} if asked else {}
        try:
            answer = send(
                method,
                f"{base}{path}",
                headers=headers,
                body=data,
                timeouts=self._reading,
                limit=ASIDE_LIMIT,
            )
            return clean_json(answer.json(), self._tidy) if answer.ok else None
        except (TransportError, ValueError):
            return None

    def _opened(self, answer: Answer, verdicts: Verdicts) -> Any:
        """Return the JSON of a success. Raises ProviderError for everything else."""
        try:
            body = clean_json(answer.json(), self._tidy)
        except ValueError:
            body = None
        if answer.ok and body is not None:
            return body
        said = message_of(body) or _plain(self._tidy(answer.text)) or answer.problem
        unsure = verdicts.malformed if answer.ok and not answer.problem else verdicts.uncertain
        kind = _kind(answer.status, f"{said} {_named(body)}", unsure)
        page = "a web page" if answer.text.lstrip().startswith("<") else ""
        detail = describe(said) or " with ".join(filter(None, [f"HTTP {answer.status}", page]))
        raise ProviderError(
            kind, detail, retry_after=answer.retry_after, status=answer.status, body=body
        )

    def _tidy(self, text: str) -> str:
        cleaned = clean_text(text)
        for secret in self._secrets:
            cleaned = cleaned.replace(secret, "[key]")
        return cleaned

    def _headers(self) -> dict[str, str]:
        key = self._server.key.strip()
        if key and not _SENDABLE.fullmatch(key):
            raise ProviderError(ErrorKind.KEY, "The API key has characters no key can have.")
        identity = {"Authorization": f"Bearer {key}"} if key else {}
        return identity | dict(self._server.headers)


def _is_event_stream(stream: Stream) -> bool:
    right = "text/event-stream" in stream.headers.get("Content-Type", "").lower()
    return right and 200 <= stream.status < 300


def _is_unnamed_stream(answer: Answer) -> bool:
    """Whether this is a stream whose server, or a proxy before it, calls it something else."""
    return answer.text.lstrip().startswith(("data:", "event:", ": "))


def _kind(status: int, said: str, uncertain: ErrorKind) -> ErrorKind:
    """As everywhere; and llama.cpp, which says so while it still loads the model, took nothing."""
    loading = status == 503 and "Loading model" in said
    return ErrorKind.RATE if loading else kind_of(status, said, uncertain)


def _named(body: Any) -> str:
    """What a refusal is called beside its message, as `content_policy_violation`."""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code") or "") if isinstance(error, dict) else ""


def _plain(text: str) -> str:
    return "" if text.lstrip().startswith("<") else text.strip()[:500]
