"""A question that follows a run: what goes along, what is kept, and when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.images import store
from playground.providers.endpoint import THIS_MACHINE
from playground.runs import exchange
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat
from playground.submission.follow_up import FollowUp
from playground.submission.request import AttachedImage, Options, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db


def followed(run: Run, prompt: str = "And now?", token: str = "") -> Run:
    started = create.submit(FollowUp(prompt, (run,), token))
    assert isinstance(started, Run)
    execution.execute(started.pk)
    started.refresh_from_db()
    return started


def test_images_model_and_settings_go_along(carried: Callable[..., Run]) -> None:
    picture = AttachedImage(image=store.store(png()), name="a.png")
    first = carried(images=(picture,), options=Options(temperature=0.5), system_prompt="Be brief.")
    second = followed(first)
    assert (second.follows, second.model_id) == (first, first.model_id)
    assert (second.temperature, second.system_prompt) == (0.5, "Be brief.")
    assert [one.image_id for one in second.images.all()] == [picture.reference]


def test_the_exchange_is_kept_when_the_run_before_is_gone(carried: Callable[..., Run]) -> None:
    first = carried("One?")
    third = followed(followed(first, "Two?"), "Three?")
    answer = first.output
    Run.everything.filter(pk=first.pk).delete()
    third.refresh_from_db()
    assert [turn.question for turn in exchange.exchange_of(third)] == ["One?", "Two?"]
    assert exchange.exchange_of(third)[0].answer == answer


def test_a_prompt_holds_the_exchange_where_no_messages_are_taken(
    upstream: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    picture = AttachedImage(image=store.store(png()))
    first = carried("One?", images=(picture,))
    followed(first, "Two?")
    assert upstream.submissions[-1].body["prompt"] == (
        "The image is the same in every question of this exchange.\n\n"
        f"Question 1\nOne?\n\nAnswer 1\n{first.output}\n\nQuestion 2\nTwo?"
    )


def test_a_chat_server_gets_messages(
    local_server: FakeWaveSpeed, carried: Callable[..., Run]
) -> None:
    picture = AttachedImage(image=store.store(png()))
    first = carried("One?", model="vis@local", images=(picture,), system_prompt="Be brief.")
    second = followed(first, "Two?")
    said = second.request["messages"]
    assert [one["role"] for one in said] == ["system", "user", "assistant", "user"]
    assert said[1]["content"][1]["image_url"]["url"].startswith("sha256:")
    assert [one["content"] for one in said[2:]] == [first.output, "Two?"]


def test_the_columns_of_a_comparison_go_on_each_from_its_own_answer(
    upstream: FakeWaveSpeed,
) -> None:
    started = create.submit(RunRequest(prompt="Which?", models=(FLASH, GPT)))
    assert isinstance(started, Comparison)
    for run in started.cells():
        execution.execute(run.pk)
    cells = tuple(started.cells())
    further = create.submit(FollowUp("Why?", cells))
    assert isinstance(further, Comparison)
    assert [run.follows for run in further.cells()] == list(cells)
    assert [exchange.exchange_of(run)[0].answer for run in further.cells()] == [
        run.output for run in cells
    ]


def test_the_same_press_twice_is_one_run(carried: Callable[..., Run]) -> None:
    first = carried()
    assert followed(first, token="t").pk == followed(first, token="t").pk
    with pytest.raises(create.TokenReusedError):
        followed(first, "Something else?", token="t")


def test_a_retry_and_a_rerun_hold_the_exchange(carried: Callable[..., Run]) -> None:
    second = followed(carried("One?"), "Two?")
    again = repeat.rerun(second, "token")
    assert (again.follows, again.exchange) == (second.follows, second.exchange)
    execution.execute(again.pk)
    again.refresh_from_db()
    assert again.request["prompt"] == second.request["prompt"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": RunStatus.PROCESSING, "finished_at": None}, exchange.NOT_ENDED),
        ({"status": RunStatus.FAILED}, exchange.NO_ANSWER),
        ({"output": " "}, exchange.NO_ANSWER),
        ({"provider": THIS_MACHINE}, exchange.NOT_ASKED),
    ],
)
def test_what_has_no_answer_is_not_followed(
    carried: Callable[..., Run], values: dict[str, object], words: str
) -> None:
    run = carried()
    Run.objects.filter(pk=run.pk).update(**values)
    run.refresh_from_db()
    assert exchange.why_not_followed(run) == words


def test_a_long_exchange_is_refused(carried: Callable[..., Run]) -> None:
    run = carried()
    run.output = "x" * exchange.MAX_CHARACTERS
    assert exchange.why_not_followed(run).startswith("The exchange has 1 questions and 300,0")
