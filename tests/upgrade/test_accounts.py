"""People with accounts, upgraded from the release before: passwords and sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.wavespeed import FakeWaveSpeed
from tests.many.crowd import ACCOUNTS
from tests.many.installation import TODAY, Installation
from tests.patience import PATIENCE_SECONDS
from tests.product import Session
from tests.servers.processes import end

if TYPE_CHECKING:
    from pathlib import Path

    from tests.many.installation import Code

pytestmark = pytest.mark.upgrade
PASSWORD = "four quiet words here"
MAKE = f"""
from playground.models import Account
Account.objects.create_user("mira", "mira@example.org", "{PASSWORD}")
"""


def sign_in(url: str, name: str, **more: str) -> Session:
    browser = Session()
    page = browser.get(f"{url}/sign-in/", timeout=PATIENCE_SECONDS)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1], **more}
    answer = browser.post(f"{url}/sign-in/", fields, timeout=PATIENCE_SECONDS)
    assert answer.url == f"{url}/", answer.text
    return browser


def status(browser: Session, url: str, path: str) -> int:
    return browser.get(f"{url}{path}", timeout=PATIENCE_SECONDS).status_code


def test_everybody_keeps_password_and_session(tmp_path: Path, before: Code) -> None:
    with FakeWaveSpeed() as fake, Installation(tmp_path, fake, before, **ACCOUNTS) as product:
        making = product.start("manage.py", "shell", "-c", MAKE)
        assert making.wait(PATIENCE_SECONDS) == 0, product.log.read_text()[-4000:]
        old = product.start_web()
        day, month = sign_in(old.url, "mira"), sign_in(old.url, "mira", remember="on")
        end(old.process)
        product.code = TODAY
        product.migrate()
        new = product.start_web(port=old.port)
        assert [status(one, new.url, "/runs/") for one in (day, month)] == [200, 200]
        browser = sign_in(new.url, "MIRA@example.org")
        assert status(browser, new.url, "/settings/signing-in/") == 200
        page = browser.get(f"{new.url}/settings/signing-in/", timeout=PATIENCE_SECONDS).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        others = f"{new.url}/settings/sessions/end-others/"
        browser.post(others, {"csrfmiddlewaretoken": token[1]}, timeout=PATIENCE_SECONDS)
        ended = [
            one.get(
                f"{new.url}/runs/", headers={"Accept": "*/*"}, timeout=PATIENCE_SECONDS
            ).status_code
            for one in (day, month)
        ]
        assert ended == [401, 401]
        assert status(browser, new.url, "/runs/") == 200
