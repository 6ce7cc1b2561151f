"""axe-core finds nothing on any screen, wide and light, narrow and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.catalog import entries
from tests.browser.axe import looks, violations
from tests.conftest import FLASH, GPT
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.product import Server

ANSWER = """# Totals

| Item | Total |
|:--|--:|
| Loaf | 96.00 |

1. Adds **up**: $\\frac{r}{1+r}$

```json
{"total": 429.57}
```
"""


# Adds the picture of the example a second time.
TWICE = "form => form.querySelector('.tray').append(form.querySelector('.tray li').cloneNode(true))"


@pytest.fixture(scope="session")
def addresses(server: Server, wavespeed: FakeWaveSpeed, chrome: Browser) -> dict[str, str]:
    """Screens with something on them, by name."""
    wavespeed.reset()
    wavespeed.configure(answer={FLASH: ANSWER, GPT: ANSWER})
    wavespeed.fault("submit", Fault.answer(400), model=GPT)
    page = chrome.new_page(base_url=server.url)
    page.goto(f"/?example=receipt&model={FLASH}&model={GPT}")
    page.click(".run-bar button")
    page.wait_for_url("**/compare/**")
    page.wait_for_selector(".result .prose")
    compare = page.url
    run = page.locator(".result:has(.prose) >> text=Open").get_attribute("href") or ""
    failed = page.locator(".result:has(.notice-bad) >> text=Open").get_attribute("href") or ""
    page.goto(f"/?example=chart&model={FLASH}&model={GPT}")
    page.locator("[data-composer]").evaluate(TWICE)
    page.get_by_role("radio", name="One run per image").check()
    page.click(".run-bar button")
    page.locator(".confirm").get_by_role("button", name="Run 4").click()
    page.wait_for_url("**/compare/**")
    page.wait_for_selector(".cell-fold")
    matrix = page.url
    cell = page.locator("#cell-0-0 >> text=Open").get_attribute("href") or ""
    page.close()
    everything = "&".join(f"model={model.id}" for model in entries.models()[:12])
    return {
        "playground": "/",
        "filled playground": f"/?example=chart&{everything}",
        "run": run,
        "failed run": failed,
        "comparison": compare,
        "matrix": matrix,
        "two images": f"/?from={cell.split('/')[2]}",
        "history": "/runs/",
        "settings": "/settings/",
        "experiments": "/experiments/",
        "new experiment": f"/experiments/new/?{everything}",
        "nothing found": "/runs/?q=nothingofthekind",
        "not there": "/nothing/",
    }


SCREENS = [
    "playground",
    "filled playground",
    "run",
    "failed run",
    "comparison",
    "matrix",
    "two images",
    "history",
    "settings",
    "experiments",
    "new experiment",
    "nothing found",
    "not there",
]


@pytest.fixture(scope="module")
def window(chrome: Browser, server: Server) -> Iterator[Page]:
    """A page that opens one screen after the other."""
    # axe is injected as a script of its own, which the page's policy would refuse.
    page = chrome.new_page(base_url=server.url, bypass_csp=True)
    yield page
    page.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(window: Page, addresses: dict[str, str], screen: str) -> None:
    window.goto(addresses[screen])
    for look in looks(window):
        assert violations(window) == "", look


def test_axe_finds_nothing_where_things_are_kept_and_shared(
    window: Page, addresses: dict[str, str]
) -> None:
    window.goto(f"{addresses['run']}share/")
    window.get_by_role("button", name="Make a link").click()
    link = window.get_by_role("link", name="As a stranger sees it").get_attribute("href") or ""
    window.goto("/?prompt=What+is+{{this}}?")
    window.get_by_role("button", name="Save as preset").click()
    window.get_by_text("Saved as preset").wait_for()
    for address in (link, "/shares/", "/presets/", "/models/", "/tokens/", "/runs/"):
        window.goto(address)
        for box in window.locator(".row-check").all()[:2]:
            box.check()
        for fold in window.locator("summary:visible").all()[-1:]:
            fold.click()
        for look in looks(window):
            assert violations(window) == "", (address, look)


@pytest.fixture(scope="module")
def small(chrome: Browser, server: Server) -> Iterator[Page]:
    """A small phone: a finger gets larger controls."""
    size = {"width": 320, "height": 700}
    page = chrome.new_page(base_url=server.url, viewport=size, has_touch=True)
    yield page
    page.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_scrolls_sideways_on_a_small_phone(
    small: Page, addresses: dict[str, str], screen: str
) -> None:
    small.goto(addresses[screen])
    wide = small.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    cut = small.evaluate(
        "(nav => nav ? nav.scrollWidth - nav.clientWidth : 0)(document.querySelector('.main-nav'))"
    )
    assert (wide, cut) == (0, 0)
