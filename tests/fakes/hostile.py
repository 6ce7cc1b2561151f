"""A chat-completions server that means harm: what it sends, as fast as it is read."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Sent = Callable[[], Iterable[bytes]]

MB = 1024 * 1024
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
ANSWER = b'{"choices":[{"message":{"content":"%s"},"finish_reason":"stop"}]}'
MODELS = b'{"data":[{"id":"good"}]}'


def repeated(piece: bytes, size: int) -> list[bytes]:
    """Return so many bytes of it, in blocks."""
    block = piece * max(65536 // len(piece), 1)
    return [block] * max(size // len(block), 1)


def chunked(body: bytes, each: int = 1) -> Iterator[bytes]:
    pieces = (body[at : at + each] for at in range(0, len(body), each))
    framed = (b"%x\r\n%s\r\n" % (len(one), one) for one in pieces)
    while block := b"".join(itertools.islice(framed, 10_000)):
        yield block
    yield b"0\r\n\r\n"


def of(head: bytes, *body: Iterable[bytes]) -> Sent:
    return lambda: itertools.chain([head, b"\r\n"], *body)


def streamed(piece: bytes, size: int = MB) -> Sent:
    """So many bytes of one line or event, again and again."""
    return lambda: itertools.chain([STREAM, b"\r\n"], repeated(piece, size))


def listed(entry: bytes, size: int) -> Sent:
    entries = repeated(entry + b",", size)
    return lambda: itertools.chain([JSON, b'\r\n{"data":['], entries, [b'{"id":"last"}]}'])


def in_chunks(head: bytes, body: bytes, each: int = 1) -> Sent:
    return lambda: itertools.chain(
        [head, b"Transfer-Encoding: chunked\r\n\r\n"], chunked(body, each)
    )


def _packed(head: bytes, body: bytes) -> Sent:
    return lambda: [head, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(body)]


_TEXT = b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n'
# What is sent as an answer.
ANSWERS: dict[str, Sent] = {
    "1,000,000 chunks of a byte": in_chunks(JSON, ANSWER % (b"a" * MB)),
    "1,000,000 chunks of a byte, events": in_chunks(STREAM, _TEXT % b"word" * (MB // 52)),
    "a line without end": streamed(b"a", 64 * MB),
    "a text without end": of(
        JSON, [b'{"choices":[{"message":{"content":"'], repeated(b"a", 64 * MB)
    ),
    "1,000,000 lines of an event": streamed(b"data:\n", 6 * MB),
    "1,000,000 stray lines": streamed(b"a\n", 2 * MB),
    "empty lines": streamed(b"\n"),
    "comments": streamed(b":\n"),
    "empty events": streamed(b"data:{}\n\n"),
    "events of a letter": streamed(b'data:{"text":"a"}\n\n', 4 * MB),
    "an event of many objects": streamed(b'{"a":1},', 2 * MB),
    "a list of many objects": of(JSON, [b"["], repeated(b'{"a":1},', 4 * MB), [b"{}]"]),
    "lists in lists": of(JSON, [b"["], repeated(b"[],", 6 * MB), [b"0]"]),
    "100,000 deep": of(JSON, [b"[" * 100_000 + b"]" * 100_000]),
    "a number of a million digits": of(JSON, [b'{"n":', b"9" * 1_000_000, b"}"]),
    "escapes": of(JSON, [ANSWER % (b"\\ud83d\\ude00" * (3 * MB // 12))]),
    "wide text": streamed(_TEXT % ("🙂".encode() * 60), 12 * MB),
    "wide text, at once": of(STREAM, [_TEXT % ("🙂".encode() * 1_000_000)]),
    "wide text in one piece": of(JSON, [ANSWER % ("🙂".encode() * 1_500_000)]),
    "calls of tools": streamed(
        b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"x":{"a":1}}]}}]}\n\n', 2 * MB
    ),
    "many choices": of(JSON, [b'{"choices":['], repeated(b'{"index":1},', 4 * MB), [b"{}]}"]),
    "a bomb of zeros": _packed(JSON, ANSWER % (b"0" * (64 * MB))),
    "a bomb of events": _packed(STREAM, _TEXT % b"a" * (8 * MB // 48)),
    "heads without end": lambda: repeated(b"HTTP/1.1 100 Continue\r\n\r\n", 64 * MB),
    "a header without end": lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X-A: " + b"a" * 60_000 + b"\r\n", 1000)
    ),
    "trailers without end": lambda: itertools.chain(
        [JSON, b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], repeated(b"a: b\r\n", 64 * MB)
    ),
}
# What is sent as a list of models.
LISTS: dict[str, Sent] = {
    "30 MB, 300,000 models": lambda: itertools.chain(
        [JSON, b'\r\n{"data":['],
        (b'{"id":"model-%d","padding":"%s"},' % (n, b"a" * 70) for n in range(300_000)),
        [b'{"id":"last"}]}'],
    ),
    "250,000 models in 3 MB": lambda: itertools.chain(
        [JSON, b'\r\n{"data":['], (b'{"id":"m%d"},' % n for n in range(250_000)), [b'{"id":"z"}]}']
    ),
    "names of models, 3 MB each": listed(b'{"id":"%s"}' % (b"a" * 3_000_000), 4 * MB),
    "numbers for models": listed(b"1", 3 * MB),
    "objects in objects": listed(b'{"a":{}}', 3 * MB),
}  # fmt: skip


class counted:  # noqa: N801 - called as what it wraps
    """What is sent, and how many bytes of it were."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self.size = 0

    def __call__(self) -> Iterator[bytes]:
        for piece in self._sent():
            self.size += len(piece)
            yield piece


@contextmanager
def enemy(answer: Sent | None = None, models: Sent | None = None) -> Iterator[str]:
    """Give the address, up to and with `/v1`, of a server that answers so."""
    ways = {b"GET": models or of(JSON, [MODELS]), b"POST": answer or of(JSON, [ANSWER % b"fine"])}
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, ways), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        listener.close()


def _serve(listener: socket.socket, ways: dict[bytes, Sent]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(connection, ways), daemon=True).start()


def _answer(connection: socket.socket, ways: dict[bytes, Sent]) -> None:
    with suppress(OSError), connection, connection.makefile("rb") as asked:
        method, length = asked.readline().partition(b" ")[0], 0
        while (line := asked.readline()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        asked.read(length)
        for piece in ways[method]():
            connection.sendall(piece)
