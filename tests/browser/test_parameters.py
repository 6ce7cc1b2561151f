"""Parameters of a server, from the form to its socket: what arrives is what the JSON tab shows."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.conftest import FLASH, GPT, png
from tests.fakes.wavespeed import Fault
from tests.product import serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.fakes.wavespeed import FakeWaveSpeed
    from tests.product import Server


@pytest.fixture(scope="module")
def lab(
    wavespeed: FakeWaveSpeed, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A playground with a server that speaks chat completions; its files are those of `server`."""
    served = serve(
        tmp_path_factory.mktemp("lab"),
        STATIC_ROOT=str(server.folder / "static"),
        SERVERS="lab",
        SERVER_LAB_URL=f"{wavespeed.url}/v1",
        SERVER_LAB_KEY=wavespeed.key,
    )
    yield served
    stop(served)


@pytest.fixture
def bench(chrome: Browser, lab: Server, upstream: FakeWaveSpeed) -> Iterator[Page]:
    context = chrome.new_context(base_url=lab.url, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name={name}][value={value}]").check(force=True)


def fill_all(page: Page) -> None:
    page.locator(".more-parameters").evaluate("fold => { fold.open = true }")
    for name, value in (("top_p", "0.85"), ("seed", "42"), ("stop", "END\n---")):
        choose(page, f"{name}_mode", "custom")
        page.locator(f"[name={name}]:not([type=radio])").fill(value)
    choose(page, "reasoning_effort", "low")
    choose(page, "image_detail", "high")
    choose(page, "extra_body_mode", "custom")
    page.fill("#extra-body", '{"min_p": 0.05, "logit_bias": {"50256": -100}}')


def shown_request(page: Page) -> Any:
    page.locator("[name=view][value=json]").check(force=True)
    return json.loads(page.locator(".view-json pre").first.inner_text())


def arrived(upstream: FakeWaveSpeed) -> str:
    """Return what the server got, each picture by the hash of its bytes."""
    (body,) = upstream.account.chats
    digest = hashlib.sha256(png()).hexdigest()
    return re.sub(r"data:image/png;base64,[^\"]+", f"sha256:{digest}", body.decode())


def test_what_the_server_gets_is_what_the_json_tab_shows(
    bench: Page, upstream: FakeWaveSpeed
) -> None:
    bench.goto("/?prompt=Read it&model=seer@lab")
    files = [{"name": "a.png", "mimeType": "image/png", "buffer": png()}]
    bench.set_input_files("[type=file][name=images]", files)  # type: ignore[arg-type]
    expect(bench.locator(".tray-image [name=tray]")).to_have_count(1)
    fill_all(bench)
    bench.click(".run-bar [type=submit]")
    expect(bench.locator(".result .status-completed")).to_be_visible()
    bench.goto(bench.url)
    body = shown_request(bench)
    assert arrived(upstream) == json.dumps(body)
    assert (body["seed"], body["stop"], body["top_p"]) == (42, ["END", "---"], 0.85)
    assert body["logit_bias"] == {"50256": -100}


def test_a_schema_from_an_example_arrives_and_its_answer_is_checked(
    bench: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: '{"total": "429,57"}')
    bench.goto("/?prompt=Read it&model=seer@lab")
    bench.locator(".more-parameters").evaluate("fold => { fold.open = true }")
    choose(bench, "response_schema_mode", "custom")
    bench.click(".run-bar [type=submit]")
    expect(bench.locator("#response-schema-error")).to_contain_text("Set one, or choose Not sent")
    choose(bench, "response_schema_mode", "example")
    bench.fill("#response-schema-example", '{"total": 429.57}')
    bench.click("[name=make_schema]")
    expect(bench.locator(".parameter-said")).to_have_text("A schema: 1 field, 1 level")
    bench.click(".run-bar [type=submit]")
    expect(bench.locator(".result .status-completed")).to_be_visible()
    bench.goto(bench.url)
    expect(bench.locator(".facts").first).to_contain_text(
        "Not valid: total: expected number, got string"
    )
    body = shown_request(bench)
    assert upstream.account.chats == [json.dumps(body).encode()]
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["total"]


