"""Request and response of chat completions, with hidden parts taken out."""

from __future__ import annotations

from typing import Any

import pytest

from playground.exports.redaction import EVERYTHING, Shown, ShownRun, shown_run
from playground.images import store
from playground.runs.models.run import Run
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.exports.redaction.links import LinkAddresses, text_of

pytestmark = pytest.mark.django_db
Made = "Callable[[], Run]"


@pytest.fixture
def run(carried: Any) -> Run:
    """A run of two pictures at a server, with everything that can be told of it."""
    pictures = tuple(AttachedImage(image=store.store(png(one))) for one in ("red", "blue"))
    made: Run = carried("Why?", system_prompt="Be brief.", images=pictures)
    parts = [{"type": "text", "text": "Why?"}]
    for entry in made.images.all():
        url = f"sha256:{entry.sent_sha256}"
        parts.append({"type": "image_url", "image_url": {"url": url}})  # type: ignore[dict-item]
    system = {"role": "system", "content": "Be brief."}
    message = {"role": "assistant", "content": "Red.", "reasoning": "A thought."}
    Run.objects.update(
        request={
            "model": "llava",
            "messages": [system, {"role": "user", "content": parts}],
            "reasoning_effort": "medium",
        },
        response={
            "id": "chatcmpl-77",
            "model": "llava",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 987654, "completion_tokens": 3, "cost": 271.82845},
        },
        output="Red.",
        thoughts="A thought.",
        tokens_in=987654,
        charged="271.82845",
    )
    return Run.objects.get()


def stranger(**hidden: Any) -> Shown:
    return Shown(addresses=LinkAddresses(), **hidden)


def test_the_owner_sees_them_as_they_were(run: Run) -> None:
    shown = shown_run(run, EVERYTHING)
    assert (shown.request, shown.response) == (run.request, run.response)


def test_parameters_are_shown_and_free_json_where_nothing_is_hidden(run: Run) -> None:
    Run.objects.update(
        parameters={"seed": 1, "reasoning_effort": "low", "extra_body": {"min_p": 0.1}},
        request=run.request | {"seed": 1, "min_p": 0.1},
    )
    run = Run.objects.get()
    whole = shown_run(run, stranger(system_prompt=True, reasoning=True, costs=True))
    assert whole.parameters == run.parameters
    assert (whole.request["seed"], whole.request["min_p"]) == (1, 0.1)
    part = shown_run(run, stranger(system_prompt=False, reasoning=False))
    assert part.parameters == {"seed": 1}
    assert not {"min_p", "reasoning_effort"} & set(part.request)


def test_a_hidden_system_prompt_is_no_message(run: Run) -> None:
    shown = shown_run(run, Shown(system_prompt=False))
    assert [one["role"] for one in shown.request["messages"]] == ["user"]
    assert "Be brief." not in text_of(shown)


def test_a_stranger_sees_the_words_and_the_pictures_of_the_link(run: Run) -> None:
    text, *pictures = shown_run(run, stranger()).request["messages"][1]["content"]
    assert text == {"type": "text", "text": "Why?"}
    assert [one["image_url"]["url"] for one in pictures] == [
        "/s/tok/images/0-0",
        "/s/tok/images/1-0",
    ]


def test_a_picture_that_is_left_out_is_in_no_message(run: Run) -> None:
    first = run.images.all()[0]
    shown = shown_run(run, Shown(left_out=frozenset({str(first.image_id)})))
    assert len(shown.request["messages"][1]["content"]) == 2
    assert first.sent_sha256 not in text_of(shown)


def test_hidden_reasoning_is_nowhere(run: Run) -> None:
    shown = shown_run(run, Shown(reasoning=False))
    assert shown.response["choices"][0]["message"] == {"role": "assistant", "content": "Red."}
    assert "thought" not in without_names(shown)
    assert "reasoning_effort" not in shown.request


def without_names(shown: ShownRun) -> str:
    return text_of(shown).replace("thoughts=", "")


def test_hidden_costs_are_nowhere_tokens_included(run: Run) -> None:
    text = text_of(shown_run(run, Shown(costs=False)))
    assert "987654" not in text
    assert "271.82845" not in text


def test_a_stranger_sees_counts_and_no_ids(run: Run) -> None:
    shown = shown_run(run, stranger())
    assert shown.response["usage"] == {"prompt_tokens": 987654, "completion_tokens": 3}
    assert "chatcmpl-77" not in text_of(shown)


@pytest.mark.parametrize("odd", [[], {}, None, "x", [1], [{"role": "user"}], [{"role": []}]])
def test_odd_messages_are_left_out(run: Run, odd: Any) -> None:
    Run.objects.update(request={"messages": odd}, response={"choices": odd})
    shown = shown_run(Run.objects.get(), stranger())
    assert shown.request["messages"] in ([], [{"role": "user", "content": []}])


def test_what_arrived_of_a_broken_answer_is_shown_without_reasoning(run: Run) -> None:
    Run.objects.update(status="failed", partial="<think>hm</think>Red is", output="")
    broken = Run.objects.get()
    assert shown_run(broken, EVERYTHING).partial == "<think>hm</think>Red is"
    assert shown_run(broken, Shown(reasoning=False)).partial == "Red is"
