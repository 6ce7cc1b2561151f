"""What each way of access switches on.

`local` has no sign-in and serves this machine alone; it carries nothing of what accounts need, so
that its polls stay fast. `accounts` adds sessions, allauth's sign-in and Django's
admin.
"""

from typing import Any

LOCAL, ACCOUNTS = "local", "accounts"
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

TO_HTTPS = "django.middleware.security.SecurityMiddleware"
OUTER = [
    "playground.operations.request_log.RequestLogMiddleware",
    "playground.web.security_headers.ResponseHeadersMiddleware",
    "playground.api.require_tls.ProgramsNeedTlsMiddleware",
    TO_HTTPS,
    "playground.web.static_middleware.StaticMiddleware",
    "playground.web.compression.TextCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "playground.web.fragments.FragmentMiddleware",
    "playground.api.errors.ApiErrorMiddleware",
    "playground.web.request_bodies.WholeBodyMiddleware",
]
SESSIONS = ["django.contrib.sessions.middleware.SessionMiddleware"]
FORMS = [
    "playground.web.final_slash.FinalSlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SIGN_IN = [
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",  # Django's admin insists on it
    "allauth.account.middleware.AccountMiddleware",
]
AUDIT = "playground.accounts.audit.middleware.AuditMiddleware"
INNER = [
    "playground.accounts.visitor.VisitorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "playground.comparisons.blind.middleware.SealingMiddleware",
    "playground.web.unavailable.BusyDatabaseMiddleware",
    "playground.spending.middleware.LimitMiddleware",
]
EVERYWHERE = ("playground", "answers", "fields", "static_files", "timings")
TAGS = [f"playground.templatetags.{name}" for name in EVERYWHERE]
PROCESSORS = ["django.template.context_processors.request", "playground.context_processors.chrome"]
ADMIN_PROCESSORS = [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
# Without `allauth` itself, which holds its templates: a page of its own look cannot be drawn.
ACCOUNT_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # the admin of others is not looked for
    "django.contrib.messages",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]


def apps(access: str) -> list[str]:
    return ACCOUNT_APPS if access == ACCOUNTS else []


def middleware(access: str) -> list[str]:
    if access == LOCAL:
        return [*OUTER, *FORMS, *INNER]
    return [*OUTER, *SESSIONS, *FORMS, *SIGN_IN, AUDIT, *INNER]


def templates(access: str, folder: object) -> list[dict[str, Any]]:
    admin = ADMIN_PROCESSORS if access == ACCOUNTS else []
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder],
            "APP_DIRS": access == ACCOUNTS,  # for the pages of Django's admin
            "OPTIONS": {
                "context_processors": [*PROCESSORS, *admin],
                "builtins": TAGS,
            },
        }
    ]


def urls(access: str) -> str:
    return "playground.urls_with_accounts" if access == ACCOUNTS else "playground.urls"
