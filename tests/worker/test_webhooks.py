"""POST /webhooks/wavespeed/<run>/: signed, checked, counted once, and only a hint to look now."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.config import environment
from playground.config.logs import scrub
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution, webhooks
from tests.fakes.wavespeed import FakeWaveSpeed, Fault
from tests.fakes.wavespeed.calls import sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
SECRET = "whsec_only-for-tests"
BASE = "https://playground.example.org"


@pytest.fixture(autouse=True)
def _on(settings: SettingsWrapper) -> Iterator[None]:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = BASE, SECRET
    HUEY.flush()
    yield
    HUEY.flush()


def call(run: Run, prediction: str, status: str = "completed", **changes: Any) -> int:
    """Deliver as the provider does, without cookie or token; returns the status of the answer."""
    body = json.dumps({"id": prediction, "status": status, "outputs": ["forged"]}).encode()
    headers = sign(body, at=time.time() + changes.pop("age", 0))
    sent = changes.pop("body", body)
    address = f"/webhooks/wavespeed/{changes.pop('run_id', run.pk)}/"
    client = Client(enforce_csrf_checks=True)
    return client.post(
        address, sent, content_type="application/json", headers=headers | changes
    ).status_code


def processing(run: Run, prediction: str) -> Run:
    run.claim("a")
    run.begin_submission({})
    run.record_submission(prediction, {})
    HUEY.flush()
    return run


def test_the_signature_is_this_one() -> None:
    """Made with openssl dgst -hmac: the sample of the provider's page does not fit its own rule."""
    expected = "v3,ae0ab292f132527a945ebad31deaa4e3e6c994f2f51f86a83d130814f05e35dc"
    assert webhooks.signature("call-1", "1700000000", b'{"id":"p1"}') == expected


def test_a_submission_names_the_address_of_its_run(upstream: FakeWaveSpeed, carried: Press) -> None:
    run = carried()
    assert upstream.submissions[0].webhook == f"{BASE}/webhooks/wavespeed/{run.pk}/"
    assert "webhook" not in json.dumps(run.request)


def test_without_the_setting_no_address_is_named(
    upstream: FakeWaveSpeed, carried: Press, settings: SettingsWrapper
) -> None:
    settings.WEBHOOK_URL = settings.WEBHOOK_SECRET = ""
    carried()
    assert upstream.submissions[0].webhook == ""


def test_without_the_setting_there_is_no_such_page(ask: Press, settings: SettingsWrapper) -> None:
    settings.WEBHOOK_URL = settings.WEBHOOK_SECRET = ""
    assert call(ask(), "p1") == 404


def test_a_call_makes_a_worker_look_now(upstream: FakeWaveSpeed, ask: Press) -> None:
    prediction = upstream.account.submit({"prompt": "x", "model": "m"}).id
    run = processing(ask(), prediction)
    assert call(run, prediction) == 204
    assert HUEY.pending_count() == 1


def test_the_answer_is_read_with_our_key_and_not_from_the_call(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    prediction = upstream.account.submit({"prompt": "x", "model": "m"}).id
    run = processing(ask(), prediction)
    call(run, prediction)
    execution.look_now(run.pk)
    run.refresh_from_db()
    assert (run.status, run.output) == (RunStatus.COMPLETED, 'm was asked: "x"')


def test_the_same_call_twice_is_one_look(upstream: FakeWaveSpeed, ask: Press) -> None:
    run = processing(ask(), "p1")
    assert [call(run, "p1"), call(run, "p1")] == [204, 204]
    assert HUEY.pending_count() == 1


def test_replayed_calls_are_looked_at_once_now_and_once_when_a_second_is_over(
    upstream: FakeWaveSpeed, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "LOOKS_APART", timedelta(minutes=1))
    run = processing(ask(), "p1")
    for turn in range(30):
        call(run, "p1", ["processing", "completed"][turn % 2])
    now, later = sorted(HUEY.pending(), key=lambda task: bool(task.eta))
    assert now.eta is None
    assert later.eta


def test_a_call_after_a_quiet_second_is_looked_at_now(upstream: FakeWaveSpeed, ask: Press) -> None:
    run = processing(ask(), "p1")
    call(run, "p1", "processing")
    Run.objects.update(looked_at=timezone.now() - webhooks.LOOKS_APART)
    call(run, "p1", "completed")
    assert [task.eta for task in HUEY.pending()] == [None, None]


def test_a_look_that_fails_leaves_the_run_to_its_polls(upstream: FakeWaveSpeed, ask: Press) -> None:
    run = processing(ask(), "p1")
    execution.look_now(run.pk)
    run.refresh_from_db()
    assert (run.status, run.last_error) == (RunStatus.PROCESSING, "")


def test_a_call_about_another_prediction_is_ignored(upstream: FakeWaveSpeed, ask: Press) -> None:
    run = processing(ask(), "p1")
    assert call(run, "p2") == 204
    assert HUEY.pending_count() == 0


def test_a_call_about_an_ended_run_changes_nothing(upstream: FakeWaveSpeed, carried: Press) -> None:
    run = carried()
    HUEY.flush()
    call(run, run.prediction_id, "failed")
    assert HUEY.pending_count() == 0
    assert Run.objects.get().status == RunStatus.COMPLETED


def test_a_call_settles_a_run_of_unknown_outcome(upstream: FakeWaveSpeed, carried: Press) -> None:
    upstream.fault("submit", Fault.reset(accepted=True))
    run = carried()
    call(run, upstream.submissions[0].id)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.prediction_id) == (RunStatus.COMPLETED, upstream.submissions[0].id)
    assert len(upstream.submissions) == 1


