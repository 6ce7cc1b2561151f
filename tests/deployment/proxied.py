"""The product behind a real nginx that was given deploy/nginx.conf, on loopback and free ports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter

from tests.conftest import PASSWORD
from tests.migrated import put_migrated
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT, collected
from tests.servers.packages import program
from tests.servers.processes import end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.wavespeed import FakeWaveSpeed

HOST = "localhost"
MAIN = """{user} daemon off;
pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off; gzip on; gzip_types *;  # as Debian's own nginx.conf has it, and more
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


class FromAddress(HTTPAdapter):
    """Connects from one of this machine's own loopback addresses."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **more: object) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **more)


@dataclass
class Proxied:
    """Where nginx listens, and what a client needs to trust it."""

    plain: str
    secure: str
    certificate: Path

    def browser(self, address: str = "127.0.0.1") -> requests.Session:
        """Return a session that says where its forms come from, as browsers do."""
        session = requests.Session()
        session.mount("https://", FromAddress(address))
        session.trust_env = False  # a bundle of certificates that it names would win
        session.verify = str(self.certificate)
        session.headers["Origin"] = self.secure
        return session

    def post(self, session: requests.Session, path: str, **fields: object) -> requests.Response:
        files = fields.pop("files", None)
        headers = fields.pop("headers", {})
        token = session.cookies.get("__Host-csrftoken") or self.token(session)
        whole = {"csrfmiddlewaretoken": token, **fields}
        address = self.secure + path
        return session.post(
            address,
            whole,
            files=files,
            headers=headers,
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )

    def token(self, session: requests.Session) -> str:
        session.get(f"{self.secure}/sign-in/", timeout=PATIENCE_SECONDS)
        return session.cookies["__Host-csrftoken"]

    def signed_in(self, password: str = PASSWORD, name: str = "mira") -> requests.Session:
        session = self.browser()
        self.post(session, "/sign-in/", username=name, password=password)
        return session


@contextmanager
def proxied(folder: Path, fake: FakeWaveSpeed) -> Iterator[Proxied]:
    nginx = program("nginx", "nginx-light", "usr/sbin")
    app, plain, secure = free_port(), free_port(), free_port()
    certificate = self_signed(folder)
    configure(folder, app, plain, secure)
    settings = os.environ | settings_of(folder, fake, app)
    admin = [sys.executable, "manage.py", "createadmin", "mira", "--password-stdin"]
    put_migrated(folder / "playground.db", "accounts")
    subprocess.run(admin, cwd=ROOT, env=settings, check=True, input=PASSWORD.encode())
    serve = [sys.executable, "manage.py", "serve"]
    started = [subprocess.Popen(serve, cwd=ROOT, env=settings)]
    started.append(subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)]))
    site = Proxied(f"http://{HOST}:{plain}", f"https://{HOST}:{secure}", certificate)
    try:
        until(lambda: _is_ready(site), "the playground behind nginx")
        yield site
    finally:
        for process in started:
            end(process)


def _is_ready(site: Proxied) -> bool:
    try:
        answer = site.browser().get(f"{site.secure}/healthz", timeout=PATIENCE_SECONDS)
    except requests.ConnectionError:
        return False
    return answer.status_code == 200 and answer.json()["worker"] == "ok"


def settings_of(folder: Path, fake: FakeWaveSpeed, port: int) -> dict[str, str]:
    names = {"ACCESS": "accounts", "TLS": "1", "ALLOWED_HOSTS": HOST, "SECRET_KEY": "proxy" * 12}
    names |= {"PORT": str(port), "LOG_LEVEL": "WARNING", "DATABASE_URL": "", "REDIS_URL": ""}
    names |= {"WAVESPEED_API_KEY": fake.key, "WAVESPEED_BASE_URL": fake.url}
    return collected(folder) | names


def configure(folder: Path, app: int, plain: int, secure: int) -> None:
    """Write deploy/nginx.conf with other ports, host and files, and a frame around it."""
    site = (ROOT / "deploy/nginx.conf").read_text()
    site = re.sub(r"\n *listen \[::\].*", "", site)  # not every machine has IPv6
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{app}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("listen 443", f"listen 127.0.0.1:{secure}"),
        ("https://playground.example.org", f"https://{HOST}:{secure}"),
        ("playground.example.org", HOST),
        ("/etc/ssl/playground", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):
        assert old in site, f"deploy/nginx.conf has no {old}"
        site = site.replace(old, new)
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers may not read the folder
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))


def self_signed(folder: Path) -> Path:
    """The command of docs/deployment.md."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is missing"
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = [openssl, "req", *kind, "-days", "365", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "fullchain.pem"
