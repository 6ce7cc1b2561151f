"""What each way of access switches on.

`local` has no sign-in and serves this machine alone; it carries nothing of what accounts need, so
that its polls stay fast. `accounts` adds sessions, sign-in and Django's admin.
"""

from __future__ import annotations

from typing import Any

LOCAL, ACCOUNTS = "local", "accounts"
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

TO_HTTPS = "django.middleware.security.SecurityMiddleware"
OUTER = [
    "playground.request_log.RequestLogMiddleware",
    "playground.response_headers.ResponseHeadersMiddleware",
    "playground.api.clear.ProgramsNeedTlsMiddleware",
    TO_HTTPS,
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "playground.compression.TextCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "playground.api.errors.ApiErrorMiddleware",
    "playground.bodies.WholeBodyMiddleware",
]
UNCHANGED = "playground.unchanged.UnchangedMiddleware"
UNCHANGED_FOR_ACCOUNTS = "playground.unchanged.UnchangedForAccountsMiddleware"
SESSIONS = ["django.contrib.sessions.middleware.SessionMiddleware"]
FORMS = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SIGN_IN = [
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",  # Django's admin insists on it
]
INNER = [
    "playground.visitors.VisitorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "playground.sealing.SealingMiddleware",
    "playground.middleware.BusyDatabaseMiddleware",
    "playground.middleware.LimitMiddleware",
]
TAGS = ["playground.templatetags.playground", "playground.templatetags.static_files"]
PROCESSORS = ["django.template.context_processors.request", "playground.context.chrome"]
ADMIN_PROCESSORS = [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
ACCOUNT_APPS = [
    "django.contrib.admin",
    "django.contrib.messages",
    "django.contrib.sessions",
]


def apps(access: str) -> list[str]:
    return ACCOUNT_APPS if access == ACCOUNTS else []


def middleware(access: str) -> list[str]:
    if access == LOCAL:
        return [*OUTER[:2], UNCHANGED, *OUTER[2:], *FORMS, *INNER]
    place = OUTER.index(TO_HTTPS) + 1  # behind it no session is looked up in the clear
    outer = [*OUTER[:place], UNCHANGED_FOR_ACCOUNTS, *OUTER[place:]]
    return [*outer, *SESSIONS, *FORMS, *SIGN_IN, *INNER]


def processors(access: str) -> list[str]:
    return [*PROCESSORS, *(ADMIN_PROCESSORS if access == ACCOUNTS else [])]


def templates(access: str, folder: object) -> list[dict[str, Any]]:
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder],
            "APP_DIRS": access == ACCOUNTS,  # for the pages of Django's admin
            "OPTIONS": {
                "context_processors": processors(access),
                "builtins": TAGS,
            },
        }
    ]


def urls(access: str) -> str:
    return "playground.account_urls" if access == ACCOUNTS else "playground.urls"