def test_a_call_during_the_submission_ends_the_wait_for_its_answer(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = ask()
    run.claim("a")
    run.begin_submission({})
    call(run, "p1")
    assert not run.finish(RunStatus.UNKNOWN, error_kind="unknown_outcome")
    assert Run.objects.get().prediction_id == "p1"


def test_a_call_cannot_take_the_prediction_of_another_run(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    other = carried()
    upstream.fault("submit", Fault.reset())
    run = carried()
    assert call(run, other.prediction_id) == 204
    run.refresh_from_db()
    assert run.status == RunStatus.UNKNOWN


def test_a_call_about_a_run_that_never_was_is_accepted_and_forgotten(ask: Press) -> None:
    run = ask()
    HUEY.flush()
    assert call(run, "p1", run_id=uuid.uuid4()) == 204
    assert HUEY.pending_count() == 0


FORGED: list[dict[str, Any]] = [
    {"webhook-signature": ""},
    {"webhook-signature": "v3,"},
    {"webhook-signature": "v3," + "0" * 64},
    {"webhook-signature": "ä"},
    {"webhook-id": "call-2"},
    {"webhook-timestamp": str(int(time.time()) - 5)},
    {"webhook-timestamp": ""},
    {"webhook-timestamp": "-1"},
    {"webhook-timestamp": "9" * 400},
    {"body": b"{}"},
    {"age": -301},
    {"age": 305},
]


@pytest.mark.parametrize("changes", FORGED, ids="-".join)
def test_a_call_that_is_not_authentic_is_refused_without_a_word(
    ask: Press, changes: dict[str, Any]
) -> None:
    run = processing(ask(), "p1")
    assert call(run, "p1", **changes) == 401
    assert HUEY.pending_count() == 0


def test_a_refusal_says_nothing(ask: Press) -> None:
    response = Client().post(f"/webhooks/wavespeed/{ask().pk}/", b"{}", "application/json")
    assert (response.status_code, response.content) == (401, b"")


def test_a_late_but_timely_call_is_taken(ask: Press) -> None:
    assert call(processing(ask(), "p1"), "p1", age=-290) == 204


def test_a_body_over_1_mb_is_refused(ask: Press) -> None:
    assert call(ask(), "p1", body=b"x" * (2**20 + 1)) == 413


ODD = [b"", b"[]", b"7", b"{", b"[" * 100_000, b'{"id": "../x"}', b'{"id": 7}', b"\xff"]


@pytest.mark.parametrize("body", ODD, ids=lambda body: repr(body[:12]))
def test_an_odd_body_does_nothing(ask: Press, body: bytes) -> None:
    run = processing(ask(), "p1")
    headers = sign(body, at=time.time())
    address = f"/webhooks/wavespeed/{run.pk}/"
    response = Client().post(address, body, content_type="application/json", headers=headers)
    assert (response.status_code, HUEY.pending_count()) == (204, 0)


def test_a_visit_is_no_call(client: Client, ask: Press) -> None:
    assert client.get(f"/webhooks/wavespeed/{ask().pk}/").status_code == 405


def test_the_run_that_waited_for_the_place_comes_next(
    upstream: FakeWaveSpeed, ask: Press, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_CONCURRENCY = 1
    prediction = upstream.account.submit({"prompt": "x", "model": "m"}).id
    run, waiting = processing(ask(), prediction), ask()
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    execution.look_now(run.pk)
    waiting.refresh_from_db()
    assert waiting.status == RunStatus.COMPLETED


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (BASE, ""),
        ("", SECRET),
        ("http://playground.example.org", SECRET),
        (BASE, "plain"),
        (BASE, "whsec_"),
    ],
)
def test_settings_that_cannot_work_are_refused_without_showing_the_secret(
    monkeypatch: pytest.MonkeyPatch, url: str, secret: str
) -> None:
    monkeypatch.setenv("WEBHOOK_URL", url)
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.webhook()
    assert "only-for-tests" not in str(caught.value)


def test_the_secret_is_kept_out_of_the_log() -> None:
    assert "only-for-tests" not in scrub(f"signed with {SECRET}")
