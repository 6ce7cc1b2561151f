"""What people do, in each engine: ask, compare, vote, judge a grid, search, share, look, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.conftest import FLASH, GPT, HAIKU, png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.product import Product
    from tests.engines.tab import Tab
    from tests.fakes.wavespeed import FakeWaveSpeed

THREE = f"model={FLASH}&model={GPT}&model={HAIKU}"
RUN = ".run-bar [type=submit]"
ONE_RUN, COMPARISON = r"/runs/[0-9a-f-]{36}/", r"/compare/[0-9a-f-]{36}/"
DONE = ".status-completed"
HEIGHTS = """() => [...document.querySelectorAll(".cell .prose")].map(
  (one) => Math.min(one.clientHeight, one.parentElement.clientHeight))"""
HIDDEN = "(name) => (({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(%s)"
HIDDEN %= "document.querySelector(name)"
LONG = "+".join(f"x_{{{n}}}" for n in range(120))
FORMULAS = f"""Before\n$${LONG}$$\nafter.

- in a list\n  $${LONG}$$
  1. deeper *${LONG}$*

And inline ${LONG}$ too.

> quoted **${LONG}$**

### A heading ${LONG}$"""
FIELD = "(selector) => document.querySelector(selector).value"


def ask(tab: Tab, address: str, times: int) -> None:
    """Press Run and wait for the answers, on the page that they arrive on."""
    tab.open(address)
    tab.click(RUN)
    tab.see(f".result {DONE}", times=times)


def test_three_models_are_asked_and_answer_on_the_page(tab: Tab, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={FLASH: "**Teal** it is", GPT: "Green", HAIKU: "| a |\n|-|\n| 1 |"})
    tab.open(f"/?{THREE}")
    tab.fill("#prompt", "Which colour is it?")
    tab.see(".run-cost", "3 runs")
    tab.click(RUN)
    tab.see(f".result {DONE}", times=3)
    tab.see(".prose strong", "Teal")
    tab.see(".prose td", "1")
    tab.arrive(COMPARISON)
    sent = {one.body["prompt"] for one in upstream.submissions}
    assert (len(upstream.submissions), sent) == (3, {"Which colour is it?"})


def test_answers_are_compared_and_the_best_is_picked(tab: Tab, upstream: FakeWaveSpeed) -> None:
    upstream.configure(answer={FLASH: "Total: 41.20", GPT: "Total: 41.20", HAIKU: "Total: 47.20"})
    ask(tab, f"/?example=receipt&{THREE}", 3)
    tab.click("a", "Compare full width")
    tab.see("[data-columns] > .result", times=3)
    tab.until("() => document.readyState === 'complete'")
    tab.press("2")
    tab.until("() => document.querySelectorAll('#cells > .is-front').length === 1")
    assert tab.count("#cells > .result") == 1
    tab.press("0")
    tab.see("#cells > .result", times=3)
    tab.see("#differences", "47.20")
    tab.click("button", "Pick as best")
    tab.see("#best", "Best answer:")


def test_a_vote_is_given_blind_and_then_the_names_are_shown(tab: Tab) -> None:
    ask(tab, f"/?prompt=Which&{THREE}&blind=1", 0)
    tab.see(".blind-vote label", "B")
    tab.until("() => document.querySelectorAll('.blind-vote [name=vote]').length === 5")
    assert FLASH.split("/")[1] not in tab.text("#results")
    tab.click(".blind-vote label", "B")
    tab.click("button", "Vote")
    tab.see(".blind-vote", "You voted B")
    tab.click("button", "Reveal")
    tab.see(".blind-result", "You voted B:")
    tab.see("main", FLASH.split("/")[1])


def test_a_grid_of_images_and_models_shows_every_answer(
    tab: Tab, upstream: FakeWaveSpeed, tmp_path: Path
) -> None:
    upstream.configure(answer=lambda _: "A line of the answer. " * 9)
    files = [tmp_path / f"{n}.png" for n in range(2)]
    for n, file in enumerate(files):
        file.write_bytes(png(size=(30 + n, 30)))
    tab.open(f"/?prompt=Each&model={FLASH}&model={GPT}")
    tab.upload("[data-file]", *files)
    tab.until("() => document.querySelectorAll('.tray-image [name=tray]:enabled').length === 2")
    tab.click(".image-mode label", "One run per image")
    tab.click("button", "Run 4")
    tab.see("#confirm-title", "Start 4 runs?")
    tab.click("button", "Run 4")
    tab.arrive(COMPARISON)
    tab.see(f".cell {DONE}", times=4)
    assert min(tab.run(HEIGHTS)) > 16


