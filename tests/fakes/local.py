"""Servers of the kind that people run at home, as far as they are asked what they have."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering(routes: dict[str, Any]) -> Iterator[int]:
    """A server on this machine that answers these addresses with JSON; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = json.loads(self.rfile.read(length) or b"{}")
            found = routes.get(self.path)
            body = json.dumps(found(asked) if callable(found) else found).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_given: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield httpd.server_port
    finally:
        httpd.shutdown()
        httpd.server_close()


def listing(owner: str, *ids: str) -> dict[str, Any]:
    return {"data": [{"id": one, "owned_by": owner} for one in ids]}


OLLAMA = {
    "/v1/models": listing("library", "llava:7b", "qwen3:8b"),
    "/api/show": lambda asked: {
        "capabilities": ["completion", *(["vision"] if "llava" in asked["model"] else [])]
    },
}
