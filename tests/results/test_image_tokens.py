"""How many tokens an image is: the same run without it, once, and what the pages say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.exports.as_json import run_as_json
from playground.exports.redaction import EVERYTHING, shown_run
from playground.history import deletion
from playground.images import store
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.sharing import links
from playground.submission import repeat
from playground.submission.request import AttachedImage, Options
from playground.worker import execution
from tests.conftest import FLASH, markup, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
SEER = "seer@local"


@pytest.fixture
def seen(carried: Callable[..., Run], local_server: FakeWaveSpeed) -> Callable[..., Run]:
    local_server.configure(image_tokens=765)
    image = store.store(png())
    return lambda **asked: carried(
        **{"model": SEER, "images": (AttachedImage(image=image),)} | asked
    )


def measure(client: Client, run: Run) -> Any:
    return client.post(f"/runs/{run.pk}/measure/")


def measured(client: Client, run: Run) -> Run:
    address = measure(client, run)["Location"]
    again = Run.objects.get(pk=address.split("/")[2])
    execution.execute(again.pk)
    again.refresh_from_db()
    run.refresh_from_db()
    return again


def test_the_same_is_asked_without_its_images_and_cut_short(
    client: Client, seen: Callable[..., Run], local_server: FakeWaveSpeed
) -> None:
    run = seen()
    again = measured(client, run)
    before, without = map(json.loads, local_server.account.chats)
    question = {"role": "user", "content": run.prompt}
    assert without == before | {"messages": [question], "max_tokens": 16}
    assert (again.rerun_of, again.status) == (run, RunStatus.COMPLETED)
    assert (run.tokens_in, again.tokens_in, run.image_tokens) == (777, 12, 765)


def test_the_page_says_the_cost_first_and_then_the_tokens(
    client: Client, seen: Callable[..., Run]
) -> None:
    run = seen()
    text = markup(client.get(run.get_absolute_url()))
    assert "Measure the image’s tokens" in text
    assert 'at most about <span class="number">$0.00125</span>' in text
    assert "its answer is cut after 16 tokens" in text
    again = measured(client, run)
    text = markup(client.get(run.get_absolute_url()))
    assert "777 in, 34 out; about 765 for images" in text
    assert "without images, to count tokens" in text
    assert "Measure the" not in text
    text = markup(client.get(again.get_absolute_url()))
    assert "<strong>About 765 tokens of the image</strong>" in text
    assert 'id="drift"' not in text


def test_the_published_json_says_it_and_a_link_without_costs_does_not(
    client: Client, seen: Callable[..., Run]
) -> None:
    run = seen()
    assert run_as_json(shown_run(run, EVERYTHING))["image_tokens"] is None
    measured(client, run)
    assert run_as_json(shown_run(run, EVERYTHING))["image_tokens"] == 765
    link = links.share(run, links.Choice(hide_costs=True))
    assert client.get(f"/s/{link.token}.json").json()["image_tokens"] is None


def test_pressed_twice_it_is_one_run(client: Client, seen: Callable[..., Run]) -> None:
    run = seen()
    first, second = measure(client, run), measure(client, run)
    assert first["Location"] == second["Location"]
    measured(client, run)
    assert measure(client, run)["Location"] == first["Location"]
    assert Run.objects.count() == 2


def test_one_that_failed_can_be_measured_again(client: Client, seen: Callable[..., Run]) -> None:
    run = seen()
    measure(client, run)
    Run.objects.exclude(pk=run.pk).update(status=RunStatus.FAILED, finished_at=run.finished_at)
    assert measured(client, run).tokens_in == 12
    assert (run.image_tokens, Run.objects.count()) == (765, 3)


def test_one_that_reasons_is_not_cut_short(client: Client, seen: Callable[..., Run]) -> None:
    options = Options(parameters={"reasoning_effort": 2048}, max_tokens=4000)
    assert measured(client, seen(options=options)).max_tokens == 4000


def test_a_rerun_with_its_images_measures_nothing(seen: Callable[..., Run]) -> None:
    run = seen()
    execution.execute(repeat.rerun(run, "token").pk)
    run.refresh_from_db()
    assert run.image_tokens is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": RunStatus.FAILED}, "This run has no answer"),
        ({"tokens_in": None}, "Its provider does not say how many tokens it counted."),
        ({"model_id": "gone@nowhere"}, "gone@nowhere cannot be run here."),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(
    client: Client, seen: Callable[..., Run], change: dict[str, Any], words: str
) -> None:
    run = seen()
    Run.objects.update(**change)
    answer = measure(client, run)
    assert answer.status_code == 422
    assert words in markup(answer)
    assert Run.objects.count() == 1


def test_without_images_there_is_nothing_to_measure(
    client: Client, seen: Callable[..., Run]
) -> None:
    run = seen(images=())
    assert "Measure the" not in markup(client.get(run.get_absolute_url()))
    assert "This run has no images. Nothing was sent." in markup(measure(client, run))


def test_any_llm_vision_counts_no_tokens(client: Client, seen: Callable[..., Run]) -> None:
    run = seen(model=FLASH)
    assert "Measure the" not in markup(client.get(run.get_absolute_url()))
    assert measure(client, run).status_code == 422


def test_a_deleted_run_is_not_there(client: Client, seen: Callable[..., Run]) -> None:
    run = seen()
    deletion.delete([run])
    assert measure(client, run).status_code == 404


def test_a_measurement_that_was_deleted_is_made_anew(
    client: Client, seen: Callable[..., Run]
) -> None:
    run = seen()
    deletion.delete([measured(client, run)])
    assert run.image_tokens == 765
    assert client.get(measure(client, run)["Location"]).status_code == 200
