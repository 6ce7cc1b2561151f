"""A worker carries a run: what is sent, what is stored, and what each fault makes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from playground.images import store
from playground.providers.base import ErrorKind, ProviderError, Received
from playground.runs.failures import may_ask_again
from playground.runs.models.received import ReceivedAnswer
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import repeat
from playground.submission.request import AttachedImage, Options
from playground.worker import execution, finishing, lookup, questions, uploads
from tests.conftest import FLASH, GPT, HAIKU, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


def attached(colour: str = "teal") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name=f"{colour}.png")


def test_without_a_key_the_demo_answers_and_says_that_no_model_looked(carried: Press) -> None:
    run = carried(images=(attached(),))
    assert (run.provider, run.status) == ("demo", RunStatus.COMPLETED)
    assert "No model looked at this" in run.output
    assert "40" in run.output


def test_an_answer_is_stored_with_its_html(upstream: FakeWaveSpeed, carried: Press) -> None:
    upstream.configure(answer={FLASH: "# Sign\n\n**Mind** the gap"})
    run = carried()
    assert (run.status, run.output) == (RunStatus.COMPLETED, "# Sign\n\n**Mind** the gap")
    assert "<strong>Mind</strong>" in run.output_html


def test_the_stored_request_is_what_the_provider_received(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    options = Options(temperature=0.4, max_tokens=64, reasoning=True, priority="throughput")
    run = carried("Two?", images=(attached(), attached("red")), options=options)
    assert run.request == upstream.submissions[0].body
    assert len(run.request["images"]) == 2


def test_unset_options_are_not_sent(upstream: FakeWaveSpeed, carried: Press) -> None:
    carried()
    body = upstream.submissions[0].body
    assert not {"temperature", "max_tokens", "system_prompt"} & set(body)
    assert (body["priority"], body["enable_sync_mode"]) == ("latency", False)


def test_everything_the_provider_says_is_in_the_stored_response(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried()
    seed = {"id", "model", "outputs", "urls", "has_nsfw_contents", "status", "created_at"}
    assert seed | {"error", "timings"} <= set(run.response["data"])
    assert run.prediction_id == run.response["data"]["id"]


def test_a_picture_goes_to_the_provider_once_for_all_runs(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    picture = attached()
    for model in (FLASH, GPT, HAIKU):
        carried(model=model, images=(picture,))
    assert len(upstream.uploads) == 1


def test_an_expired_upload_is_made_again(upstream: FakeWaveSpeed, carried: Press) -> None:
    from playground.images.models import ProviderUpload

    picture = attached()
    carried(images=(picture,))
    ProviderUpload.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    carried(images=(picture,))
    assert len(upstream.uploads) == 2


def test_a_failed_ticket_and_put_are_tried_again_before_anything_is_submitted(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("ticket", Fault.answer(503))
    upstream.fault("legacy", Fault.answer(503))
    run = carried(images=(attached(),))
    assert run.status in {RunStatus.COMPLETED, RunStatus.QUEUED}
    assert len(upstream.submissions) <= 1


REFUSALS = [
    (Fault.answer(400), "invalid"),
    (Fault.answer(401), "key"),
    (Fault.answer(402), "credit"),
    (Fault.answer(403, {"code": 403, "message": "Please top up"}), "credit"),
    (Fault.answer(403), "key"),
    (Fault.answer(404), "not_found"),
    (Fault.envelope(400, "Insufficient credits. Please top up."), "credit"),
    (Fault.envelope(1407, "no"), "credit"),
]


@pytest.mark.parametrize(("fault", "kind"), REFUSALS)
def test_a_refused_submission_has_failed_and_is_not_sent_again(
    upstream: FakeWaveSpeed, carried: Press, fault: Fault, kind: str
) -> None:
    upstream.fault("submit", fault, times=5)
    run = carried()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, kind)
    assert len(upstream.submissions) == 0


UNKNOWNS = [
    Fault.answer(500, accepted=True),
    Fault.answer(503),
    Fault.html(502),
    Fault.html(200),
    Fault.reset(),
    Fault.reset(accepted=True),
    Fault.truncated(),
    Fault.short(),
    Fault.empty(),
    Fault.empty(accepted=True),
    Fault.null(),
    Fault.answer(408),
    Fault.data(id="../../evil"),
]


@pytest.mark.parametrize("fault", UNKNOWNS)
def test_a_submission_that_may_have_been_accepted_is_unknown_and_never_sent_again(
    upstream: FakeWaveSpeed, carried: Press, fault: Fault
) -> None:
    upstream.fault("submit", fault)
    run = carried()
    assert (run.status, run.error_kind) == (RunStatus.UNKNOWN, "unknown_outcome")
    execution.execute(run.pk)
    assert len(upstream.submissions) <= 1


def test_a_full_rate_limit_is_waited_out_and_submitted_once(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("submit", Fault.answer(429, headers={"Retry-After": "1"}))
    run = carried()
    assert (run.status, len(upstream.submissions)) == (RunStatus.COMPLETED, 1)
    assert run.submit_started_at - run.created_at > timedelta(seconds=1)


def test_a_provider_that_is_not_there_is_failed_after_a_few_tries(
    settings: SettingsWrapper, ask: Press
) -> None:
    settings.WAVESPEED_API_KEY, settings.WAVESPEED_BASE_URL = "test-key", "http://127.0.0.1:9"
    run = ask()
    Run.objects.update(attempts=2)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "not_sent")


POLL_FAULTS = [
    Fault.answer(500),
    Fault.html(502),
    Fault.answer(429, headers={"Retry-After": "1"}),
    Fault.reset(),
    Fault.truncated(),
    Fault.empty(),
    Fault.null(),
    Fault.answer(401),
    Fault.answer(404),
    Fault.data(status="pondering"),
]


@pytest.mark.parametrize("fault", POLL_FAULTS)
def test_a_poll_that_fails_does_not_fail_the_run(
    upstream: FakeWaveSpeed, carried: Press, fault: Fault
) -> None:
    upstream.fault("poll", fault)
    run = carried()
    assert (run.status, run.last_error) == (RunStatus.COMPLETED, "")


def test_a_run_that_never_ends_is_given_up_at_the_deadline_and_can_be_asked_again(
    upstream: FakeWaveSpeed, carried: Press, settings: SettingsWrapper
) -> None:
    settings.RUN_DEADLINE = 1
    upstream.configure(delay=3600)
    run = carried()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "deadline")
    assert run.ask_again()
    assert run.status == RunStatus.PROCESSING


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("failed", RunStatus.FAILED),
        ("timeout", RunStatus.FAILED),
        ("deleted", RunStatus.FAILED),
        ("cancelled", RunStatus.CANCELLED),
    ],
)
def test_every_end_state_of_the_provider_ends_the_run(
    upstream: FakeWaveSpeed, carried: Press, status: str, ends: RunStatus
) -> None:
    upstream.fault("poll", Fault.data(status=status, error="because", outputs=[]))
    run = carried()
    assert (run.status, run.error_detail) == (ends, "because")


def test_an_empty_answer_is_completed_and_says_so(upstream: FakeWaveSpeed, carried: Press) -> None:
    upstream.fault("poll", Fault.data(outputs=[]))
    run = carried()
    assert (run.status, run.output, run.output_html) == (RunStatus.COMPLETED, "", "")


ODD = [
    ["a\x00b", "a\ufffdb"],
    ["a\ud800b", "a\ufffdb"],
    [{"text": "inside"}, "inside"],
    [{"n": 1}, '{"n": 1}'],
    [7, "7"],
]


@pytest.mark.parametrize(("output", "kept"), ODD, ids=repr)
def test_odd_outputs_are_kept(
    upstream: FakeWaveSpeed, carried: Press, output: object, kept: str
) -> None:
    upstream.fault("poll", Fault.data(status="completed", outputs=[output]))
    run = carried()
    assert run.status == RunStatus.COMPLETED
    assert json.loads(kept) == json.loads(run.output) if kept[0] == "{" else kept == run.output


def test_20_mb_of_text_are_cut_with_a_notice(upstream: FakeWaveSpeed, carried: Press) -> None:
    upstream.fault("poll", Fault.data(status="completed", outputs=["word " * 4_000_000]))
    run = carried()
    assert (run.status, run.output_cut, len(run.output)) == (RunStatus.COMPLETED, True, 2_000_000)


@pytest.mark.parametrize("value", ["word " * 100_000, 2**64, -(10**3000), 0.1, 4e-7, [{"a": None}]])
def test_the_response_is_kept_exactly(
    upstream: FakeWaveSpeed, carried: Press, value: object
) -> None:
    upstream.fault("poll", Fault.data(status="completed", outputs=["x"], more=value))
    assert carried().response["data"]["more"] == value


def test_an_integer_of_absurd_length_costs_no_answer(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    odd = b'{"code": 200, "data": {"id": "p", "status": "completed", "outputs": ["x"], "n": 1%s}}'
    upstream.fault("poll", Fault(body=odd % (b"0" * 5000)))
    assert carried().output == "x"


def test_a_flag_of_the_provider_is_kept(upstream: FakeWaveSpeed, carried: Press) -> None:
    upstream.fault("poll", Fault.data(status="completed", outputs=["x"], has_nsfw_contents=[True]))
    assert carried().flagged


def test_an_answer_is_never_overwritten(upstream: FakeWaveSpeed, carried: Press) -> None:
    run = carried()
    assert not run.finish(RunStatus.FAILED, error_kind="late")
    assert not run.cancel()
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED


def test_a_run_that_was_cancelled_before_it_was_sent_is_not_sent(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = ask()
    assert run.cancel()
    execution.execute(run.pk)
    assert (len(upstream.submissions), run.status) == (0, RunStatus.CANCELLED)


def test_only_one_of_two_workers_can_claim_a_run(ask: Press) -> None:
    run = ask()
    again = Run.objects.get(pk=run.pk)
    assert run.claim("a")
    assert not again.claim("b")


def test_a_claim_that_was_lost_cannot_submit(ask: Press) -> None:
    run = ask()
    run.claim("a")
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    other = Run.objects.get(pk=run.pk)
    assert other.claim("b")
    assert not run.begin_submission({})
    assert other.begin_submission({})


def test_no_more_runs_are_in_flight_than_the_provider_may_have(
    upstream: FakeWaveSpeed, ask: Press, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_CONCURRENCY = 2
    runs = [ask() for _ in range(3)]
    claimed = [execution._take(run.pk) for run in runs]
    assert [bool(run) for run in claimed] == [True, True, False]


def test_whoever_waits_longest_comes_first(
    upstream: FakeWaveSpeed, ask: Press, settings: SettingsWrapper
) -> None:
    settings.WAVESPEED_CONCURRENCY = 1
    first, second = ask(), ask()
    taken = execution._take(second.pk)
    assert taken
    assert taken.pk == first.pk


def test_a_message_whose_run_was_taken_along_serves_whoever_waits(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    first, second = ask(), ask()
    taken = execution._take(second.pk)
    assert taken == first
    assert taken.begin_submission({})
    assert execution._take(first.pk) == second


def test_a_worker_that_is_asked_to_stop_hands_its_run_over(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = ask()
    run.claim("a")
    run.begin_submission({})
    run.record_submission("p1", {})
    execution.stopping.set()
    execution._follow(run)
    run.refresh_from_db()
    assert run.status == RunStatus.PROCESSING
    assert run.lease_until <= timezone.now()


def told() -> list[str]:
    """The runs that workers have been told about."""
    return [task.args[0] for task in HUEY.pending()]


def test_a_worker_that_is_asked_to_stop_tells_another_one(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = ask()
    run.claim("a")
    run.begin_submission({})
    run.record_submission("p1", {})
    HUEY.flush()
    execution.stopping.set()
    execution._follow(run)
    assert told() == [str(run.pk)]


def test_a_run_that_was_claimed_as_the_worker_stopped_goes_back_at_once(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = execution._take(ask().pk)
    assert run
    HUEY.flush()
    execution.stopping.set()
    execution._go_on(run)
    assert (Run.objects.claimable().get(), told()) == (run, [str(run.pk)])
    assert upstream.submissions == []


def test_nothing_is_sent_that_a_stop_would_cut_off(
    upstream: FakeWaveSpeed, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is asked to stop while it uploads the pictures."""
    run = ask()
    monkeypatch.setattr(uploads, "addresses", lambda *_: execution.stopping.set() or ())
    execution.execute(run.pk)
    assert Run.objects.claimable().get() == run
    assert upstream.submissions == []


