"""A schema of the answer: sent where it is taken, checked always, shown field by field."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from playground.composer.presets.models import Preset
from playground.connections.models import RefusedParameter
from playground.exports.as_json import run_as_json
from playground.exports.redaction import EVERYTHING, shown_run
from playground.providers.openai import dialects
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.request import Options
from playground.worker import execution
from tests.conftest import FLASH, markup
from tests.fakes.wavespeed import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
SEER = "seer@local"
SCHEMA = {"title": "a receipt", "type": "object", "properties": {"total": {"type": "number"}}}
FIELDS = {"models": [SEER], "response_schema_mode": "custom"}
FIELDS |= {"response_schema": json.dumps(SCHEMA)}
OPTIONS = Options(parameters={"response_schema": SCHEMA})
GOOD, BAD = '{"total": 429.57}', '{"total": "429,57"}'


@pytest.fixture(autouse=True)
def _forget_dialects() -> None:
    dialects._learned.clear()


def test_it_is_sent_as_response_format(
    carried: Callable[..., Run], local_server: FakeWaveSpeed
) -> None:
    local_server.configure(answer=lambda _: GOOD)
    run = carried(model=SEER, options=OPTIONS)
    wanted = {"type": "json_schema", "json_schema": {"name": "a-receipt", "schema": SCHEMA}}
    assert json.loads(local_server.account.chats[0])["response_format"] == wanted
    assert (run.schema_valid, run.schema_errors) == (True, None)


def test_the_published_json_says_what_does_not_fit(
    carried: Callable[..., Run], local_server: FakeWaveSpeed
) -> None:
    local_server.configure(answer=lambda _: BAD)
    run = carried(model=SEER, options=OPTIONS)
    said = run_as_json(shown_run(run, EVERYTHING))
    assert (said["schema_valid"], said["schema_errors"]) == (
        False,
        [{"path": "total", "reason": "expected number, got string"}],
    )
    assert said["options"]["response_schema"] == SCHEMA


def as_ollama(body: dict[str, Any]) -> str:
    """Answer as Ollama's /v1 does, which makes its `format` of this and holds the model to it."""
    wanted = body.get("response_format", {})
    form = wanted.get("json_schema", {}).get("schema") if wanted["type"] == "json_schema" else None
    return GOOD if form == SCHEMA else "It is 429.57."


def test_an_ollama_obeys_it(carried: Callable[..., Run], local_server: FakeWaveSpeed) -> None:
    local_server.configure(answer=as_ollama)
    run = carried(model=SEER, options=OPTIONS)
    assert (run.output, run.schema_valid) == (GOOD, True)
    assert [json.loads(body) for body in local_server.account.chats] == [run.request]


def test_without_a_schema_nothing_is_checked(carried: Callable[..., Run]) -> None:
    said = run_as_json(shown_run(carried(model=FLASH), EVERYTHING))
    assert (said["schema_valid"], said["schema_errors"]) == (None, None)


def test_any_llm_vision_is_not_sent_it_and_checked_all_the_same(
    carried: Callable[..., Run], upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: GOOD)
    run = carried(model=FLASH, options=OPTIONS)
    assert run.schema_valid is True
    assert "response_format" not in upstream.submissions[0].body


def test_a_server_that_takes_none_is_asked_without_and_remembered(
    carried: Callable[..., Run], local_server: FakeWaveSpeed, client: Client
) -> None:
    words = {"error": {"message": "response_format is not supported"}}
    local_server.fault("chat", Fault(status=400, body=words))
    local_server.configure(answer=lambda _: BAD)
    run = carried(model=SEER, options=OPTIONS)
    assert (run.status, run.schema_valid) == (RunStatus.COMPLETED, False)
    assert "response_format" not in run.request
    assert RefusedParameter.objects.get().name == "response_schema"
    assert "seer refused answer schema on" in markup(client.get("/", {"model": SEER}))


def test_a_schema_that_the_server_finds_wrong_is_refused_in_its_words(
    carried: Callable[..., Run], local_server: FakeWaveSpeed
) -> None:
    words = {"error": {"message": "Invalid schema for response_format 'a-receipt'"}}
    local_server.fault("chat", Fault(status=400, body=words))
    run = carried(model=SEER, options=OPTIONS)
    assert (run.status, run.error_detail) == (RunStatus.FAILED, words["error"]["message"])
    assert not RefusedParameter.objects.exists()


@pytest.mark.usefixtures("local_server")
def test_what_is_no_schema_is_said_by_line(press: Callable[..., Any]) -> None:
    text = markup(press(**FIELDS | {"response_schema": '{\n"type": "object",\n"required": "a"}'}))
    assert "Line 3: The schema cannot be used" in text
    assert not Run.objects.exists()


@pytest.mark.usefixtures("local_server")
def test_a_schema_is_made_of_an_example_and_can_be_changed(client: Client) -> None:
    example = {"response_schema_mode": "example", "response_schema_example": GOOD}
    text = markup(client.post("/runs/", {"models": [SEER], **example, "make_schema": "1"}))
    assert "A schema: 1 field, 1 level" in text
    assert "&quot;type&quot;: &quot;number&quot;" in text
    assert "Write a prompt. Nothing" not in text
    assert not Run.objects.exists()


@pytest.mark.usefixtures("local_server")
def test_an_example_is_enough_to_run(press: Callable[..., Any]) -> None:
    press(models=[SEER], response_schema_mode="example", response_schema_example=GOOD)
    schema = Run.objects.get().parameters["response_schema"]
    assert schema["properties"] == {"total": {"type": "number"}}


