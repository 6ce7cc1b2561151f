"""The socket side of the fake: reads requests, asks the routes, and misbehaves as it was told."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.wavespeed.account import Account
from tests.fakes.wavespeed.chat import Paced
from tests.fakes.wavespeed.faults import Fault, FaultLine
from tests.fakes.wavespeed.replies import ROUTES, Asked, Reply, refused, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {
    "delay",
    "queue_time",
    "sync",
    "delays",
    "answer",
    "image_tokens",
    "balance",
    "price",
    "prices",
    "per_image",
    "billing_state",
    "offered",
    "listed",
}


class FakeWaveSpeed:
    """A fake account behind a real socket. A context manager; `close` ends it otherwise."""

    def __init__(
        self, *, port: int = 0, key: str = "test-key", control: bool = True, **settings: Any
    ) -> None:
        self.key = key
        self.has_control = control
        self.account = Account()
        self.requests: deque[tuple[str, str, dict[str, str]]] = deque(maxlen=1000)
        self.request_count = 0
        self.bodies: deque[bytes] = deque(maxlen=100)  # of submissions, as they came
        self._faults = FaultLine()
        self.configure(**settings)
        self._server = _Server(("127.0.0.1", port), self)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(0.005,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def submissions(self) -> list[Any]:
        return self.account.submissions

    @property
    def uploads(self) -> list[Any]:
        return self.account.uploads

    @property
    def polls(self) -> int:
        return self.account.polls

    @property
    def connections(self) -> int:
        """How many connections were ever made."""
        return self._server.accepted

    def fault(self, where: str, fault: Fault, times: int = 1, model: str | None = None) -> None:
        """Misbehave at that place, so many times, for runs of that model only if one is named."""
        self._faults.add(where, fault, times, model)

    def note(self, method: str, path: str, headers: dict[str, str]) -> None:
        with self.account.lock:
            self.request_count += 1
            self.requests.append((method, path, headers))

    def take(self, where: str, model: Callable[[], str]) -> Fault | None:
        return self._faults.take(where, model)

    def configure(self, **settings: Any) -> None:
        """Change SETTINGS: delay, queue_time, sync, answer, balance, price and the like."""
        for name, value in settings.items():
            if name not in SETTINGS:
                raise ValueError(f"{name!r} is not one of {', '.join(sorted(SETTINGS))}")
            setattr(self.account, name, value)

    def wait_until(self, moment: float) -> None:
        """Keep a request waiting, unless the fake is closed meanwhile."""
        self._server.closing.wait(max(moment - time.time(), 0.0))

    def reset(self) -> None:
        """Forget what was sent, settings and faults."""
        self._faults.clear()
        self.requests.clear()
        self.bodies.clear()
        self.request_count = 0
        self.account.reset()

    def state(self) -> dict[str, Any]:
        """What the control API shows."""
        return state_of(self)

    def close(self) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.drop_connections()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], fake: FakeWaveSpeed) -> None:
        self.fake = fake
        self.closing = threading.Event()
        self.accepted = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for its own name here, which can take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self.accepted += 1
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        with self._lock:
            for request in self._open:
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: that a client went away is part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is inherited)
        """Say nothing."""

    def do_GET(self) -> None:
        self._body: bytes | None = None
        fake, parts = self.server.fake, urlsplit(self.path)
        path, query = parts.path, dict(parse_qsl(parts.query))
        fake.note(self.command, path, dict(self.headers.items()))
        for method, pattern, where, route, needs_key in ROUTES:
            match = pattern.fullmatch(path)
            if match and method == self.command:
                asked = Asked(fake, path, self.headers, found=match.groups(), query=query)
                return self._serve(where, asked, route, needs_key)
        self._read_body()
        return self._send(refused(404, "no such address"))

    do_POST = do_PUT = do_GET  # noqa: N815 (the names are inherited)

    def _serve(
        self, where: str, asked: Asked, route: Callable[[Asked], Reply], needs_key: bool
    ) -> None:
        if where == "poll":
            asked.fake.account.count_poll(asked.found[0])
        fault = asked.fake.take(where, lambda: self._model(where, asked)) if where else None
        if fault and fault.kind == "reset" and not fault.accepted:
            return self._reset()
        asked.body = self._read_body()
        if where in {"submit", "chat"}:
            asked.fake.bodies.append(asked.body)
        if fault and not fault.accepted:
            return self._misbehave(fault, None)
        if needs_key and self.headers.get("Authorization") != f"Bearer {asked.fake.key}":
            return self._send(refused(401, "invalid api key"))
        reply = route(asked)
        return self._misbehave(fault, reply) if fault else self._send(reply)

    def _model(self, where: str, asked: Asked) -> str:
        if where == "poll":
            made = asked.fake.account.find(asked.found[0])
            return made.model if made else ""
        body = json.loads(self._read_body() or b"{}")
        return str(body.get("model") or body.get("inputs", {}).get("model", ""))

    def _read_body(self) -> bytes:
        if self._body is None:
            self._body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return self._body

    def _misbehave(self, fault: Fault, reply: Reply | None) -> None:
        if fault.kind == "reset":
            return self._reset()
        if fault.kind == "hang":
            self.close_connection = True
            self.server.closing.wait(fault.seconds)
            return None
        if reply is None or fault.kind == "answer":
            return self._send(Reply(fault.status, fault.body, fault.headers))
        if fault.kind == "data" and isinstance(reply.payload, dict):
            data = reply.payload["data"]
            reply.payload["data"] = None if fault.body is None else {**data, **fault.body}
            return self._send(reply)
        return self._send_badly(fault, reply)

    def _send_badly(self, fault: Fault, reply: Reply) -> None:
        body = _encode(reply.payload)
        if fault.kind == "truncated":
            return self._send(Reply(reply.status, body[: len(body) // 2], reply.headers))
        self.close_connection = True
        head = self._head(reply, len(body) + (1000 if fault.kind == "short" else 0))
        if fault.kind == "short":
            self.wfile.write(head + body)
            return None
        self.wfile.write(head)
        for byte in body:
            if self.server.closing.wait(fault.seconds):
                break
            self.wfile.write(bytes([byte]))
        return None

    def _send(self, reply: Reply) -> None:
        if isinstance(reply.payload, Paced):
            return self._send_paced(reply, reply.payload)
        body = _encode(reply.payload)
        self.wfile.write(self._head(reply, len(body)) + body)
        return None

    def _send_paced(self, reply: Reply, paced: Paced) -> None:
        """Without a length: the end of the connection is the end of the body."""
        self.close_connection = True
        self.wfile.write(self._head(reply, None))
        for piece in paced.pieces:
            if self.server.closing.wait(paced.pause):
                break
            try:
                self.wfile.write(piece)
            except OSError:
                self.server.fake.account.hung_up += 1
                break

    def _head(self, reply: Reply, length: int | None) -> bytes:
        ends = {"Connection": "close"} if length is None else {"Content-Length": length}
        headers = {"Content-Type": "application/json", **reply.headers, **ends}
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def _reset(self) -> None:
        """Close so that the kernel sends RST: no lingering, and no orderly shutdown before."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())


def _encode(payload: Any) -> bytes:
    if isinstance(payload, Paced):
        return b"".join(payload.pieces)
    if isinstance(payload, bytes):
        return payload
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
