"""Deleting: hidden at once everywhere, taken back for a while, then gone for good."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.accounts.visitor import Visitor
from playground.history import deletion
from playground.images import store
from playground.images.models import Image
from playground.operations.worker_threads import heartbeat
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.submission import create, repeat
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, form, member, png, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

LOCAL = Visitor(local=True)
pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


def delete(client: Client, run: Run) -> str:
    """Press Delete; returns the page that follows."""
    response = client.post(f"/runs/{run.pk}/delete/", follow=True)
    assert response.status_code == 200
    return response.content.decode()


def undo(client: Client, page: str) -> Any:
    moment = re.search(r'name="deleted" value="([^"]+)"', page)
    assert moment
    return client.post("/runs/restore/", {"deleted": moment[1]})


def later(seconds: float) -> None:
    """Let the deletions there are be that much older."""
    hidden = Run.everything.filter(deleted_at__isnull=False)
    hidden.update(deleted_at=timezone.now() - timedelta(seconds=seconds))


def test_a_deleted_run_is_nowhere(client: Client, carried: Press) -> None:
    run = carried("Look for me")
    text = delete(client, run)
    assert "Look for me" not in text
    for ending in ("/", "/status/", ".json", ".md", ".zip"):
        assert client.get(f"/runs/{run.pk}{ending}").status_code == 404
    assert not Run.objects.search("look for me").exists()
    assert "Look for me" not in client.get("/runs/", {"q": "look"}).content.decode()


def test_the_page_that_follows_says_so_and_undo_brings_it_back(
    client: Client, carried: Press
) -> None:
    run = carried("Look for me")
    text = delete(client, run)
    assert "1 run deleted" in text
    assert undo(client, text).headers["Location"] == "/runs/"
    assert client.get(run.get_absolute_url()).status_code == 200


def test_undo_twice_says_that_there_is_nothing_left_to_undo(client: Client, carried: Press) -> None:
    text = delete(client, carried())
    assert [undo(client, text).status_code for _ in range(2)] == [303, 409]


@pytest.mark.parametrize("moment", ["", "x", "2026-01-01T00:00:00+00:00", "9999-12-31T00:00:00Z"])
def test_undo_of_nothing_says_so(client: Client, moment: str) -> None:
    assert client.post("/runs/restore/", {"deleted": moment}).status_code == 409


def look_through() -> None:
    """Once, as a worker does each minute."""
    stopping = threading.Event()
    stopping.set()
    heartbeat(stopping)


@pytest.mark.django_db(transaction=True)
def test_the_offer_ends_and_the_worker_removes_row_and_picture(client: Client, ask: Press) -> None:
    image = store.store(png())
    run = ask(images=(AttachedImage(image=image),))
    text = delete(client, run)
    look_through()
    assert Run.everything.filter(pk=run.pk).exists()
    later(61)
    look_through()
    assert (Run.everything.count(), Image.objects.count()) == (0, 0)
    assert undo(client, text).status_code == 409


def test_a_moment_before_the_sweep_nobody_is_let_in(client: Client, carried: Press) -> None:
    carried_run = carried()
    delete(client, carried_run)
    later(55)
    hidden = Run.everything.get()
    assert hidden.deleted_at
    assert deletion.just_deleted(LOCAL, hidden.deleted_at) == 0
    assert deletion.take_back(LOCAL, hidden.deleted_at) == 0


def test_a_link_dies_at_once_and_lives_again(client: Client, carried: Press) -> None:
    run = carried()
    share = links.share(run, links.Choice())
    text = delete(client, run)
    assert client.get(share.get_absolute_url()).status_code == 404
    undo(client, text)
    assert client.get(share.get_absolute_url()).status_code == 200


def test_a_comparison_without_runs_is_gone_and_comes_back(client: Client) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    moment = deletion.delete(list(started.cells()))
    assert client.get(started.get_absolute_url()).status_code == 404
    deletion.take_back(LOCAL, moment)
    assert client.get(started.get_absolute_url()).status_code == 200


def test_the_rest_of_a_comparison_stays(client: Client) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    deletion.delete([started.cells()[0]])
    assert client.get(started.get_absolute_url()).status_code == 200
    assert started.get_absolute_url() in client.get("/runs/").content.decode()


def test_what_was_tried_before_a_deleted_retry_stands_in_its_place_again() -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    first = started.cells()[0]
    Run.objects.filter(pk=first.pk).update(status=RunStatus.FAILED, finished_at=timezone.now())
    attempt = repeat.retry(first, "again")
    assert started.cells().first() == attempt
    deletion.delete([attempt])
    assert started.cells().first() == first


def test_the_form_pressed_again_brings_the_run_back_and_starts_none(
    client: Client, press: Callable[..., Any]
) -> None:
    fields = form(form_token="once")
    press(**fields)
    run = Run.objects.get()
    delete(client, run)
    assert press(**fields).headers["Location"] == run.get_absolute_url()
    assert list(Run.everything.all()) == list(Run.objects.all()) == [run]


def test_what_is_being_sent_is_not_deleted(client: Client, ask: Press) -> None:
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.SUBMITTING)
    assert client.post(f"/runs/{run.pk}/delete/").status_code == 409
    assert Run.objects.filter(pk=run.pk).exists()


def test_what_waits_is_cancelled_and_deleted(client: Client, ask: Press) -> None:
    run = ask()
    delete(client, run)
    assert Run.everything.get(pk=run.pk).status == RunStatus.CANCELLED


@pytest.mark.usefixtures("accounts")
def test_nobody_takes_back_what_another_member_deleted() -> None:
    ada, bob = member("ada"), member("bob")
    run = create.submit(RunRequest(prompt="Mine", models=(FLASH,)), owner=ada)
    assert isinstance(run, Run)
    page = delete(signed_in(ada), run)
    assert undo(signed_in(bob), page).status_code == 409
    assert undo(signed_in(ada), page).status_code == 303


def test_a_form_of_history_keeps_its_filters(client: Client, carried: Press) -> None:
    carried()
    moment = deletion.delete(list(Run.objects.all())).isoformat()
    back = f"model={FLASH}&after=x&deleted={moment}"
    response = client.post("/runs/restore/", {"deleted": moment, "back": back})
    assert response.headers["Location"] == "/runs/?model=google%2Fgemini-2.0-flash-001"
