"""Look it up: finding out whether the provider has a run whose submission nobody answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.worker import execution, lookup, recovery
from playground.worker.models import Worker
from tests.conftest import GPT, markup
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lookup, "PAUSES", (0.0, 0.02))
    HUEY.flush()
    yield
    HUEY.flush()


@pytest.fixture
def unknown(upstream: FakeWaveSpeed, carried: Press) -> Run:
    """A run that the provider accepted and answered with silence."""
    upstream.configure(answer={GPT: "A red barn"})
    upstream.fault("submit", Fault.reset(accepted=True))
    return carried(model=GPT)


def looked_up(client: Client, run: Run) -> Run:
    client.post(f"/runs/{run.pk}/lookup/")
    lookup.look_up(run.pk)
    run.refresh_from_db()
    return run


def page(client: Client, run: Run) -> str:
    return markup(client.get(f"/runs/{run.pk}/"))


def test_an_unknown_run_offers_to_look_it_up(client: Client, unknown: Run) -> None:
    assert "Look it up</button>" in page(client, unknown)
    assert "Look it up</button>" in markup(client.get(f"/runs/{unknown.pk}/status/"))


def test_a_run_of_the_demo_cannot_be_looked_up(client: Client, ask: Press) -> None:
    run = ask()
    now = timezone.now()
    Run.objects.update(status=RunStatus.UNKNOWN, finished_at=now, submit_started_at=now)
    client.post(f"/runs/{run.pk}/lookup/")
    assert "Look it up</button>" not in page(client, run)
    assert Run.objects.get().lookup_started_at is None


def test_what_the_provider_lists_no_more_is_not_looked_up(client: Client, unknown: Run) -> None:
    Run.objects.update(submit_started_at=timezone.now() - timedelta(days=8))
    assert "Look it up</button>" not in page(client, unknown)


def test_the_button_asks_a_worker_and_waits_for_nothing(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    before = upstream.request_count
    response = client.post(f"/runs/{unknown.pk}/lookup/")
    assert (response.status_code, upstream.request_count) == (303, before)
    assert HUEY.pending_count() == 1


def test_two_presses_are_one_lookup(client: Client, unknown: Run) -> None:
    for _ in range(2):
        client.post(f"/runs/{unknown.pk}/lookup/")
    assert HUEY.pending_count() == 1


@pytest.mark.parametrize("address", ["/", "/status/", "/status/?view=page"])
def test_the_page_polls_while_a_lookup_goes_on(client: Client, unknown: Run, address: str) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    text = client.get(f"/runs/{unknown.pk}{address}").content.decode()
    assert 'hx-trigger="load, every 500ms"' in text
    assert "Reading the provider's list" in text


@pytest.mark.parametrize("address", ["/", "/status/", "/status/?view=page"])
def test_the_page_polls_no_more_when_it_has_ended(
    client: Client, unknown: Run, address: str
) -> None:
    run = looked_up(client, unknown)
    assert "hx-trigger" not in client.get(f"/runs/{run.pk}{address}").content.decode()


def test_a_card_is_answered_to_htmx(client: Client, unknown: Run) -> None:
    response = client.post(f"/runs/{unknown.pk}/lookup/", headers=HTMX)
    assert f'id="run-{unknown.pk}"' in response.content.decode()
    again = client.post(f"/runs/{unknown.pk}/lookup/", {"view": "page"}, headers=HTMX)
    assert 'id="run-page"' in again.content.decode()


def test_without_a_worker_the_page_says_how_to_start_one(client: Client, unknown: Run) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    assert "python manage.py worker" in page(client, unknown)
    Worker.objects.create(name="host:1:a")
    assert "python manage.py worker" not in page(client, unknown)


def test_one_candidate_is_proposed_with_its_text(client: Client, unknown: Run) -> None:
    text = page(client, looked_up(client, unknown))
    assert "This looks like your run." in text
    assert "A red barn" in text
    assert text.count("This is it<") == 1


def test_the_words_say_that_only_the_time_was_compared(client: Client, unknown: Run) -> None:
    text = page(client, looked_up(client, unknown))
    assert "names neither the prompt nor the model that was chosen" in text


def test_several_candidates_are_listed_each_with_its_button(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    upstream.account.submit({"prompt": "from elsewhere", "model": "another"})
    text = page(client, looked_up(client, unknown))
    assert "The provider lists 2 runs" in text
    assert text.count("This is it<") == 2


def test_no_candidate_is_said_to_be_none(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("submit", Fault.answer(503))
    run = looked_up(client, carried())
    assert run.candidates == []
    assert "The provider lists no run of this model at that time." in page(client, run)
    assert "Send again (may cost twice)" in page(client, run)


def test_a_prediction_that_appears_late_is_found(
    upstream: FakeWaveSpeed, client: Client, unknown: Run
) -> None:
    upstream.fault("list", Fault.data(items=[]))
    assert len(looked_up(client, unknown).candidates) == 1


def test_a_prediction_of_another_run_is_left_out(
    client: Client, carried: Press, unknown: Run
) -> None:
    other = carried()
    found = looked_up(client, unknown).candidates
    assert other.prediction_id not in {one["id"] for one in found}
    assert len(found) == 1


def test_a_prediction_made_at_another_time_is_left_out(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    Run.objects.update(submit_started_at=timezone.now() - timedelta(hours=1))
    assert looked_up(client, unknown).candidates == []


def test_a_list_that_cannot_be_read_is_not_an_empty_list(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    upstream.fault("list", Fault.answer(500), times=9)
    run = looked_up(client, unknown)
    assert run.candidates is None
    assert "list could not be read." in page(client, run)


def test_a_long_text_is_kept_as_an_excerpt(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    upstream.configure(answer={GPT: "word " * 1000})
    assert len(looked_up(client, unknown).candidates[0]["output"]) == 500


def test_a_candidate_cannot_run_script(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    upstream.configure(answer={GPT: "<script>alert(1)</script>"})
    assert "<script>alert" not in page(client, looked_up(client, unknown))


def test_a_linked_run_gets_the_answer_and_nothing_is_sent_again(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    run = looked_up(client, unknown)
    client.post(f"/runs/{run.pk}/link/", {"prediction": run.candidates[0]["id"]})
    assert HUEY.pending_count() == 2
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.output, run.error_kind) == (RunStatus.COMPLETED, "A red barn", "")
    assert len(upstream.submissions) == 1


@pytest.mark.parametrize("given", ["", "made-up", "../../evil"])
def test_only_a_stored_candidate_can_be_linked(client: Client, unknown: Run, given: str) -> None:
    run = looked_up(client, unknown)
    client.post(f"/runs/{run.pk}/link/", {"prediction": given})
    run.refresh_from_db()
    assert (run.status, run.prediction_id) == (RunStatus.UNKNOWN, "")


def test_of_two_tabs_that_link_one_wins_and_the_other_sees_the_state(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    upstream.account.submit({"prompt": "from elsewhere", "model": "another"})
    first, second = (one["id"] for one in looked_up(client, unknown).candidates)
    client.post(f"/runs/{unknown.pk}/link/", {"prediction": first})
    response = client.post(f"/runs/{unknown.pk}/link/", {"prediction": second}, headers=HTMX)
    assert "Running" in response.content.decode()
    assert Run.objects.get().prediction_id == first


def test_a_prediction_is_linked_to_one_run_only(
    client: Client, upstream: FakeWaveSpeed, unknown: Run, carried: Press
) -> None:
    upstream.fault("submit", Fault.answer(503))
    other = looked_up(client, carried())
    prediction = looked_up(client, unknown).candidates[0]["id"]
    assert unknown.link(prediction)
    assert not other.link(prediction)
    assert "This is it<" not in page(client, other)


def test_a_lookup_that_died_with_its_worker_ends(client: Client, unknown: Run) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    Run.objects.update(lookup_started_at=timezone.now() - timedelta(minutes=3))
    assert "hx-trigger" not in page(client, unknown)
    recovery.sweep()
    assert Run.objects.get().lookup_ended_at
    assert "Look again</button>" in page(client, unknown)


def test_a_lookup_that_goes_on_is_left_alone(client: Client, unknown: Run) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    recovery.sweep()
    assert Run.objects.get().lookup_ended_at is None


def test_a_lookup_ends_when_its_worker_is_asked_to_stop(client: Client, unknown: Run) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    execution.stopping.set()
    lookup.look_up(unknown.pk)
    assert Run.objects.get().last_error == lookup.STOPPED


def test_a_late_lookup_cannot_overwrite_a_newer_one(client: Client, unknown: Run) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    late = Run.objects.get()
    Run.objects.update(lookup_started_at=timezone.now() + timedelta(seconds=1))
    assert not late.end_lookup([])


def test_a_lookup_after_the_run_was_linked_does_nothing(
    client: Client, upstream: FakeWaveSpeed, unknown: Run
) -> None:
    client.post(f"/runs/{unknown.pk}/lookup/")
    unknown.link("p1")
    before = upstream.request_count
    lookup.look_up(unknown.pk)
    assert upstream.request_count == before


@pytest.mark.parametrize("action", ["lookup", "link"])
def test_an_action_is_no_get(client: Client, unknown: Run, action: str) -> None:
    assert client.get(f"/runs/{unknown.pk}/{action}/").status_code == 405


def test_late_proof_of_the_submission_wins_over_a_person_who_is_too_slow(
    client: Client, unknown: Run
) -> None:
    run = looked_up(client, unknown)
    assert Run.objects.get().record_submission("p1", {})
    assert not run.link(run.candidates[0]["id"])
