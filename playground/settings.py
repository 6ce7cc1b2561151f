"""Settings: a working local playground by default, everything else from the environment.

Every variable is described in .env.example and docs/deployment.md.
"""

import sys
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from playground.config import access_modes, locations
from playground.config import environment as env
from playground.config.env_file import read_named_env_file
from playground.config.network import network
from playground.config.oidc import oidc
from playground.config.secret_key import secret_key
from playground.storage.databases import database_settings, queue_database
from playground.storage.media import media_storage
from playground.web import static_build
from playground.worker.queue.settings import queue_settings

BASE_DIR = locations.ROOT
read_named_env_file(locations.settings_file())

# Who may connect. "local" has no sign-in and therefore serves this machine alone.
ACCESS = env.choice("ACCESS", access_modes.LOCAL, (access_modes.LOCAL, access_modes.ACCOUNTS))
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or access_modes.LOOPBACK_HOSTS
LOCAL = set(ALLOWED_HOSTS) <= set(access_modes.LOOPBACK_HOSTS)
PORT = env.number("PORT", 8000, least=1, most=65535)
TLS = env.flag("TLS", default=False)
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 1, least=1, most=256)  # web processes
WEB_THREADS = env.number("WEB_THREADS", 32, least=1, most=1024)  # of each of them
PROXY_COUNT = env.number("PROXY_COUNT", 1 if TLS else 0, most=9)  # that add to X-Forwarded-For
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if TLS else []
if DEBUG and not LOCAL:
    raise ImproperlyConfigured("DEBUG is on for other machines. Set DEBUG=0 or remove the hosts.")

DATA_DIR = env.private_folder("DATA_DIR", locations.data_folder())
SECRET_KEY = secret_key(env.confidential("SECRET_KEY"), DATA_DIR, local=LOCAL)
# Encrypt the keys that are set in Settings; the first encrypts. SECRET_KEY is always the last.
KEY_ENCRYPTION_KEYS = env.secrets("KEY_ENCRYPTION_KEYS", least=32)

# Providers
WAVESPEED_API_KEY = env.confidential("WAVESPEED_API_KEY")
WAVESPEED_BASE_URL = env.address("WAVESPEED_BASE_URL", "https://api.wavespeed.ai")
WAVESPEED_LLM_URL = env.address("WAVESPEED_LLM_URL", "https://llm.wavespeed.ai/v1")
WAVESPEED_BASE_PRICE = env.money("WAVESPEED_BASE_PRICE")  # US dollars for one standard run
WAVESPEED_CONCURRENCY = env.number("WAVESPEED_CONCURRENCY", 3, least=1)
# Servers that speak OpenAI's chat completions: local ones, OpenRouter and others.
SERVERS = env.servers()
# Local servers are looked for at these ports of this machine, and offered in Settings.
FIND_LOCAL_SERVERS = env.flag("FIND_LOCAL_SERVERS", default=True)
LOCAL_SERVER_PORTS = env.numbers("LOCAL_SERVER_PORTS", least=1, most=65535) or [
    11434,
    1234,
    8000,
    8080,
]
SERVER_CONCURRENCY = env.number("SERVER_CONCURRENCY", 4, least=1)
# The text reader of this machine, and how many seconds it may take for an image.
READER = env.flag("READER", default=True)
READER_SECONDS = env.number("READER_SECONDS", 20, least=1, most=600)
NETWORK = network()
WEBHOOK_URL, WEBHOOK_SECRET = env.webhook()
RUN_DEADLINE = env.number("RUN_DEADLINE", 30 * 60, least=1)  # seconds from the submission
# What may be started; 0: no limit. A local playground has none of its own accord.
LIMITS = env.limits(on=ACCESS == access_modes.ACCOUNTS)
# New images of one member within 24 hours: what no run uses stays for a day.
MEMBER_IMAGES_DAY = env.number("MEMBER_IMAGES_DAY", 1000 if ACCESS == access_modes.ACCOUNTS else 0)
KEEP_RUNS_DAYS = env.number("KEEP_RUNS_DAYS", 0, most=36_500)  # 0: for ever
KEEP_AUDIT_DAYS = env.number("KEEP_AUDIT_DAYS", 365, most=36_500)  # 0: for ever
# Runs of one experiment: what a press starts that says their number and cost before.
EXPERIMENT_RUNS = env.number("EXPERIMENT_RUNS", 1000, least=1, most=1_000_000)
RUNS_AT_ONCE = env.number("RUNS_AT_ONCE", 256, least=1, most=4096)  # worker threads

# The guarded fetch of image addresses. Private networks are off: they are this server's inside.
FETCH_PORTS = env.numbers("FETCH_PORTS", least=1, most=65535)
FETCH_PRIVATE_NETWORKS = env.flag("FETCH_PRIVATE_NETWORKS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "huey.contrib.djhuey",
    *access_modes.apps(ACCESS),
    "playground",
]
MIDDLEWARE = access_modes.middleware(ACCESS)
ROOT_URLCONF = access_modes.urls(ACCESS)
WSGI_APPLICATION = "playground.wsgi.application"
TEMPLATES = access_modes.templates(ACCESS, BASE_DIR / "templates")

