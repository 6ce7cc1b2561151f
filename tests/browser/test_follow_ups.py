"""Ask further in a real browser: what the page shows is what the provider receives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_sharing import run_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.fakes.wavespeed import FakeWaveSpeed

ENDED = "#run-page .status-completed"


def ask(page: Page, question: str) -> None:
    if not page.locator("#next-question").is_visible():
        page.click("#ask > summary")
    page.fill("#next-question", question)
    with page.expect_navigation():
        page.press("#next-question", "Control+Enter")
    expect(page.locator(ENDED)).to_be_visible()


def json_tab(page: Page) -> Any:
    """The request as the JSON tab shows it."""
    page.check("[name=view][value=json]", force=True)
    shown = page.get_by_role("region", name="Request", exact=True).inner_text()
    return json.loads(shown)


@pytest.fixture
def chat(page: Page, upstream: FakeWaveSpeed) -> str:
    """A chat-completions server set up in Settings; returns a model of it."""
    page.goto("/settings/")
    fields = {
        "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
        "server-name": "Chat",
        "server-url": f"{upstream.url}/v1",
        "server-key": upstream.key,
    }
    page.request.post("/settings/servers/", form=fields)
    return "llava:7b@chat"


def test_the_text_that_was_shown_is_what_is_sent(page: Page, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={"google/gemini-2.0-flash-001": "**Five** lines."})
    run_of(page, "How many lines?")
    page.click("#ask > summary")
    page.click(".ask-text > summary")
    shown = page.locator(".ask-text pre").inner_text()
    ask(page, "Do they add up?")
    expect(page.locator(".run-follows")).to_contain_text("Question 2 of this exchange")
    sent = json_tab(page)
    assert json.dumps(sent).encode() == upstream.bodies[-1]
    assert sent["prompt"] == shown.replace("Your next question stands here.", "Do they add up?")


def test_a_chat_server_receives_the_messages_of_the_json_tab(
    page: Page, upstream: FakeWaveSpeed, chat: str
) -> None:
    page.goto(f"/?prompt=One&model={chat}&example=receipt")
    page.click(".run-bar [type=submit]")
    page.click(".result-footer a:has-text('Open')")
    expect(page.locator(ENDED)).to_be_visible()
    ask(page, "Two?")
    received = upstream.bodies[-1].decode()
    assert re.fullmatch(as_sent(json_tab(page)), received)
    assert [one["role"] for one in json.loads(received)["messages"]] == [
        "user",
        "assistant",
        "user",
    ]


def as_sent(body: Any) -> str:
    """The pattern of the bytes: the tab names a picture by its hash, its bytes go out."""
    text = re.escape(json.dumps(body))
    return re.sub(r"sha256:[0-9a-f]{64}", "data:image/[a-z]+;base64,[A-Za-z0-9+/=]+", text)


def test_what_is_typed_stays_while_the_page_is_drawn_anew(
    page: Page, upstream: FakeWaveSpeed
) -> None:
    run_of(page, "Keep it")
    page.click("#ask > summary")
    page.fill("#next-question", "Half a question")
    page.fill("#run-tag", "receipts")
    page.press("#run-tag", "Enter")
    expect(page.locator(".tags")).to_contain_text("receipts")
    expect(page.locator("#next-question")).to_be_visible()
    assert page.input_value("#next-question") == "Half a question"


def test_a_newcomer_sees_one_folded_line(page: Page, upstream: FakeWaveSpeed) -> None:
    run_of(page, "New here")
    expect(page.locator("#ask > summary")).to_be_visible()
    expect(page.locator("#next-question")).to_be_hidden()