@pytest.mark.usefixtures("local_server")
def test_an_example_that_is_no_json_is_said(press: Callable[..., Any]) -> None:
    text = markup(press(models=[SEER], response_schema_mode="example", response_schema_example="{"))
    assert "Character 2: a name in double quotes is missing." in text


@pytest.mark.usefixtures("local_server")
def test_a_preset_keeps_it(client: Client) -> None:
    client.post("/presets/", {"prompt": "Why?", **FIELDS})
    text = markup(client.get("/", {"preset": Preset.objects.get().pk}))
    assert "A schema: 1 field, 1 level" in text


@pytest.fixture
def compared(press: Callable[..., Any], upstream: FakeWaveSpeed) -> Callable[..., Comparison]:
    def compare(answers: dict[str, str], **fields: Any) -> Comparison:
        upstream.configure(answer=answers)
        press(models=list(answers), **fields)
        for run in Run.objects.all():
            execution.execute(run.pk)
        return Comparison.objects.get()

    return compare


GPT = "openai/gpt-4o"


def test_fields_of_all_answers_stand_in_a_table(
    compared: Callable[..., Comparison], client: Client
) -> None:
    comparison = compared({FLASH: GOOD, GPT: BAD}, response_schema=json.dumps(SCHEMA))
    text = markup(client.get(comparison.get_absolute_url()))
    assert "<strong>1 of 1 field differs.</strong>" in text
    assert "1 of 2 answers is not valid." in text
    assert '<a href="#field-1-2">total</a>: expected number, got string' in text
    assert 'id="field-1-2"' in text
    assert 'name="show" value="fields" checked' in text


def test_without_a_schema_the_table_is_offered_where_all_are_objects(
    compared: Callable[..., Comparison], client: Client
) -> None:
    comparison = compared({FLASH: GOOD, GPT: GOOD})
    text = markup(client.get(comparison.get_absolute_url()))
    assert 'name="show" value="answers" checked' in text
    lines = client.get(f"/compare/{comparison.pk}.csv?of=fields&as=exact").content.decode()
    head, total, seconds, *_ = lines.splitlines()
    assert (head, total) == ("field,gemini-2.0-flash-001,gpt-4o", "total,429.57,429.57")
    assert seconds.startswith("(seconds),")


def test_prose_has_no_fields(compared: Callable[..., Comparison], client: Client) -> None:
    comparison = compared({FLASH: GOOD, GPT: "Sorry."})
    assert 'name="show"' not in markup(client.get(comparison.get_absolute_url()))
    assert client.get(f"/compare/{comparison.pk}.csv?of=fields").status_code == 404


def test_below_the_fields_stand_time_and_cost_and_a_pick(
    compared: Callable[..., Comparison], client: Client
) -> None:
    comparison = compared({FLASH: GOOD, GPT: GOOD})
    Run.objects.update(inference_ms=1800, price="0.0021")
    (foot,) = re.findall(
        r"<tfoot>.*</tfoot>", markup(client.get(comparison.get_absolute_url())), re.S
    )
    assert "Time, cost" in foot
    assert foot.count("about $0.0021") == foot.count('title="Pick as best"') == 2


def test_a_sealed_comparison_keeps_times_and_costs_back(
    compared: Callable[..., Comparison], client: Client
) -> None:
    comparison = compared({FLASH: GOOD, GPT: GOOD}, blind="on")
    text = markup(client.get(comparison.get_absolute_url()))
    assert 'class="fields-scroll"' in text
    assert "<tfoot>" not in text


WRONG = '{\n"type": "object",\n"required": "a"}'
AT_LINE_3 = "Line 3: The schema cannot be used"


@pytest.mark.parametrize(
    ("text", "words"), [(WRONG, AT_LINE_3), (json.dumps(SCHEMA), "A schema: 1 field, 1 level")]
)
def test_a_schema_is_checked_once_its_field_is_left(client: Client, text: str, words: str) -> None:
    said = client.post("/parameters/response_schema/check/", FIELDS | {"response_schema": text})
    assert words in markup(said)
    assert "autofocus" not in markup(said)
    assert not Run.objects.exists()


def test_no_other_name_is_checked(client: Client) -> None:
    assert client.post("/parameters/models/check/", FIELDS).status_code == 404


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WRONG, AT_LINE_3),
        (f"not sent, {WRONG}", f"Value 2: {AT_LINE_3}"),
        ('{"type": "object"', "Character 18: a comma or a closing bracket is missing."),
        ('{"type": "object"} x', "Character 20: more follows where the JSON has ended."),
        ("[1]", "That is no object. Put the names and values in braces."),
    ],
)
def test_the_schemas_of_an_experiment_are_refused_in_the_same_words(
    client: Client, text: str, words: str
) -> None:
    address = "/parameters/response_schema/check/?values"
    said = markup(client.post(address, {"response_schema": text}))
    assert f"<span>{words}" in said
    assert "<textarea" in said


def test_what_is_too_much_to_check_is_said_so(
    carried: Callable[..., Run], local_server: FakeWaveSpeed, client: Client
) -> None:
    local_server.configure(answer=lambda _: json.dumps([1] * 1_000))
    schema = {"items": {"anyOf": [{"const": number} for number in range(1_000)]}}
    run = carried(model=SEER, options=Options(parameters={"response_schema": schema}))
    assert (run.status, run.schema_valid) == (RunStatus.COMPLETED, None)
    text = markup(client.get(run.get_absolute_url()))
    assert "Not checked: the answer and its schema are too much together" in text