def test_a_message_that_a_stopping_worker_took_is_passed_on(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    run = ask()
    HUEY.flush()
    execution.stopping.set()
    execution.execute(run.pk)
    assert (Run.objects.claimable().get(), told()) == (run, [str(run.pk)])


def test_a_claim_that_was_given_back_sends_nothing(ask: Press) -> None:
    run = ask()
    run.claim("a")
    late = Run.objects.get(pk=run.pk)
    assert run.let_go()
    assert not late.begin_submission({})


def test_late_proof_turns_an_unknown_run_into_a_processing_one(ask: Press) -> None:
    run = ask()
    run.claim("a")
    run.begin_submission({})
    Run.objects.filter(pk=run.pk).update(status=RunStatus.UNKNOWN, finished_at=timezone.now())
    assert run.record_submission("p1", {})
    run.refresh_from_db()
    assert (run.status, run.finished_at) == (RunStatus.PROCESSING, None)


def test_a_retry_is_a_new_run_linked_to_its_ancestor(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried("Again?", images=(attached(),))
    attempt = repeat.retry(run, "t2")
    assert (attempt.retry_of, attempt.prompt) == (run, "Again?")
    assert attempt.images.get().image_id == run.images.get().image_id


def test_a_retry_pressed_twice_is_one_run(upstream: FakeWaveSpeed, carried: Press) -> None:
    run = carried()
    assert repeat.retry(run, "t2") == repeat.retry(run, "t2")
    assert Run.objects.count() == 2


def test_the_database_refuses_two_runs_of_one_press(ask: Press) -> None:
    from django.db import IntegrityError

    run = ask(form_token="t1")
    run.pk = None
    with pytest.raises(IntegrityError):
        Run.objects.create(
            form_token="t1", position=0, units=1, provider="demo", model_id=FLASH, prompt="x"
        )


def test_an_error_kind_of_the_provider_has_words(ask: Press) -> None:
    from playground.runs.failures import FAILURES

    unsent = {ErrorKind.UNKNOWN, ErrorKind.MALFORMED}
    assert {kind.value for kind in ErrorKind if kind not in unsent} <= set(FAILURES)
    assert ProviderError(ErrorKind.UNKNOWN).may_have_been_accepted


def test_a_fault_of_ours_before_sending_is_tried_again_and_then_failed(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    from playground.images.models import ImageVariant

    picture = attached()
    run = ask(images=(picture,))
    ImageVariant.objects.get().file.delete(save=False)
    for _ in range(execution.MAX_ATTEMPTS):
        Run.objects.update(not_before=None)
        execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "internal")
    assert upstream.submissions == []


def test_a_queue_that_is_away_is_no_error(
    ask: Press, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from huey.contrib.djhuey import HUEY

    def away(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    run = ask()
    Run.objects.update(status=RunStatus.CANCELLED, finished_at=timezone.now(), prediction_id="p1")
    monkeypatch.setattr(HUEY, "enqueue", away)
    assert client.post(f"/runs/{run.pk}/check/").status_code == 303
    run.refresh_from_db()
    assert run.status == RunStatus.PROCESSING


def taken_up_late(run: Run, prediction: str) -> Run:
    """Follow a run whose worker was killed, and whose deadline has passed since."""
    return taken_up(run, prediction, poll_until=timezone.now())


def taken_up(run: Run, prediction: str, **changes: object) -> Run:
    """Follow a run whose worker was killed."""
    run.claim("gone")
    run.begin_submission({})
    run.record_submission(prediction, {})
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now(), **changes)
    execution.execute(run.pk)
    run.refresh_from_db()
    return run


def test_an_answer_that_was_there_is_taken_after_the_deadline(
    upstream: FakeWaveSpeed, ask: Press
) -> None:
    prediction = upstream.account.submit({"prompt": "x", "model": "m"}).id
    run = taken_up_late(ask(), prediction)
    assert (run.status, run.output) == (RunStatus.COMPLETED, 'm was asked: "x"')


def test_a_fault_after_the_deadline_is_no_answer_yet(upstream: FakeWaveSpeed, ask: Press) -> None:
    prediction = upstream.account.submit({"prompt": "x", "model": "m"}).id
    upstream.fault("poll", Fault.answer(503))
    assert taken_up_late(ask(), prediction).status == RunStatus.COMPLETED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_result_that_is_refused_for_a_minute_is_not_known(
    upstream: FakeWaveSpeed, carried: Press, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(questions, "REFUSED_FOR", timedelta(seconds=0.5))
    upstream.fault("poll", Fault.answer(status, {"message": "Not for you"}), times=20)
    run = carried()
    assert (run.status, run.error_kind) == (RunStatus.UNKNOWN, "result_refused")
    assert run.error_detail == "Not for you"
    assert may_ask_again(run)
    assert not lookup.may_look_up(run)


def test_the_minute_of_a_refusal_goes_on_at_the_next_worker(
    upstream: FakeWaveSpeed, ask: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, prediction = ask(), upstream.account.submit({"prompt": "x", "model": "m"}).id
    upstream.fault("poll", Fault.answer(401), times=3)
    with monkeypatch.context() as stopped:
        ends = iter([False, False, True])  # a wait for the poll, one in line, and the next poll's
        stopped.setattr(execution.stopping, "wait", lambda _seconds: next(ends))
        taken_up(run, prediction)
    Run.objects.update(refused_since=F("refused_since") - questions.REFUSED_FOR)
    execution.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, upstream.polls) == (RunStatus.UNKNOWN, 2)


def test_a_key_that_comes_back_within_the_minute_goes_on(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("poll", Fault.answer(401))
    assert carried().status == RunStatus.COMPLETED


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_is_no_refusal(
    upstream: FakeWaveSpeed, carried: Press, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(questions, "REFUSED_FOR", timedelta(0))
    upstream.fault("poll", Fault.answer(status))
    assert carried().status == RunStatus.COMPLETED


def test_a_page_says_with_what_a_result_is_refused_and_until_when_it_is_asked() -> None:
    told = questions.Questions(deadline=timezone.now() + timedelta(hours=1))
    told.failed(ProviderError(ErrorKind.KEY, "Key revoked", status=401))
    until = timezone.now() + questions.REFUSED_FOR
    assert told.problem.startswith("key: Key revoked (It is asked until ")
    assert f"{until:%H:%M}" in told.problem


def test_a_refusal_that_comes_late_takes_no_place_of_what_came_to_another_worker(
    ask: Press,
) -> None:
    run = ask()
    assert run.claim("first")
    assert run.begin_submission({})
    late = Run.objects.get(pk=run.pk)
    assert run.link("prediction", proven=True)
    assert finishing.keep_received(run, Received(b"the answer", 10))
    assert not finishing.keep_received(late, Received(b"half of one", 11), if_held=True)
    assert ReceivedAnswer.objects.get().body == b"the answer"
