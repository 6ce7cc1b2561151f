"""Keys that are set in Settings: encrypted, used for whom they are meant, shown to nobody."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from playground.config import logs
from playground.connections import keys, registry, servers
from playground.connections.models import StoredKey
from playground.connections.routing import default_provider, provider_for
from playground.images import store
from playground.images.models import ProviderUpload
from playground.providers.base import ProviderError
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat, request
from playground.submission.request import AttachedImage
from playground.worker import execution
from tests.conftest import FLASH, form, markup, member, png, signed_in
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.storage.test_encryption import OLD, OLD_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from playground.accounts.models import Account

pytestmark = pytest.mark.django_db
OWN = "own-key-of-mira-0123456789"
OTHER = "a-different-key-9876543210"


@pytest.fixture
def provider(settings: SettingsWrapper) -> Iterator[FakeWaveSpeed]:
    """The provider is there, and the environment has no key for it."""
    with FakeWaveSpeed() as fake:
        settings.WAVESPEED_BASE_URL = fake.url
        yield fake


def stored(owner: Account | None = None, key: str = OWN) -> StoredKey:
    keys.keep("wavespeed", owner, key, by=owner)
    return StoredKey.objects.get(owner=owner)


def ran(owner: Account | None, **fields: Any) -> Run:
    asked = request.RunRequest(prompt="What is this?", models=(FLASH,), **fields)
    run = create.submit(asked, owner)
    assert isinstance(run, Run)
    return run


def carried(run: Run) -> Run:
    execution.execute(run.pk)
    run.refresh_from_db()
    return run


class TestWhoseKey:
    def test_without_any_key_the_demo_answers(self) -> None:
        assert default_provider() == "demo"

    def test_the_sites_key_serves_everybody(self) -> None:
        stored()
        assert ran(member()).provider == ran(None).provider == "wavespeed"

    def test_a_members_key_serves_that_member_alone(self) -> None:
        mira = member()
        stored(mira)
        assert (ran(mira).provider, ran(mira).own_key) == ("wavespeed", True)
        assert ran(member("other")).provider == ran(None).provider == "demo"

    def test_a_members_key_comes_before_the_environment(self, settings: SettingsWrapper) -> None:
        settings.WAVESPEED_API_KEY = "key-of-the-environment"
        mira = member()
        stored(mira)
        assert ran(mira).own_key
        assert not ran(member("other")).own_key

    def test_the_environment_comes_before_a_stored_key(self, settings: SettingsWrapper) -> None:
        stored()
        settings.WAVESPEED_API_KEY = "key-of-the-environment"
        assert keys.site_key("wavespeed") == "key-of-the-environment"

    def test_the_run_is_sent_with_the_stored_key(self, provider: FakeWaveSpeed) -> None:
        stored(key=provider.key)
        assert carried(ran(None)).status == RunStatus.COMPLETED

    def test_a_retry_keeps_its_owner_and_finds_the_key_of_now(self) -> None:
        mira = member()
        run = ran(mira)
        run.cancel()
        stored(mira)
        again = repeat.retry(run, "t")
        assert (again.owner, again.provider, again.own_key) == (mira, "wavespeed", True)


class TestKeysThatAreGone:
    def test_a_removed_key_is_not_replaced_by_the_sites(self, upstream: FakeWaveSpeed) -> None:
        mira = member()
        stored(mira)
        run = ran(mira)
        keys.forget("wavespeed", mira)
        carried(run)
        assert (run.status, run.error_kind, run.error_detail) == ("failed", "key", keys.REMOVED)
        assert upstream.submissions == []

    def test_a_run_that_was_sent_waits_for_its_key(
        self, provider: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stored(key=provider.key)
        provider.configure(delay=0.5)
        run = ran(None)
        begun = execution._follow

        def without_key(run: Run) -> None:
            keys.forget("wavespeed", None)
            monkeypatch.setattr(Run, "renew", lambda *_: stored(key=provider.key))
            begun(run)

        monkeypatch.setattr(execution, "_follow", without_key)
        assert carried(run).status == RunStatus.COMPLETED

    def test_another_secret_key_ends_in_plain_words(self, settings: SettingsWrapper) -> None:
        stored()
        run = ran(None)
        settings.SECRET_KEY = "x" * 60
        assert carried(run).error_detail == keys.UNREADABLE

    def test_settings_say_that_a_key_cannot_be_read(
        self, client: Client, settings: SettingsWrapper
    ) -> None:
        stored()
        settings.SECRET_KEY = "x" * 60
        assert "cannot be read" in client.get("/settings/").content.decode()


class TestEncryption:
    def test_the_row_does_not_hold_the_key(self) -> None:
        assert OWN not in stored().value

    def test_rotation_moves_to_a_new_key(self, settings: SettingsWrapper) -> None:
        row = stored()
        settings.KEY_ENCRYPTION_KEYS = ["n" * 40]
        call_command("rotatekeys", verbosity=0)
        settings.SECRET_KEY = "x" * 60
        row.refresh_from_db()
        assert keys.readable(row) == OWN

    def test_rotation_moves_the_headers_of_servers_too(self, settings: SettingsWrapper) -> None:
        row = servers.add("Lab", "http://127.0.0.1:9/v1", headers=(("X-Team", "secret"),))
        servers.add("Plain", "http://127.0.0.1:9/v1")
        settings.KEY_ENCRYPTION_KEYS = ["n" * 40]
        assert keys.rotate() == (1, 0)
        settings.SECRET_KEY = "x" * 60
        assert row
        row.refresh_from_db()
        assert registry.headers_of(row) == (("X-Team", "secret"),)

    def test_a_key_copied_to_another_row_is_not_read(self) -> None:
        mine = stored(member())
        other = stored(member("other"), OTHER)
        other.value = mine.value
        assert not keys.is_readable(other)

    def test_headers_copied_to_another_server_are_not_read(self) -> None:
        lab = servers.add("Lab", "http://127.0.0.1:9/v1", headers=(("X-Team", "secret"),))
        other = servers.add("Other", "http://127.0.0.1:9/v1", headers=(("X-Team", "x"),))
        assert lab
        assert other
        other.headers = lab.headers
        with pytest.raises(ProviderError):
            registry.headers_of(other)

    def test_what_an_older_release_stored_is_turned_by_rotation(
        self, settings: SettingsWrapper
    ) -> None:
        settings.SECRET_KEY = OLD_KEY
        row = StoredKey.objects.create(provider="wavespeed", value=OLD)
        assert keys.readable(row) == OWN
        call_command("rotatekeys", verbosity=0)
        row.refresh_from_db()
        assert row.value.startswith("aesgcm:")
        assert keys.readable(row) == OWN

    def test_a_key_that_is_set_again_stays_one_row(self) -> None:
        first, second = stored(), stored(key=OTHER)
        assert (first.pk, keys.readable(second)) == (second.pk, OTHER)

    def test_a_stored_key_that_was_changed_is_not_read(self) -> None:
        row = stored()
        middle = len(row.value) // 2
        other = "A" if row.value[middle] != "A" else "B"
        row.value = row.value[:middle] + other + row.value[middle + 1 :]
        assert not keys.is_readable(row)

    def test_an_old_secret_key_goes_on_reading(self, settings: SettingsWrapper) -> None:
        row = stored()
        settings.KEY_ENCRYPTION_KEYS = ["n" * 40, settings.SECRET_KEY]
        settings.SECRET_KEY = "x" * 60
        assert keys.readable(row) == OWN

    def test_rotation_says_what_it_could_not_read(self, settings: SettingsWrapper) -> None:
        stored()
        settings.SECRET_KEY = "x" * 60
        with pytest.raises(CommandError, match="cannot be read: 1"):
            call_command("rotatekeys")


class TestUploads:
    def test_what_one_account_uploaded_is_not_used_for_another(
        self, provider: FakeWaveSpeed
    ) -> None:
        picture = (AttachedImage(image=store.store(png())),)
        for name in ("mira", "other"):
            provider.key = f"the-key-of-{name}"
            stored(mine := member(name), key=provider.key)
            carried(ran(mine, images=picture))
        assert len(provider.uploads) == 2
        assert ProviderUpload.objects.values("account").distinct().count() == 2

    def test_one_account_uploads_once(self, provider: FakeWaveSpeed) -> None:
        stored(key=provider.key)
        picture = (AttachedImage(image=store.store(png())),)
        for _ in range(2):
            carried(ran(None, images=picture))
        assert ProviderUpload.objects.count() == len(provider.uploads) == 1


class TestSettings:
    def test_a_key_is_set_and_never_shown(self, client: Client) -> None:
        answer = client.post("/settings/keys/site/", {"site-key": OWN}, follow=True)
        assert default_provider() == "wavespeed"
        assert "Saved." in answer.content.decode()
        assert OWN not in answer.content.decode()

    def test_a_refused_key_is_not_written_back(self, client: Client) -> None:
        typed = "two words, as typed"
        answer = client.post("/settings/keys/site/", {"site-key": typed})
        assert answer.status_code == 422
        assert "Copy it again" in answer.content.decode()
        assert typed not in answer.content.decode()

    def test_removing_brings_the_demo_back(self, client: Client) -> None:
        stored()
        assert client.post("/settings/keys/site/remove/").status_code == 303
        assert default_provider() == "demo"

    def test_the_demo_badge_leads_to_settings(self, client: Client) -> None:
        assert '<a class="badge badge-premium demo-badge" href="/settings/#provider"' in markup(
            client.get("/")
        )

    def test_nobody_has_a_key_of_their_own_without_accounts(self, client: Client) -> None:
        assert client.post("/settings/keys/own/", {"own-key": OWN}).status_code == 404

    def test_the_environments_key_is_read_only(
        self, client: Client, settings: SettingsWrapper
    ) -> None:
        settings.WAVESPEED_API_KEY = "key-of-the-environment"
        page = client.get("/settings/").content.decode()
        assert "Set by <code>WAVESPEED_API_KEY</code>" in page
        assert "/settings/keys/site/" not in page.replace("/settings/keys/site/test/", "")


@pytest.mark.usefixtures("accounts")
class TestRoles:
    @pytest.mark.parametrize("action", ["", "remove/", "test/"])
    def test_members_do_not_reach_the_sites_key(self, action: str) -> None:
        stored()
        browser = signed_in(member())
        answer = browser.post(f"/settings/keys/site/{action}", {"site-key": OTHER})
        assert answer.status_code == 404
        assert keys.site_key("wavespeed") == OWN

    def test_a_member_is_not_told_to_change_the_environment(
        self, settings: SettingsWrapper
    ) -> None:
        settings.WAVESPEED_API_KEY = "key-of-the-environment"
        page = signed_in(member()).get("/settings/").content.decode()
        assert "Set by whoever runs this playground." in page
        assert "restart" not in page

    def test_an_administrator_sets_it_and_is_named(self) -> None:
        browser = signed_in(member("chief", is_staff=True))
        browser.post("/settings/keys/site/", {"site-key": OWN})
        assert "by chief" in browser.get("/settings/").content.decode()

    def test_a_member_sets_a_key_that_is_used_at_the_press(self) -> None:
        mira = member()
        browser = signed_in(mira)
        browser.post("/settings/keys/own/", {"own-key": OWN})
        browser.post("/runs/", form())
        assert Run.objects.get().own_key

    def test_a_deleted_account_takes_its_key_along(self) -> None:
        mira = member()
        stored(mira)
        mira.delete()
        assert not StoredKey.objects.exists()

    def test_a_member_may_look_up_what_was_sent_with_the_own_key(self) -> None:
        from playground.worker.webhooks import address_for

        mira = member()
        stored(mira)
        assert address_for(ran(mira)) == ""


class TestTrying:
    def tried(self, client: Client) -> str:
        return client.post("/settings/keys/site/test/").content.decode()

    def test_it_shows_the_balance(self, client: Client, upstream: FakeWaveSpeed) -> None:
        page = self.tried(client)
        assert "Connected. Answered in" in page
        assert "$" in page

    def test_a_wrong_key_is_said_to_be_refused(
        self, client: Client, provider: FakeWaveSpeed
    ) -> None:
        stored(key=OTHER)
        assert "refuses this key" in self.tried(client)

    def test_no_connection_is_said(self, client: Client, settings: SettingsWrapper) -> None:
        settings.WAVESPEED_BASE_URL = "http://127.0.0.1:9"
        stored()
        assert "could not be reached" in self.tried(client)

    def test_a_page_for_reading_tries_nothing(
        self, client: Client, upstream: FakeWaveSpeed
    ) -> None:
        client.get("/settings/")
        assert client.get("/settings/keys/site/test/").status_code == 405
        assert not upstream.requests


class TestNowhere:
    """A stored key is in no page, log, error, export or database row."""

    @pytest.fixture
    def run(self, provider: FakeWaveSpeed) -> Callable[[], Run]:
        def make() -> Run:
            stored(key=provider.key)
            return carried(ran(None))

        return make

    def test_an_answer_that_repeats_the_key(
        self, provider: FakeWaveSpeed, run: Callable[[], Run], client: Client
    ) -> None:
        provider.configure(answer=f"Your key is {provider.key}.")
        address = run().get_absolute_url()
        for form_of in (address, *(f"{address[:-1]}.{one}" for one in ("json", "md", "html"))):
            answer = client.get(form_of)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert provider.key.encode() not in data

    def test_an_error_that_repeats_the_key(
        self, provider: FakeWaveSpeed, run: Callable[[], Run], caplog: pytest.LogCaptureFixture
    ) -> None:
        body = {"code": 400, "message": f"Authorization: Bearer {provider.key} is not welcome"}
        provider.fault("submit", Fault.answer(400, body))
        row = Run.objects.filter(pk=run().pk).values().get()
        assert row["status"] == "failed"
        assert provider.key not in str(row) + caplog.text

    def test_the_log_leaves_out_stored_keys_and_traces_with_them(self) -> None:
        keys.readable(stored())
        keys.readable(stored(member(), OTHER))
        record = logging.LogRecord("x", 20, "", 1, f"{OWN} and {OTHER}", (), None)
        logs.KeyFilter().filter(record)
        assert record.getMessage() == "[key] and [key]"

    def test_python_shows_nothing_of_it(self, provider: FakeWaveSpeed) -> None:
        row = stored()
        shown = repr(row) + str(row) + repr(provider_for(ran(None)))
        assert OWN not in shown

    def test_an_error_page_for_programmers_hides_it(
        self, client: Client, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_given: object, **_named: object) -> None:
            raise RuntimeError("broken")

        settings.DEBUG = True
        client.raise_request_exception = False
        monkeypatch.setattr(keys, "encrypt", broken)
        answer = client.post("/settings/keys/site/", {"site-key": OWN})
        assert answer.status_code == 500
        assert OWN not in answer.content.decode()

    @pytest.mark.usefixtures("accounts")
    def test_the_admin_does_not_know_the_rows(self) -> None:
        stored()
        page = signed_in(member("chief", is_staff=True)).get("/admin/").content.decode()
        assert "key" not in page.lower().replace("keyboard", "")
