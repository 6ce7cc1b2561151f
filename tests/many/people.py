"""Makes people who are signed in: `python people.py NAME …` prints their session ids."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - after Django was set up
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402


def session_of(name: str) -> str:
    browser = Client()
    browser.force_login(get_user_model().objects.create_user(name))  # in any release's code
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


print(json.dumps({name: session_of(name) for name in sys.argv[1:]}))
