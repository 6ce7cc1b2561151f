"""Pages of two versions behind one proxy find their style sheet and script."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.deployment.proxied import HOST, Proxied, configure, self_signed
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS
from tests.many.installation import TODAY, Installation
from tests.patience import PATIENCE_SECONDS
from tests.servers.fixtures import POSTGRES
from tests.servers.packages import program
from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.many.installation import Code, Web

pytestmark = pytest.mark.upgrade
FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
PUBLIC = ACCOUNTS | {"ALLOWED_HOSTS": HOST, "TLS": "1"}


@pytest.fixture
def both(tmp_path: Path, storage: dict[str, str], before: Code) -> Iterator[list[Web]]:
    """A web process of each version, with its collected files."""
    with (
        FakeWaveSpeed() as fake,
        Installation(tmp_path, fake, before, **storage, **PUBLIC) as product,
    ):
        webs = [_web(product, tmp_path / "old")]
        product.code = TODAY
        product.migrate()
        yield [*webs, _web(product, tmp_path / "new")]


def _web(product: Installation, static: Path) -> Web:
    product.settings["STATIC_ROOT"] = str(static)
    collecting = product.start("manage.py", "collectstatic", "--noinput", "-v0")
    assert collecting.wait(PATIENCE_SECONDS) == 0, product.log.read_text()[-4000:]
    return product.start_web()


@pytest.fixture
def site(tmp_path: Path, both: list[Web]) -> Iterator[Proxied]:
    """nginx in front of both, as the guide has it for several machines."""
    old, new = both
    plain, secure = free_port(), free_port()
    certificate = self_signed(tmp_path)
    configure(tmp_path, old.port, plain, secure)
    line = f"server 127.0.0.1:{old.port};"
    conf = tmp_path / "site.conf"
    conf.write_text(conf.read_text().replace(line, f"{line} server 127.0.0.1:{new.port};"))
    nginx = program("nginx", "nginx-light", "usr/sbin")
    with ExitStack() as ends:
        command = [nginx, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
        ends.callback(end, subprocess.Popen(command))
        until(lambda: answers(("127.0.0.1", secure)), "nginx listens")
        yield Proxied(f"http://{HOST}:{plain}", f"https://{HOST}:{secure}", certificate)


@pytest.mark.parametrize("storage", [POSTGRES], indirect=True)
def test_every_file_of_a_page_is_there_whichever_version_is_asked(site: Proxied) -> None:
    browser = site.browser()
    pages = [browser.get(f"{site.secure}/sign-in/").text for _ in range(4)]
    files = {file for page in pages for file in FILE.findall(page)}
    assert len([file for file in files if file.endswith(".css")]) == 2  # one of each version
    asked = [browser.get(site.secure + file).status_code for file in sorted(files) * 3]
    assert set(asked) == {200}
