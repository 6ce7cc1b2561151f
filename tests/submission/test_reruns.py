"""Run again: a new run that stands alone, linked to the one it repeats, with what changed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from playground.catalog import entries
from playground.connections.models import ListedModel
from playground.images import store
from playground.results.drift import drift_of
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat
from playground.submission.request import AttachedImage, Options, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
SPRING = timezone.now() - timedelta(days=200)


def again(run: Run, **fields: Any) -> Run:
    """Press Run again and let a worker carry it to its end."""
    made = repeat.rerun(run, repeat.rerun_token(run), **fields)
    execution.execute(made.pk)
    return Run.objects.select_related("rerun_of").get(pk=made.pk)


def change(run: Run, **values: object) -> Run:
    Run.objects.filter(pk=run.pk).update(**values)
    return Run.everything.get(pk=run.pk)


def page(client: Client, run: Run) -> str:
    return client.get(f"/runs/{run.pk}/").content.decode()


def test_it_asks_the_same_with_the_same_pictures(carried: Any) -> None:
    attached = AttachedImage(image=store.store(png()), name="a.png")
    options = Options(temperature=0.4, max_tokens=99, reasoning=True, max_edge=1024)
    run = carried("Why?", system_prompt="Brief.", images=(attached,), options=options)
    names = ("prompt", "system_prompt", "temperature", "max_tokens", "reasoning", "max_edge")
    new = again(run)
    assert [getattr(new, name) for name in names] == [getattr(run, name) for name in names]
    assert new.images.get().image_id == run.images.get().image_id


def test_a_comparison_is_not_disturbed() -> None:
    comparison = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(comparison, Comparison)
    cells = list(comparison.cells())
    for run in cells:
        execution.execute(run.pk)
    new = again(Run.objects.get(pk=cells[1].pk))
    assert (new.comparison_id, new.rerun_of_id) == (None, cells[1].pk)
    assert list(comparison.cells()) == cells


def test_a_double_click_is_one_run_and_the_next_press_another(client: Client, carried: Any) -> None:
    run = carried()
    pressed = [token_of(page(client, run)) for _ in range(2)]
    first = [press_again(client, run, token) for token in pressed]
    second = press_again(client, run, token_of(page(client, run)))
    assert first[0] == first[1] != second
    assert run.reruns.count() == 2


def token_of(text: str) -> str:
    found = re.search(r'name="form_token" value="(rerun-[^"]+)"', text)
    assert found
    return found[1]


def press_again(client: Client, run: Run, token: str, **fields: str) -> str:
    response = client.post(f"/runs/{run.pk}/rerun/", {"form_token": token, **fields})
    assert response.status_code == 303
    return str(response["Location"])


def test_a_rerun_that_was_deleted_does_not_block_the_next(client: Client, carried: Any) -> None:
    run = carried()
    change(again(run), deleted_at=timezone.now())
    press_again(client, run, token_of(page(client, run)))
    assert run.reruns.count() == 1


def test_a_run_that_has_not_ended_is_not_run_again(client: Client, ask: Any) -> None:
    run = ask()
    assert "/rerun/" not in page(client, run)
    assert press_again(client, run, "t") == f"/runs/{run.pk}/"
    assert Run.objects.count() == 1


@pytest.mark.parametrize("status", RunStatus.ended())
def test_any_ended_run_can_be_run_again(client: Client, ask: Any, status: str) -> None:
    run = change(ask(), status=status, finished_at=timezone.now())
    text = page(client, run)
    assert f'action="/runs/{run.pk}/rerun/"' in text
    assert ("Run again (may cost twice)" in text) == (status == RunStatus.UNKNOWN)


def test_both_pages_name_the_other(client: Client, carried: Any) -> None:
    run = change(carried(), created_at=SPRING)
    new = again(run)
    assert f'Run again of <a href="/runs/{run.pk}/">' in page(client, new)
    assert f'<a href="/runs/{new.pk}/">' in page(client, run)


def test_a_deleted_ancestor_is_not_linked(client: Client, carried: Any) -> None:
    run = carried()
    new = again(run)
    change(run, deleted_at=timezone.now())
    assert str(run.pk) not in page(client, new)
    Run.everything.filter(pk=run.pk).delete()
    assert "Run again of" not in page(client, new)


def test_the_two_answers_are_compared_word_by_word(
    client: Client, upstream: FakeWaveSpeed, carried: Any
) -> None:
    upstream.configure(answer=lambda _: "The total is 41.20 kr.")
    run = carried()
    upstream.configure(answer=lambda _: "The total is 47.20 kr.")
    text = page(client, again(run))
    assert "Same model, same prompt, no images; nothing differs." in text
    assert "1 word went and 1 word came." in text
    assert "<del> 41.20</del>" in text
    assert "<ins> 47.20</ins>" in text


def test_the_same_answer_is_said_to_be(upstream: FakeWaveSpeed, carried: Any) -> None:
    upstream.configure(answer=lambda _: "Red.")
    drift = drift_of(again(carried()))
    assert drift
    assert (drift.answers, drift.changes) == ("The answers are the same, word for word.", [])


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ({"status": "failed"}, "Only one of the two runs has an answer."),
        ({"flagged": True}, "They are not compared here."),
    ],
)
def test_answers_that_cannot_be_compared_are_not(
    client: Client, upstream: FakeWaveSpeed, carried: Any, then: dict[str, Any], words: str
) -> None:
    upstream.configure(answer=lambda _: "secret")
    run = carried()
    new = again(run)
    change(run, **then)
    drift = page(client, new).partition('id="drift"')[2].partition("</section>")[0]
    assert words in drift
    assert "<ins>" not in drift


def test_a_rerun_that_failed_is_said_to_have_cost_nothing(
    upstream: FakeWaveSpeed, carried: Any
) -> None:
    new = again(change(carried(), price="0.002"))
    drift = drift_of(change(new, status="failed", price="0.002"))
    assert drift
    assert ("Cost", "about $0.002", "None") in drift.facts


def test_a_model_that_left_the_catalogue_is_replaced_by_choice(
    client: Client, carried: Any
) -> None:
    run = change(carried(), model_id="google/gemini-2.0-pro-exp")
    text = page(client, run)
    assert "gemini-2.0-pro-exp has left the catalogue" in text
    offered = re.findall(r'<option value="([^"]+)"', text.partition('id="rerun-model"')[2])
    assert offered[0].startswith("google/")
    assert sorted(offered) == sorted(model.id for model in entries.models())
    press_again(client, run, token_of(text), model=offered[0])
    assert Run.objects.get(rerun_of=run).model_id == offered[0]


@pytest.mark.parametrize("model", ["google/gemini-1.9-flash", FLASH])
def test_a_model_that_nobody_lists_any_more_may_be_tried_and_the_nearest_are_offered(
    client: Client, upstream: FakeWaveSpeed, carried: Any, model: str
) -> None:
    run = change(carried(), model_id=model)
    if model == FLASH:  # of the catalogue, and left out of the provider's list since
        ListedModel.objects.create(provider="wavespeed", model_id=GPT)
    cache.clear()
    text = page(client, run)
    assert "is not in the catalogue now" in text
    offered = re.findall(r'<option value="([^"]+)"', text.partition('id="rerun-model"')[2])
    assert (offered[0], len(offered) > 1, len(set(offered))) == (model, True, len(offered))
    press_again(client, run, token_of(text), model=offered[1])
    assert Run.objects.get(rerun_of=run).model_id == offered[1]


@pytest.mark.parametrize("model", ["", "acme/none"])
def test_without_a_model_of_the_catalogue_nothing_is_sent(
    client: Client, carried: Any, model: str
) -> None:
    run = change(carried(), model_id="acme/gone")
    response = client.post(f"/runs/{run.pk}/rerun/", {"form_token": "t", "model": model})
    assert response.status_code == 422
    assert "Nothing was sent." in response.content.decode()
    assert Run.objects.count() == 1


def test_another_model_with_the_same_button_is_another_run(client: Client, carried: Any) -> None:
    run = change(carried(), model_id="acme/gone")
    token = repeat.rerun_token(run)
    assert press_again(client, run, token, model=FLASH) != press_again(
        client, run, token, model=GPT
    )


def test_the_nearest_model_is_of_the_vendor_then_of_the_tier() -> None:
    found = entries.nearest("anthropic/claude-3.6-sonnet", 3, entries.models())
    nearest = [model.id for model in found]
    assert nearest[:3] == [
        "anthropic/claude-3.7-sonnet",
        "anthropic/claude-3.5-sonnet",
        "anthropic/claude-3-haiku",
    ]
    assert entries.find(nearest[3]).is_premium


def test_json_names_the_ancestor(client: Client, carried: Any) -> None:
    run = carried()
    new = again(run)
    assert client.get(f"/runs/{new.pk}.json").json()["rerun_of"] == str(run.pk)


def test_a_retry_that_was_deleted_does_not_block_the_next(client: Client, ask: Any) -> None:
    run = change(ask(), status=RunStatus.FAILED, finished_at=timezone.now())
    made = repeat.retry(run, repeat.retry_token(run, 0))
    change(made, deleted_at=timezone.now())
    found = re.search(r'name="form_token" value="(again-[^"]+)"', page(client, run))
    assert found
    client.post(f"/runs/{run.pk}/retry/", {"form_token": found[1]})
    assert run.retries.count() == 1
