"""No page of allauth is reachable that is not ours: in look, in words, or at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import (
    NoReverseMatch,
    Resolver404,
    URLPattern,
    URLResolver,
    get_resolver,
    resolve,
    reverse,
)

from tests.accounts.factors import CodeApp, recovery_codes
from tests.conftest import member, signed_in
from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
ALLAUTHS = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")
# By these names its steps lead to each other; tests/whole/test_who_sees_what.py calls each.
MOUNTED = {
    "account_login",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_login_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
}
PAGES = ("account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn", "mfa_index")
PAGES += ("mfa_view_recovery_codes", "account_login")


def patterns(resolver: Any) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        yield from patterns(one) if isinstance(one, URLResolver) else [one]


def test_every_address_of_allauth_is_one_that_is_listed() -> None:
    names = {str(one.name) for one in patterns(get_resolver())}
    assert {name for name in names if name.startswith(ALLAUTHS)} == MOUNTED
    assert not [one for one in patterns(get_resolver()) if "allauth" in one.callback.__module__]


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    """Every path below a resolver, with a 1 for whatever it takes."""
    for one in resolver.url_patterns:
        path = before + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "1", str(one.pattern)).strip("^$")
        yield from routes(one, path) if isinstance(one, URLResolver) else [path]


def test_nothing_answers_where_its_own_addresses_would_be() -> None:
    found = set(routes(get_resolver("allauth.urls")))
    assert {"login/", "signup/", "password/reset/", "2fa/", "sessions/"} <= found
    for path in found:
        for below in ("/", "/accounts/", "/auth/"):
            with pytest.raises(Resolver404):
                resolve(below + path)


def test_none_of_its_own_pages_can_be_drawn() -> None:
    assert not apps.is_installed("allauth")
    for name in ("account/login.html", "mfa/index.html", "socialaccount/signup.html", "429.html"):
        with pytest.raises(TemplateDoesNotExist):
            get_template(name)


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
def test_nobody_signs_up_and_no_mail_is_sent(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_our_frame(name: str) -> None:
    mira = member()
    CodeApp(mira) if name == "mfa_view_recovery_codes" else None
    recovery_codes(mira) if name == "mfa_view_recovery_codes" else None
    page = signed_in(mira).get(reverse(name), HTTP_HOST="localhost", follow=True)
    assert page.status_code == 200
    assert b'class="brand"' in page.content
    assert b"allauth" not in page.content


@pytest.mark.parametrize("asked", ["local", "accounts"])
def test_a_local_playground_loads_none_of_it_and_one_with_accounts_not_what_reads_passkeys(
    tmp_path: Path, asked: str
) -> None:
    look = "import sys, playground.wsgi; from django.urls import get_resolver as g; "
    look += "g().url_patterns; print(*(one for one in sys.modules if '.' not in one))"
    given = {"ACCESS": asked, "DATA_DIR": str(tmp_path), "PYTHON_DOTENV_DISABLED": "1"}
    given["DJANGO_SETTINGS_MODULE"] = "playground.settings"
    command = [sys.executable, "-c", look]
    loaded = subprocess.run(
        command, cwd=ROOT, env=os.environ | given, check=True, capture_output=True, text=True
    ).stdout.split()
    assert ("allauth" in loaded) == (asked == "accounts")
    assert not {"fido2", "qrcode", "jwt"} & set(loaded)
