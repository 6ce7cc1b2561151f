"""gunicorn's web process with threads, of which polls that wait need none.

An ASGI server would wait as cheaply, but reads every file and export that a page streams whole, and
sends each page through one more thread.
"""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from selectors import EVENT_READ
from socket import MSG_PEEK
from typing import TYPE_CHECKING, Any

from playground.operations.slow_connections import PatientWorker, in_pieces
from playground.results.polling.pause import PAUSE, Pause
from playground.runs.changes import hub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from playground.runs.changes import Wait


class Parked(Exception):  # noqa: N818 - not a fault
    """Raised through gunicorn's handling of a request that is put aside."""

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        self.request: Any = None


class Worker(PatientWorker):
    """gunicorn's process with threads, which puts requests aside that wait for news."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.parked: dict[Any, Parked] = {}  # by connection
        self._thread = threading.local()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.application: Any = self.wsgi  # type: ignore[has-type] # gunicorn has no types
        self.wsgi = self._answer_or_park

    def _answer_or_park(
        self, environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        if self.alive:
            environ[PAUSE] = Pause(getattr(self._thread, "waited", None))
        response: Any = self.application(environ, start)
        wait = getattr(response, "wait", None)
        if environ["REQUEST_METHOD"] == "HEAD":  # gunicorn would read a body to its end, and warn
            response.close()
            return ()
        if not wait:
            is_file = isinstance(response, environ["wsgi.file_wrapper"])
            return response if is_file else in_pieces(response)
        response.close()
        raise Parked(wait)

    def handle_request(self, req: Any, conn: Any) -> Any:
        try:
            return super().handle_request(req, conn)
        except Parked as parked:
            parked.request = req
            return parked

    def _keepalive_after(self, conn: Any, keepalive: Any) -> Any:
        parked = isinstance(keepalive, Parked)
        return keepalive if parked else super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        parked = None if fs.cancelled() or fs.exception() else fs.result()
        if isinstance(parked, Parked):
            self._park(conn, parked)
        else:
            super().finish_request(conn, fs)

    def _park(self, conn: Any, parked: Parked) -> None:
        conn.sock.setblocking(False)  # noqa: FBT003 - a library's
        self.parked[conn] = parked
        self.poller.register(conn.sock, EVENT_READ, partial(self._leave, conn))
        hub.add(parked.wait, lambda: self.method_queue.defer(self._ask_again, conn))
        if not self.alive:
            self._ask_again(conn)

    def _leave(self, conn: Any, sock: Any) -> None:
        """The browser closed the page, or sends what nobody asked it for."""
        self.poller.unregister(sock)
        with contextlib.suppress(OSError):
            if sock.recv(1, MSG_PEEK):
                return
        hub.remove(self.parked.pop(conn).wait)
        self.nr_conns -= 1
        conn.close()

    def _ask_again(self, conn: Any) -> None:
        parked = self.parked.pop(conn, None)
        if not parked:
            return
        hub.remove(parked.wait)
        with contextlib.suppress(KeyError, ValueError):  # it sent something while it waited
            self.poller.unregister(conn.sock)
        future = self.tpool.submit(self._handle_again, conn, parked)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _handle_again(self, conn: Any, parked: Parked) -> Any:
        self._thread.waited = parked.wait
        try:
            conn.sock.setblocking(True)  # noqa: FBT003 - a library's
            return self._keepalive_after(conn, self.handle_request(parked.request, conn))
        except OSError:
            return False  # nobody is there any more
        except Exception as error:  # noqa: BLE001 - as gunicorn's own `handle` does
            self.handle_error(parked.request, conn.sock, conn.client, error)
            return False
        finally:
            self._thread.waited = None

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.method_queue.defer(self.send_home)

    def send_home(self) -> None:
        """Answer all that wait: this process ends."""
        for conn in list(self.parked):
            self._ask_again(conn)

    def is_parent_alive(self) -> bool:
        """Ask every second. Once it is gone this process ends as one that was asked to.

        gunicorn's own would answer on connections that are kept open until its grace is over, and
        occupy the port, so that no other master could start.
        """
        if super().is_parent_alive():
            return True
        self.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()
        self.alive = False  # so connections end with their next answer
        self.send_home()
        return False
