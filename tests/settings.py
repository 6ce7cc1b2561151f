"""The product's settings with a data folder that ends with the tests, and no key."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="playground-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for _name in (
    "ENV_FILE",
    "WAVESPEED_API_KEY",
    "WAVESPEED_BASE_PRICE",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "TLS",
    "ACCESS",
):
    os.environ.pop(_name, None)
# What a developer has in .env is no part of the tests.
os.environ["PYTHON_DOTENV_DISABLED"] = "1"
os.environ |= {"FIND_LOCAL_SERVERS": "0", "DATA_DIR": str(_folder), "DEBUG": "0", "TZ": "UTC"}
os.environ["READER"] = "0"  # but where a test is about it: reading takes seconds

from playground.config import access_modes  # noqa: E402
from playground.settings import *  # noqa: E402, F403
from playground.storage import databases  # noqa: E402

# Tests switch accounts on at run time: see the fixture `accounts`.
INSTALLED_APPS = [*INSTALLED_APPS, *access_modes.apps(access_modes.ACCOUNTS)]  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]  # noqa: F405 - its app insists

STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # else each client of a test looks at each static file
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
# DATABASE_URL and REDIS_URL may name servers on which a real queue lives, and on which the other
# processes of this run count and flush theirs.
HUEY = HUEY | {"name": f"playground-tests-{os.environ.get('PYTEST_XDIST_WORKER', '')}"}  # noqa: F405
if DATABASES["default"]["ENGINE"] == databases.SQLITE:  # noqa: F405
    # A file, as in the product: one in memory refuses a reader where a file lets it wait or read.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.db")}  # noqa: F405