def test_the_tokens_of_an_image_are_measured_by_a_run_without_it(
    bench: Page, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(image_tokens=765)
    bench.goto("/?prompt=Read it&model=seer@lab")
    files = [{"name": "a.png", "mimeType": "image/png", "buffer": png()}]
    bench.set_input_files("[type=file][name=images]", files)  # type: ignore[arg-type]
    expect(bench.locator(".tray-image [name=tray]")).to_have_count(1)
    bench.click(".run-bar [type=submit]")
    expect(bench.locator(".result .status-completed")).to_be_visible()
    bench.goto(bench.url)
    bench.get_by_role("button", name="Measure the image’s tokens").click()
    expect(bench.locator("#measured")).to_contain_text("About 765 tokens of the image")
    assert upstream.account.chats[1] == json.dumps(shown_request(bench)).encode()
    bench.locator("#measured a").click()
    expect(bench.locator(".facts").first).to_contain_text("777 in, 34 out; about 765 for images")


def test_what_a_server_refused_once_is_said_beside_the_model(
    bench: Page, upstream: FakeWaveSpeed
) -> None:
    words = {"error": {"message": "Unsupported parameter: 'seed'"}}
    upstream.fault("chat", Fault(status=400, body=words))
    for end, said in (("failed", 1), ("completed", 0)):
        bench.goto("/?prompt=Read it&model=seer@lab&seed=42")
        bench.click(".run-bar [type=submit]")
        expect(bench.locator(f".result .status-{end}")).to_be_visible()
        bench.goto(f"/?model=seer@lab&model={GPT}")
        refused = bench.locator("#chosen-models").get_by_text("seer refused seed on")
        expect(refused).to_have_count(said)


def test_a_schema_is_checked_on_leaving_its_field(bench: Page) -> None:
    bench.goto("/?prompt=Read it&model=seer@lab")
    bench.locator(".more-parameters").evaluate("fold => { fold.open = true }")
    choose(bench, "response_schema_mode", "custom")
    bench.fill("#response-schema", '{\n"type": "object",\n"required": "a"}')
    bench.focus("#prompt")
    expect(bench.locator("#response-schema-error")).to_contain_text("Line 3: The schema cannot")
    expect(bench.locator("#response-schema")).to_have_attribute("aria-invalid", "true")
    expect(bench.locator("#prompt")).to_be_focused()
    bench.fill("#response-schema", '{"properties": {"total": {"type": "number"}}}')
    bench.focus("#prompt")
    expect(bench.locator(".parameter-said")).to_have_text("A schema: 1 field, 1 level")
    expect(bench.locator("#response-schema-error")).to_have_count(0)
    expect(bench.locator("#response-schema")).not_to_have_attribute("aria-invalid", "true")


def test_fields_of_two_answers_stand_beside_each_other(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={FLASH: '{"a": 1, "b": "x"}', GPT: '{"a": 2, "b": "x"}'})
    page.goto(f"/?prompt=Read it&model={FLASH}&model={GPT}")
    page.click(".run-bar [type=submit]")
    expect(page.locator("#cells .status-completed")).to_have_count(2)
    page.goto(page.url)
    expect(page.locator(".fields-scroll")).to_be_hidden()
    choose(page, "show", "fields")
    expect(page.locator(".fields-scroll tbody tr")).to_have_count(2)
    expect(page.locator("#cells")).to_be_hidden()
    page.locator("#only-differs").check()
    expect(page.locator(".fields-scroll tbody tr:visible")).to_have_count(1)


def test_each_value_of_a_sweep_is_sent_in_a_column(bench: Page, upstream: FakeWaveSpeed) -> None:
    bench.goto("/?prompt=Read it&model=seer@lab")
    bench.locator(".more-parameters").evaluate("fold => { fold.open = true }")
    bench.select_option("#sweep-of", "top_p")
    bench.fill("#sweep-values", "not sent, 0.5")
    expect(bench.locator(".run-bar")).to_contain_text("2 values: not sent and 0.5")
    bench.click(".run-bar [type=submit]")
    expect(bench.locator("#cells .status-completed")).to_have_count(2)
    sent = [json.loads(body) for body in upstream.account.chats]
    assert sorted(body.get("top_p", 0) for body in sent) == [0, 0.5]


def test_what_is_refused_stands_open_with_the_focus_in_it(
    bench: Page, upstream: FakeWaveSpeed
) -> None:
    bench.goto('/?prompt=Read it&model=seer@lab&extra_body={"stream":true}')
    bench.click(".run-bar [type=submit]")
    expect(bench.locator("#extra-body-error")).to_contain_text("stream cannot be set here")
    expect(bench.locator("#extra-body")).to_be_focused()
    assert upstream.account.chats == []


def test_reset_sends_nothing_of_it(bench: Page, upstream: FakeWaveSpeed) -> None:
    bench.goto("/?prompt=Read it&model=seer@lab")
    fill_all(bench)
    bench.click("[data-reset-parameters]")
    bench.click(".run-bar [type=submit]")
    expect(bench.locator(".result .status-completed")).to_be_visible()
    assert set(json.loads(upstream.account.chats[0])) == {
        *("model", "messages", "stream", "stream_options")
    }


def test_a_newcomer_sees_one_screen_and_no_more_than_before(page: Page) -> None:
    page.goto("/")
    composer = page.locator(".composer-body")
    assert composer.evaluate("node => node.scrollHeight <= node.clientHeight")
    assert page.locator(".more-parameters > .parameters").is_hidden()
    expect(page.locator(".more-parameters > summary")).to_have_text(
        "More parametersSampling, answer schema, sweep"
    )
