"""Starts the provider, and goes through it as a browser does."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests

from playground.config.oidc import Oidc
from tests.oidc.provider import CLIENT, PASSWORD, SECRET
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, free_port
from tests.servers.processes import answers, end, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BACK = "http://testserver/sign-in/oidc/done/"


@contextmanager
def provider(folder: Path, *addresses: str) -> Iterator[str]:
    """Serve; yields the issuer. addresses: where people may be sent back to."""
    port = free_port()
    command = [sys.executable, "-m", "tests.oidc.provider", str(folder), str(port), *addresses]
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log)
        try:
            until(lambda: answers(("127.0.0.1", port)), "the provider listens")
            yield f"http://localhost:{port}/o"
        finally:
            end(process)


def oidc(issuer: str) -> Oidc:
    return Oidc("Example Institute", issuer, CLIENT, SECRET, frozenset({"example.org"}))


def go_through(address: str, name: str) -> str:
    """Sign in there as a person; returns the address that leads back."""
    with requests.Session() as browser:
        page = browser.get(address, timeout=PATIENCE_SECONDS)
        fields = {"username": name, "password": PASSWORD}
        fields["csrfmiddlewaretoken"] = browser.cookies["elsewhere-csrf"]
        answer = browser.post(page.url, fields, allow_redirects=False, timeout=PATIENCE_SECONDS)
        while (to := requests.compat.urljoin(answer.url, answer.headers["Location"])) and (
            "/o/" in to
        ):
            answer = browser.get(to, allow_redirects=False, timeout=PATIENCE_SECONDS)
        return to
