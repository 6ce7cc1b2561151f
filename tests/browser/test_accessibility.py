"""axe-core finds nothing on any screen, in light and dark, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from playground.catalog import entries
from tests.conftest import FLASH, GPT
from tests.fakes.wavespeed import FakeWaveSpeed, Fault

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(
    chrome: Browser, server: Server, addresses: dict[str, str], screen: str, theme: str, width: int
) -> None:
    # axe is injected as a script of its own, which the page's policy would refuse.
    context = chrome.new_context(
        base_url=server.url,
        bypass_csp=True,
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.goto(addresses[screen])
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_where_things_are_kept_and_shared(
    chrome: Browser, server: Server, addresses: dict[str, str], width: int, theme: str
) -> None:
    page = chrome.new_page(base_url=server.url, bypass_csp=True, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"{addresses['run']}share/")
    make = page.get_by_role("button", name="Make a link")
    if make.is_visible():  # the first of the two; the second finds the link
        make.click()
    link = page.get_by_role("link", name="As a stranger sees it").get_attribute("href") or ""
    page.goto("/?prompt=What+is+{{this}}?")
    page.get_by_role("button", name="Save as preset").click()
    page.get_by_text("Saved as preset").wait_for()
    for address in (link, "/shares/", "/presets/", "/models/", "/tokens/", "/runs/"):
        page.goto(address)
        for box in page.locator(".row-check").all()[:2]:
            box.check()
        for fold in page.locator("summary:visible").all()[-1:]:
            fold.click()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
    page.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_scrolls_sideways_on_a_small_phone(
    chrome: Browser, server: Server, addresses: dict[str, str], screen: str
) -> None:
    phone = {"width": 320, "height": 700}  # and a finger gets larger controls
    context = chrome.new_context(base_url=server.url, viewport=phone, has_touch=True)
    page = context.new_page()
    page.goto(addresses[screen])
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    cut = page.evaluate(
        "(nav => nav ? nav.scrollWidth - nav.clientWidth : 0)(document.querySelector('.main-nav'))"
    )
    context.close()
    assert (wide, cut) == (0, 0)
