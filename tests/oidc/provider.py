"""`python -m tests.oidc.provider FOLDER PORT ADDRESS…`: serves OpenID Connect on loopback.

Django OAuth Toolkit does the protocol: it shares no code with what signs in here, checks PKCE,
addresses and secrets, and signs its tokens with RSA. People are made by `PEOPLE`; all of them have
one password. ADDRESS: where it may send them back to.
"""

from __future__ import annotations

import os
import socketserver
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings

CLIENT, SECRET, PASSWORD = "playground", "a-secret-of-the-client-0123456789", "elsewhere it is this"
GROUP = "playground-admins"
# Name: address, whether it is theirs, groups.
PEOPLE: dict[str, tuple[str, bool, list[str]]] = {
    "ada": ("ada@example.org", True, []),
    "boss": ("boss@example.org", True, ["staff", GROUP]),
    "eve": ("eve@evil.example", True, []),
    "liar": ("ada@example.org", False, []),
    "mira": ("mira@example.org", True, []),
    "odd name@host": ("odd@example.org", True, []),
}
PAGE = """<form method="post">{% csrf_token %}{{ form.as_p }}<button>Enter</button></form>"""


class Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


def configure(folder: Path) -> None:
    (folder / "registration").mkdir(exist_ok=True)
    (folder / "registration" / "login.html").write_text(PAGE)
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    apps = ["auth", "contenttypes", "sessions", "messages"]
    settings.configure(
        SECRET_KEY="provider" * 8,
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="elsewhere",
        CSRF_COOKIE_NAME="elsewhere-csrf",
        INSTALLED_APPS=[*(f"django.contrib.{one}" for one in apps), "oauth2_provider"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "people.db"}
        },
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [folder],
                "APP_DIRS": True,
            }
        ],
        ROOT_URLCONF="tests.oidc.urls",
        LOGIN_URL="/login/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "profile": "name", "email": "address"},
            "OAUTH2_VALIDATOR_CLASS": "tests.oidc.claims.Claims",
        },
    )


def fill(addresses: list[str]) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name, password=PASSWORD)
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        redirect_uris=" ".join(addresses),
        skip_authorization=True,
    )


def main(folder: str, port: str, *addresses: str) -> None:
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on loopback
    configure(Path(folder))
    django.setup()
    fill(list(addresses))
    from django.core.wsgi import get_wsgi_application

    application: Any = get_wsgi_application()
    with make_server("127.0.0.1", int(port), application, Threads) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