DATABASES: dict[str, Any] = {
    "default": database_settings(env.database_address("DATABASE_URL"), DATA_DIR)
}
AUTH_USER_MODEL = "playground.Account"
AUTHENTICATION_BACKENDS = ["playground.services.sign_in.AccountBackend"]
PASSWORD_HASHERS = [
    "playground.accounts.passwords.ModestArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
_LENGTH = {"min_length": 12}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": _LENGTH},
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": "playground.accounts.passwords.LongestValidator"},
    {"NAME": "playground.accounts.passwords.GuessableValidator", "OPTIONS": _LENGTH},
]
# What django-allauth does here. Its own limits count in each process alone and lock out whoever a
# stranger names: ours hold instead (accounts/sign_in.py, accounts/sign_in_forms.py).
ACCOUNT_ADAPTER = "playground.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 15 * 60  # seconds between the first step and the last
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60  # seconds since the sign-in or the last password
SOCIALACCOUNT_ADAPTER = "playground.accounts.elsewhere.ElsewhereAdapter"
OIDC = oidc(ACCESS)
MFA_ADAPTER = "playground.accounts.second_factor.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody's is verified: no mail is sent
MFA_FORMS = {
    "authenticate": "playground.accounts.sign_in_forms.CodeForm",
    "login_webauthn": "playground.accounts.sign_in_forms.PasskeyForm",
    "authenticate_webauthn": "playground.accounts.sign_in_forms.PasskeyStepForm",
    "activate_totp": "playground.accounts.second_factor.SetUpForm",
    "add_webauthn": "playground.accounts.second_factor.AddPasskeyForm",
    "edit_webauthn": "playground.accounts.second_factor.RenamePasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Vision Playground"
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds that a link to a new password works
LOGIN_URL = "sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis_address("REDIS_URL")
HUEY = queue_settings(
    redis_url=REDIS_URL,
    # Beside a pooler, which passes no notifications on, the queue needs the server's own address.
    database=queue_database(
        env.database_address("QUEUE_DATABASE_URL"), REDIS_URL, DATABASES["default"], DATA_DIR
    ),
    data_dir=DATA_DIR,
    threads=RUNS_AT_ONCE,
    secret=SECRET_KEY,
)

STATIC_URL = "/static/"
STATIC_ROOT = env.chosen_folder("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = static_build.folders()
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
MEDIA_ROOT = DATA_DIR / "media"
# Without `collectstatic` the files are served from static/ under their own names.
COLLECTED = not DEBUG and static_build.is_collected(STATIC_ROOT)
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json"}
STORAGES = {
    "default": media_storage(
        bucket=env.text("STORAGE_S3_BUCKET"),
        endpoint=env.address("STORAGE_S3_ENDPOINT"),
        region=env.text("STORAGE_S3_REGION"),
        access_key=env.confidential("STORAGE_S3_ACCESS_KEY"),
        secret_key=env.confidential("STORAGE_S3_SECRET_KEY"),
    ),
    "staticfiles": {
        "BACKEND": "playground.web.static_files.HashedStorage"
        if COLLECTED or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Requests. A form may carry 64 MB of pictures; its fields are small.
# Above the limits of the form itself, which answers with the filled form instead of a bare 400.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000  # of an import; all other forms: the first handler
FILE_UPLOAD_HANDLERS = [
    "playground.web.request_bodies.FewFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
DEFAULT_EXCEPTION_REPORTER_FILTER = "playground.config.error_reports.AlwaysSafe"
CSRF_FAILURE_VIEW = "playground.web.csrf.csrf_failure"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by programs beside the proxy, and says no secret
if TLS:  # the prefix keeps a neighbouring host from setting our cookies
    CSRF_COOKIE_NAME, SESSION_COOKIE_NAME = "__Host-csrftoken", "__Host-sessionid"
SESSION_COOKIE_AGE = 12 * 3600  # seconds from the sign-in; 30 days where the person asks for it
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None

# Without it there is no /metrics. Prometheus sends it as a bearer token.
METRICS_TOKEN = env.secret("METRICS_TOKEN", least=20)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.time_zone("TZ", "UTC")
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "context": {"()": "playground.config.logs.ContextFilter"},
        "refusals": {"()": "playground.config.logs.RefusalFilter"},
        "keys": {"()": "playground.config.logs.KeyFilter"},
    },
    "formatters": {
        "line": {
            "()": "playground.config.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "playground.config.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.choice("LOG_FORMAT", "line", ("line", "json")),
            "filters": ["context", "refusals", "keys"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "playground": {"level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING"))},
        # Its lines are ours: playground/operations/request_log.py.
        "django.request": {"level": "ERROR"},
        # The consumer logs each message that it takes; the row already says more.
        "huey": {"level": "WARNING"},
    },
}

env.refuse_misspelt()
