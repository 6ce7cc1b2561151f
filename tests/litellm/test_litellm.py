"""The product over a chat-completions server of another project: `make litellm`."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from playground.connections import model_lists, server_status
from playground.connections.models import ListedModel, ServerAnswer
from playground.images import store
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create
from playground.submission.follow_up import FollowUp
from playground.submission.request import AttachedImage, Options
from playground.worker import execution, streaming
from tests.conftest import png
from tests.litellm.conftest import ANSWER, MODELS
from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import SettingsWrapper

    from playground.providers.endpoint import Server

pytestmark = [pytest.mark.litellm, pytest.mark.django_db]
VISION, BUSY, ENDLESS = (f"{name}@lite" for name in MODELS)


@pytest.fixture(autouse=True)
def _offered(proxy: Server, settings: SettingsWrapper) -> None:
    settings.SERVERS = (proxy,)


def test_its_models_are_listed() -> None:
    assert model_lists.refresh() == 1
    listed = ListedModel.objects.offered_by("lite").values_list("model_id", flat=True)
    assert set(listed) == set(MODELS)


def test_it_says_what_sees_and_what_tokens_cost() -> None:
    model_lists.refresh()
    listed = ListedModel.objects.get(provider="lite", model_id="mock/vision")
    assert (listed.vision, listed.input_price) == (True, Decimal("0.000002"))
    assert not ListedModel.objects.get(model_id="mock/busy").vision


def test_settings_say_that_a_key_is_wrong(proxy: Server, settings: SettingsWrapper) -> None:
    settings.SERVERS = (replace(proxy, key="sk-some-other-key"),)
    assert model_lists.refresh() == 0
    answer = ServerAnswer.objects.get(provider="lite")
    assert server_status.words(answer).startswith("It refuses to list its models: ")


def test_an_answer_about_a_picture_arrives_whole(carried: Callable[..., Run]) -> None:
    picture = AttachedImage(image=store.store(png()))
    run = carried(model=VISION, images=(picture,), options=Options(temperature=0.1))
    assert run.status == RunStatus.COMPLETED, run.error_detail
    assert (run.output, run.finish_reason) == (ANSWER, "stop")
    assert "<strong>429.57 SEK</strong>" in run.output_html
    assert run.tokens_out


def test_it_takes_a_schema_and_parameters(carried: Callable[..., Run]) -> None:
    schema = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    parameters = {"response_schema": schema, "top_p": 0.9, "seed": 42, "stop": ["END"]}
    run = carried(model=VISION, options=Options(parameters=parameters))
    assert (run.status, run.output) == (RunStatus.COMPLETED, ANSWER)
    assert run.request["response_format"]["json_schema"]["schema"] == schema
    assert (run.schema_valid, run.schema_errors) == (False, [["", "the answer is not JSON"]])


def test_it_takes_a_further_question(carried: Callable[..., Run]) -> None:
    picture = AttachedImage(image=store.store(png()))
    first = carried("How much?", model=VISION, images=(picture,))
    second = create.submit(FollowUp("And the tax?", (first,)))
    execution.execute(second.pk)
    run = Run.objects.get(pk=second.pk)
    assert (run.status, run.output, run.follows) == (RunStatus.COMPLETED, ANSWER, first)
    asked, answer, question = run.request["messages"]
    assert [part["type"] for part in asked["content"]] == ["text", "image_url"]
    assert answer == {"role": "assistant", "content": ANSWER}
    assert question["content"] == "And the tax?"


def test_a_model_it_does_not_have_is_refused_in_its_words(carried: Callable[..., Run]) -> None:
    run = carried(model="no/such@lite")
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "invalid")
    assert "no/such" in run.error_detail


def test_a_limit_is_waited_out_and_then_told(
    carried: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "MAX_WAIT_SECONDS", 0.01)
    run = carried(model=BUSY)
    assert run.attempts > 0
    assert run.error_kind == "rate" or run.status == RunStatus.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_long_answer_grows_and_cancelling_ends_it(
    ask: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "CANCEL_CHECK_SECONDS", 0.1)
    run = ask(model=ENDLESS)
    worker = threading.Thread(target=lambda: (execution.execute(run.pk), connection.close()))
    worker.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while not Run.objects.exclude(partial="").filter(pk=run.pk).exists():
        assert time.monotonic() < end, "nothing arrived"
        worker.join(0.1)
    run.refresh_from_db()
    assert run.cancel()
    worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert run.partial.startswith("many words")
