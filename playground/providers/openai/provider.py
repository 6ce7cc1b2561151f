"""A chat-completions server as a provider: it answers in the call that submits."""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from playground.providers import network
from playground.providers.abort import Abort
from playground.providers.at_once import AnswersAtOnce, lasting
from playground.providers.base import (
    ErrorKind,
    ProviderError,
    Received,
)
from playground.providers.http_errors import READING, SUBMITTING
from playground.providers.openai.answers import is_event_stream, opened, take_whole
from playground.providers.openai.capabilities import who_answers, with_capabilities
from playground.providers.openai.completions import Completion
from playground.providers.openai.dialects import (
    in_dialect,
    learn,
    learn_pictures,
    reads,
)
from playground.providers.openai.messages import PREFIX, body_of, pictures_in, with_pictures
from playground.providers.openai.model_list import entries_of, offered_models
from playground.providers.sanitising import (
    MAX_VALUES,
    MIN_SECRET_LENGTH,
    SENDABLE,
    clean_json,
    clean_text,
    without_secrets,
)
from playground.providers.transport import (
    Timeouts,
    TransportError,
    open_stream,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator

    from playground.providers.base import (
        ImageFile,
        OfferedModel,
        Prediction,
        PredictionRequest,
        UploadedImage,
    )
    from playground.providers.endpoint import Server
    from playground.providers.transport import Answer, Stream

READ_TIMEOUTS = Timeouts(connect=5, read=15, total=30)
# A model on one's own machine may be loaded first and read a large picture for minutes.
# How long, the setting says: between two pieces; all of it may take six times that, half an hour at
# least.
CONNECT_SECONDS, LEAST_TOTAL_SECONDS = 10, 1800
UPDATE_SECONDS = 0.25  # between two states of an answer that grows
MAX_LIST_BYTES = 4 * 1024 * 1024  # of what a server says of its models


class OpenAI(AnswersAtOnce):
    """One server. Cheap to make, holds no connection, may be shared by threads."""

    def __init__(
        self,
        server: Server,
        picture: Callable[[str], ImageFile],
        *,
        reading: Timeouts = READ_TIMEOUTS,
        streaming: Timeouts | None = None,
    ) -> None:
        """picture: gives a stored picture by the hash of its bytes."""
        self.name = server.slug
        self._server = server
        self._secrets = [one for one in server.secrets if len(one) >= MIN_SECRET_LENGTH]
        self._picture = picture
        self._reading = reading
        self._streaming = streaming or _stream_timeouts()

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        """Return the JSON of a submission, pictures by their hash."""
        return in_dialect(self._server.url, body_of(request))

    def upload(self, image: ImageFile) -> UploadedImage:
        """Nothing is handed over before the submission, which carries the bytes."""
        return lasting(f"{PREFIX}{image.sha256}")

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Send one submission, once, and wait for the whole answer. Calls nobody back."""
        return deque(self.stream(body, Abort()), maxlen=1)[0]

    def stream(self, body: dict[str, Any], abort: Abort) -> Iterator[Prediction]:
        """Send one submission, once, and yield the prediction as it grows."""
        data = json.dumps(with_pictures(body, self._picture)).encode()
        started, completion = time.monotonic(), Completion(uuid.uuid4().hex, self._tidy)
        stream: Stream | None = None
        try:
            with self._open(data) as stream:
                abort.arm(stream.abort)
                if is_event_stream(stream):
                    yield completion.growing()
                    problem = yield from self._grow(stream, completion)
                else:
                    problem = take_whole(stream.whole(), completion)
        except TransportError as error:
            kind = SUBMITTING.uncertain if error.maybe_sent else SUBMITTING.not_sent
            raise ProviderError(kind, error.reason) from None
        except ProviderError as refused:
            refused.received = self._received(stream, completion)
            raise self._reworded(refused, body) from None
        last = completion.ended(_since(started), problem)
        first_at = completion.first_at
        first = None if first_at is None else _since(started, first_at)
        yield replace(last, received=self._received(stream, completion), first_token_ms=first)

    def _received(self, stream: Stream | None, completion: Completion) -> Received | None:
        """What came, as it came; the key, which a server could send back, is taken out."""
        if not stream or not stream.arrived:
            return None
        if any(completion.holds(secret) for secret in self._secrets):
            return Received(b"", stream.size, withheld=True)
        return Received(without_secrets(bytes(stream.arrived), self._secrets), stream.size)

    def _reworded(self, refused: ProviderError, body: dict[str, Any]) -> ProviderError:
        """A refusal of what nobody chose: nothing was accepted, and it can be asked otherwise."""
        pictures = refused.kind in {ErrorKind.INVALID, ErrorKind.IMAGE}
        fields = refused.kind is ErrorKind.INVALID or refused.status == 403
        kinds = {self._picture(one).content_type for one in pictures_in(body)} if pictures else ()
        words, url = refused.detail, self._server.url
        if (fields and learn(url, body, words)) or (
            pictures and learn_pictures(url, body["model"], kinds, words)
        ):
            return ProviderError(
                ErrorKind.REWORDED,
                words,
                retry_after=0.01,
                status=refused.status,
                body=refused.body,
                received=refused.received,
            )
        return refused

    def reads(self, model: str) -> Collection[str] | None:
        """Return the kinds of pictures that this server is known to read; None for all."""
        return reads(self._server.url, model)

    def _open(self, data: bytes) -> Any:
        headers = self._headers() | {"Content-Type": "application/json"}
        url = f"{self._server.url}/chat/completions"
        return open_stream("POST", url, headers=headers, body=data, timeouts=self._streaming)

    def _grow(self, stream: Stream, completion: Completion) -> Generator[Prediction, None, str]:
        """Yield states of the answer; return what went wrong, or nothing."""
        told, pause = time.monotonic(), UPDATE_SECONDS
        try:
            for event in stream.events():
                completion.take_event(event)
                if completion.first_at is None and (completion.text or completion.thoughts):
                    completion.first_at = time.monotonic()
                if completion.done:
                    break
                if completion.is_too_long:
                    break
                if (now := time.monotonic()) - told >= pause:
                    yield completion.growing()
                    told = time.monotonic()
                    pause = max(UPDATE_SECONDS, 9 * (told - now))  # a long one is told less often
        except TransportError as error:
            return error.reason
        return ""

    def offered(self) -> list[OfferedModel]:
        """Return the models of `/v1/models`, and what else the server says of them in this time."""
        end = time.monotonic() + self._reading.total
        try:
            answer = self._ask("GET", f"{self._server.url}/models")
        except TransportError as error:
            kind = READING.uncertain if error.maybe_sent else READING.not_sent
            raise ProviderError(kind, error.reason) from None
        entries = entries_of(opened(answer, READING, self._tidy))
        if entries is None:
            raise ProviderError(ErrorKind.MALFORMED, "the answer holds no list", status=200)
        models, name = offered_models(entries), who_answers(entries)
        del entries  # they may be much larger
        return with_capabilities(name, models, partial(self._ask_aside, end))

    def _ask_aside(
        self, end: float, method: str, path: str, asked: dict[str, Any] | None = None
    ) -> Any:
        """Return the JSON that the server's own API says beside `/v1`; None where it says none."""
        if time.monotonic() > end:
            return None
        data = json.dumps(asked).encode() if asked else b""
        try:
            answer = self._ask(method, f"{self._server.url.removesuffix('/v1')}{path}", data)
            return clean_json(answer.json(MAX_VALUES), self._tidy) if answer.ok else None
        except (TransportError, ValueError):
            return None

    def _ask(self, method: str, url: str, data: bytes = b"") -> Answer:
        headers = self._headers() | ({"Content-Type": "application/json"} if data else {})
        return send(
            method, url, headers=headers, body=data, timeouts=self._reading, limit=MAX_LIST_BYTES
        )

    def _tidy(self, text: str) -> str:
        cleaned = clean_text(text)
        for secret in self._secrets:
            cleaned = cleaned.replace(secret, "[key]")
        return cleaned

    def _headers(self) -> dict[str, str]:
        key = self._server.key.strip()
        if key and not SENDABLE.fullmatch(key):
            raise ProviderError(ErrorKind.KEY, "The API key has characters no key can have.")
        identity = {"Authorization": f"Bearer {key}"} if key else {}
        return identity | dict(self._server.headers)


def _since(started: float, ended: float | None = None) -> int:
    """Milliseconds between two moments, or until now."""
    return round(((time.monotonic() if ended is None else ended) - started) * 1000)


def _stream_timeouts() -> Timeouts:
    read = network.current().read_seconds
    return Timeouts(CONNECT_SECONDS, read, max(LEAST_TOTAL_SECONDS, 6 * read))
