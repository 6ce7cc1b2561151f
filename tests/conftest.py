"""What most tests need: a fake provider behind a real socket, pictures, and a right form."""

from __future__ import annotations

import gc
import io
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import setting_changed
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template import engines
from django.test import Client
from django.test.signals import root_urlconf_changed
from django.urls import set_urlconf
from huey.contrib.djhuey import HUEY
from PIL import Image as Pillow

from playground.accounts.models import Account
from playground.config import access_modes
from playground.connections import registry
from playground.operations import views as health
from playground.providers import transport
from playground.providers.endpoint import Server
from playground.runs.models.run import Run
from playground.submission import create, request
from playground.worker import execution
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.migrated import put_migrated
from tests.servers.fixtures import postgres, storage  # noqa: F401 - fixtures for all folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.fixtures import SettingsWrapper

# Machines are shared: how long an example takes says nothing.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")
# What is imported and collected stays to the end: looking through it again and again finds nothing.
ALLOCATIONS_A_COLLECTION = (5_000, 10, 20)


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*ALLOCATIONS_A_COLLECTION)
    gc.enable()


WITH_ACCOUNTS: dict[str, Any] = {
    "ACCESS": access_modes.ACCOUNTS,
    "MIDDLEWARE": access_modes.middleware(access_modes.ACCOUNTS),
    "ROOT_URLCONF": access_modes.urls(access_modes.ACCOUNTS),
    "TEMPLATES": access_modes.templates(access_modes.ACCOUNTS, settings.BASE_DIR / "templates"),
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}
COMPILED_WITH_ACCOUNTS: dict[str, Any] = {}
FLASH, GPT, HAIKU = "google/gemini-2.0-flash-001", "openai/gpt-4o", "anthropic/claude-3-haiku"


@pytest.fixture
def local_server(settings: SettingsWrapper) -> Iterator[FakeWaveSpeed]:
    """A chat-completions server: `any-name@local` is a model of it."""
    with FakeWaveSpeed() as fake:
        settings.SERVERS = (Server("local", f"{fake.url}/v1", "Local", fake.key),)
        yield fake


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite the tests start from a database that was migrated once."""
    if connection.vendor != "sqlite":
        return False
    put_migrated(Path(connection.settings_dict["TEST"]["NAME"]), access_modes.ACCOUNTS)
    return True


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    cache.clear()
    cache.set(registry.CACHE_KEY, ())  # read every few seconds: no page counts it as its own
    execution.stopping.clear()
    yield
    transport.close()


@pytest.fixture(autouse=True)
def _wait_for_health(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have /healthz wait for what is slow on a busy machine; what refuses says so at once."""
    monkeypatch.setattr(health, "WAIT_SECONDS", 60.0)


@pytest.fixture(autouse=True, scope="session")
def _keep_transaction() -> Iterator[None]:
    """Keep the connection that holds a test's transaction: a request's end would close it."""
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def unless_in_transaction(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", unless_in_transaction)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """End the queue's connection before its database goes: a database in use cannot go."""
    yield
    HUEY.storage.close()


@pytest.fixture
def upstream(settings: SettingsWrapper) -> Iterator[FakeWaveSpeed]:
    """The provider that the product talks to in this test."""
    with FakeWaveSpeed() as fake:
        settings.WAVESPEED_API_KEY = fake.key
        settings.WAVESPEED_BASE_URL = fake.url
        yield fake
        transport.close()


@pytest.fixture(autouse=True, scope="session")
def _keep_addresses() -> None:
    """Keep the addresses of both modes: Django would read them anew for each test of accounts."""

    def turn(*, setting: str, **_: object) -> None:
        if setting == "ROOT_URLCONF":
            set_urlconf(None)

    setting_changed.disconnect(root_urlconf_changed)
    setting_changed.connect(turn, weak=False)


@pytest.fixture(autouse=True)
def _keep_templates() -> Iterator[None]:
    """Keep what is compiled, whatever settings a test changes: they are as before in the end."""
    compiled = engines._engines
    yield
    engines._engines = compiled


@pytest.fixture
def accounts(settings: SettingsWrapper) -> SettingsWrapper:
    """A playground with ACCESS=accounts; hashing that costs nothing."""
    for name, value in WITH_ACCOUNTS.items():
        setattr(settings, name, value)
    engines._engines = COMPILED_WITH_ACCOUNTS
    return settings


PASSWORD = "four quiet words here"


def member(name: str = "mira", **fields: Any) -> Account:
    return Account.objects.create_user(name, fields.pop("email", ""), PASSWORD, **fields)


def signed_in(account: Account) -> Client:
    """A browser in which this account typed its password a moment ago."""
    # Loaded here: without accounts, as where only the pictures of this module are used, it cannot.
    from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY

    client = Client()
    client.force_login(account)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return client


@pytest.fixture
def ask() -> Callable[..., Run]:
    """Press Run for one model; returns the row."""

    def press(prompt: str = "What is this?", **fields: Any) -> Run:
        model = fields.pop("model", FLASH)
        asked = request.RunRequest(prompt=prompt, models=(model,), **fields)
        started = create.submit(asked)
        assert isinstance(started, Run)
        return started

    return press


@pytest.fixture
def carried(ask: Callable[..., Run]) -> Callable[..., Run]:
    """Press Run and let a worker carry it to its end; returns the row as it is then."""

    def press_and_carry(*args: Any, **fields: Any) -> Run:
        run = ask(*args, **fields)
        execution.execute(run.pk)
        run.refresh_from_db()
        return run

    return press_and_carry


def form(**fields: Any) -> dict[str, Any]:
    """The fields that a browser posts, changed as asked; None leaves a field out."""
    whole = {"prompt": "What is this?", "models": [FLASH], "priority": "latency"} | fields
    return {name: value for name, value in whole.items() if value is not None}


def markup(answer: Any) -> str:
    """What an answer says as HTML, however its template breaks the lines."""
    return one_line(answer.content.decode())


def one_line(html: str) -> str:
    beside_tags_gone = re.sub(r"(?<=>)\s*\n\s*|\s*\n\s*(?=[<>])", "", html)
    return re.sub(r"\s*\n\s*", " ", beside_tags_gone)


def png(colour: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def upload(data: bytes | None = None, name: str = "teal.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, png() if data is None else data, "image/png")


@pytest.fixture
def press(client: Client) -> Callable[..., Any]:
    """Post the composer's form as a browser without script does."""
    return lambda **fields: client.post("/runs/", form(**fields))