def test_history_is_searched_and_back_returns_to_what_was_found(tab: Tab, product: Product) -> None:
    for prompt in ("A needle in here", "Hay alone"):
        product.ended(product.press(prompt))
    tab.open("/runs/")
    tab.fill("#q", "needle")
    tab.see("mark", "needle")
    tab.click(".row a", "needle")
    tab.arrive(ONE_RUN)
    tab.see("h1", "needle")
    tab.back()
    tab.see(".row mark", "needle")
    tab.see("h1", "History")
    assert tab.run("() => getComputedStyle(document.querySelector('.topbar')).display") == "flex"
    assert tab.run(FIELD, "#q") == "needle"


def test_a_link_is_made_read_by_a_stranger_and_revoked(
    tab: Tab, new_tab: Callable[..., Tab], product: Product
) -> None:
    tab.open(product.ended(product.press("Share me")))
    tab.click("[data-open=share]")
    tab.click("#share .share-form .button-primary")
    tab.see("#share .share-link")
    address = tab.run(FIELD, "#share .share-address input")
    stranger = new_tab()
    stranger.open(address)
    stranger.see("main", "Share me")
    tab.click("#share button", "Revoke")
    tab.see_no("#share .share-link")
    assert requests.get(address).status_code == 404


def test_an_image_is_looked_at_in_full(tab: Tab, product: Product) -> None:
    tray = ["example:receipt", "example:chart"]
    tab.open(product.ended(product.press("Look", tray=tray)))
    tab.click("a[data-view]")
    tab.see("#viewer", "1 of 2")
    tab.press("PageDown")
    tab.see("#viewer", "2 of 2")
    tab.until("() => document.querySelector('[data-viewer-image]').naturalWidth > 0")
    tab.see("[data-viewer-scale]", "%")
    before = tab.text("[data-viewer-scale]")
    tab.click("[data-zoom=in]")
    tab.until(
        "(before) => document.querySelector('[data-viewer-scale]').innerText !== before", before
    )
    tab.press("Escape")
    tab.see_no("#viewer")


def test_formulas_are_drawn_and_no_page_is_wider_for_them(
    new_tab: Callable[..., Tab], product: Product, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer=lambda _: FORMULAS)
    path = product.ended(product.press("Formulas", FLASH, GPT))
    for width in (1440, 390):
        tab = new_tab(width)
        tab.open(path)
        tab.see(".prose math", times=12)
        assert tab.wider() == 0


def test_without_script_it_is_a_form_like_any_other(
    new_tab: Callable[..., Tab], upstream: FakeWaveSpeed
) -> None:
    tab = new_tab(script=False)
    tab.open(f"/?model={FLASH}")
    tab.fill("#prompt", "Plain?")
    tab.click(RUN)
    address = tab.arrive(ONE_RUN)
    while not tab.count(f"main {DONE}"):
        tab.open(address)
    tab.see(".view-rendered .prose")
    assert [one.body["prompt"] for one in upstream.submissions] == ["Plain?"]


def test_on_a_phone_nothing_scrolls_sideways(new_tab: Callable[..., Tab], product: Product) -> None:
    run = product.ended(product.press("What is this?", tray=["example:receipt"]))
    both = product.ended(product.press("What are these?", FLASH, GPT, tray=["example:receipt"]))
    tab = new_tab(390)
    tab.open("/")
    tab.fill("#prompt", "Ask on the way " * 30)
    assert tab.run(HIDDEN, "#prompt") <= 0  # the field grew with what was typed
    tab.click(RUN)
    tab.see(f".result {DONE}")
    for path in ("/", run, both, "/runs/", "/models/", "/presets/", "/settings/", "/shares/"):
        tab.open(path)
        tab.see("h1")
        assert (tab.run("() => innerWidth"), tab.wider()) == (390, 0), path
