"""The Run screen, its fragment, its other forms, and one action for each button."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.history import deletion
from playground.images import store
from playground.images.models import Image
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage, Options
from playground.worker.models import Worker
from tests.conftest import markup, png
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
HTMX = {"HX-Request": "true"}


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return markup(response)


def end(run: Run, status: RunStatus, **values: object) -> Run:
    Run.objects.filter(pk=run.pk).update(status=status, finished_at=timezone.now(), **values)
    run.refresh_from_db()
    return run


def test_a_waiting_run_polls_for_itself(client: Client, ask: Press) -> None:
    run = ask()
    text = page(client, f"/runs/{run.pk}/")
    assert f'hx-get="/runs/{run.pk}/status/?view=page&amp;seen=' in text
    assert 'hx-trigger="load, every 500ms"' in text


def test_polls_grow_apart_as_a_run_ages(client: Client, ask: Press) -> None:
    run = ask()
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert 'hx-trigger="load, every 4s"' in page(client, f"/runs/{run.pk}/status/")


@pytest.mark.parametrize("address", ["/", "/status/", "/status/?view=page"])
def test_a_finished_run_does_not_poll(client: Client, carried: Press, address: str) -> None:
    run = carried()
    assert "hx-trigger" not in page(client, f"/runs/{run.pk}{address}")


def test_the_poll_that_brings_the_end_announces_it(client: Client, carried: Press) -> None:
    text = page(client, f"/runs/{carried().pk}/status/")
    assert 'id="announcer" hx-swap-oob="outerMorph">The run has ended</p>' in text


def test_the_demo_is_labelled(client: Client, carried: Press) -> None:
    assert "Demo: no model looked at this" in page(client, f"/runs/{carried().pk}/")


def test_the_page_shows_request_response_and_code(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    text = page(client, f"/runs/{carried().pk}/")
    assert "enable_sync_mode" in text
    assert "has_nsfw_contents" in text
    assert "WAVESPEED_API_KEY" in text
    assert upstream.key not in text


def test_a_flagged_answer_is_folded_away(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("poll", Fault.data(status="completed", outputs=["x"], has_nsfw_contents=[True]))
    text = page(client, f"/runs/{carried().pk}/status/")
    assert "The provider flagged this answer as sensitive" in text
    assert '<details class="disclosure"><summary>' in text


def test_an_unknown_outcome_says_that_it_may_have_been_billed(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("submit", Fault.reset(accepted=True))
    text = page(client, f"/runs/{carried().pk}/")
    assert "It may have been billed." in text
    assert "Send again (may cost twice)" in text


def test_the_words_of_the_provider_are_quoted(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.fault("submit", Fault.answer(400, {"code": 400, "message": "<b>too odd</b>"}))
    text = page(client, f"/runs/{carried().pk}/")
    assert "&lt;b&gt;too odd&lt;/b&gt;" in text
    assert "Nothing was charged." in text


def test_a_run_that_waits_without_a_worker_says_how_to_start_one(
    client: Client, ask: Press
) -> None:
    run = ask()
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=10))
    assert "python manage.py worker" in page(client, f"/runs/{run.pk}/status/")
    Worker.objects.create(name="host:1:a")
    assert "python manage.py worker" not in page(client, f"/runs/{run.pk}/status/")


def test_a_queued_run_shows_its_place(client: Client, ask: Press) -> None:
    ask()
    second = ask()
    assert "1 run ahead" in page(client, f"/runs/{second.pk}/status/")


def test_a_model_that_left_the_catalogue_still_has_a_page(client: Client, ask: Press) -> None:
    run = ask()
    end(run, RunStatus.COMPLETED, model_id="acme/gone-1", output="x", output_html="<p>x</p>")
    assert "gone-1" in page(client, f"/runs/{run.pk}/")
    assert page(client, f"/?from={run.pk}")


def test_a_poll_of_a_deleted_run_ends(client: Client) -> None:
    response = client.get(f"/runs/{uuid.uuid4()}/status/", headers=HTMX)
    assert response.status_code == 404
    assert "This run no longer exists" in response.content.decode()
    assert "hx-trigger" not in response.content.decode()


@pytest.mark.parametrize("form", ["/", ".json", ".md"])
def test_a_run_that_never_was_is_a_404(client: Client, form: str) -> None:
    assert client.get(f"/runs/{uuid.uuid4()}{form}").status_code == 404


def test_json_gives_the_exact_request_and_response(
    client: Client, upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(options=Options(temperature=0.5))
    data = client.get(f"/runs/{run.pk}.json").json()
    assert data["request"] == upstream.submissions[0].body
    assert data["response"]["data"]["outputs"] == [data["output"]]


def test_markdown_gives_prompt_settings_and_answer(client: Client, carried: Press) -> None:
    response = client.get(f"/runs/{carried('Why?').pk}.md")
    text = response.content.decode()
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert text.index("Why?") < text.index("No model looked at this")


def test_cancel_before_sending_says_that_nothing_was_charged(client: Client, ask: Press) -> None:
    run = ask()
    assert client.post(f"/runs/{run.pk}/cancel/").status_code == 303
    assert "Nothing was charged." in page(client, f"/runs/{run.pk}/")


def test_stopping_to_wait_offers_to_check_again(client: Client, ask: Press) -> None:
    run = ask()
    Run.objects.update(status=RunStatus.PROCESSING, prediction_id="p1")
    text = client.post(f"/runs/{run.pk}/cancel/", headers=HTMX).content.decode()
    assert "You stopped waiting for this run" in text
    assert "Check again" in text


def test_check_again_polls_on_and_sends_nothing(client: Client, ask: Press) -> None:
    run = end(ask(), RunStatus.CANCELLED, prediction_id="p1")
    client.post(f"/runs/{run.pk}/check/")
    run.refresh_from_db()
    assert (run.status, run.submit_started_at) == (RunStatus.PROCESSING, None)


def test_a_run_that_is_being_sent_cannot_be_cancelled_or_deleted(
    client: Client, ask: Press
) -> None:
    run = ask()
    Run.objects.update(status=RunStatus.SUBMITTING)
    client.post(f"/runs/{run.pk}/cancel/")
    assert client.post(f"/runs/{run.pk}/delete/").status_code == 409
    assert Run.objects.get().status == RunStatus.SUBMITTING


def test_retry_goes_to_a_new_run_that_names_its_ancestor(client: Client, carried: Press) -> None:
    run = carried()
    address = client.post(f"/runs/{run.pk}/retry/", {"form_token": "t"})["Location"]
    assert address != f"/runs/{run.pk}/"
    assert run.short_id in page(client, address)


def test_a_star_is_set_to_what_the_button_says(client: Client, carried: Press) -> None:
    run = carried()
    for _ in range(2):
        client.post(f"/runs/{run.pk}/star/", {"starred": "1"})
    assert Run.objects.get().starred
    client.post(f"/runs/{run.pk}/star/", {"starred": "0"})
    assert not Run.objects.get().starred


def test_deleting_a_run_deletes_what_only_it_used(client: Client, carried: Press) -> None:
    mine, shared = (AttachedImage(image=store.store(png(c))) for c in ("red", "blue"))
    run, other = carried(images=(mine, shared)), carried(images=(shared,))
    assert client.post(f"/runs/{run.pk}/delete/")["Location"].startswith("/runs/?deleted=")
    Run.everything.filter(pk=run.pk).update(deleted_at=timezone.now() - deletion.GONE_AFTER)
    deletion.purge()
    assert list(Run.objects.all()) == [other]
    assert list(Image.objects.all()) == [shared.image]


def test_open_in_playground_fills_the_form_from_the_run(client: Client, carried: Press) -> None:
    attached = AttachedImage(image=store.store(png()), name="a.png")
    options = Options(temperature=0.7, max_tokens=33, reasoning=True, priority="throughput")
    run = carried("Why?", system_prompt="Brief.", images=(attached,), options=options)
    text = page(client, f"/?from={run.pk}")
    for part in ("Why?", "Brief.", attached.reference, 'value="0.7"', 'value="33"'):
        assert part in text
    assert 'value="throughput" checked' in text


@pytest.mark.parametrize("action", ["cancel", "check", "retry", "star", "delete"])
def test_an_action_is_no_get(client: Client, carried: Press, action: str) -> None:
    assert client.get(f"/runs/{carried().pk}/{action}/").status_code == 405


def test_a_poll_of_a_waiting_run_makes_few_queries(
    client: Client, ask: Press, django_assert_max_num_queries: Callable[..., object]
) -> None:
    run = ask()
    Run.objects.update(status=RunStatus.PROCESSING)
    client.get(f"/runs/{run.pk}/status/")
    with django_assert_max_num_queries(2):
        client.get(f"/runs/{run.pk}/status/")


def test_a_poll_that_failed_says_so_and_when_the_next_one_is(client: Client, ask: Press) -> None:
    run = ask()
    soon = timezone.now() + timedelta(seconds=800)
    values = {"status": RunStatus.PROCESSING, "last_error": "temporary: 503", "not_before": soon}
    Run.objects.update(**values)
    text = page(client, f"/runs/{run.pk}/status/")
    assert "temporary: 503" in text
    assert re.search(r"The next look is in about [3-8]\d\d s\.", text)  # less, where all is slow


def test_a_queued_run_says_how_long_it_waits(client: Client, ask: Press) -> None:
    run = ask()
    Worker.objects.create(name="host:1:a")
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=42))
    text = page(client, f"/runs/{run.pk}/status/")
    assert re.search(r'In the queue for<span data-elapsed="[4-9]\d\.', text)
