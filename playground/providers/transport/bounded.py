"""A session for a library that makes its own requests: one deadline, a limit, and no redirect."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests

from playground.providers import network
from playground.providers.transport.requests import read_whole
from playground.providers.transport.sessions import new_session
from playground.providers.transport.wire import begin_call


def bounded_session(seconds: float, most: int) -> requests.Session:
    """Return a session that reads each answer whole, of `most` bytes. Raises OSError. Close it."""
    session = new_session()
    session.request = partial(_ask, session.request, seconds, most)  # type: ignore[method-assign]
    return session


def _ask(
    send: Callable[..., requests.Response],
    seconds: float,
    most: int,
    method: str,
    url: str,
    **how: Any,
) -> requests.Response:
    deadline = time.monotonic() + seconds
    begin_call(deadline)
    how |= {"timeout": seconds, "allow_redirects": False, "stream": True}
    answer = send(method, url, **how, proxies=network.current().proxies_for(url))
    body, problem = read_whole(answer, deadline, most)
    if problem:
        raise requests.RequestException(problem)
    answer._content = body
    return answer
