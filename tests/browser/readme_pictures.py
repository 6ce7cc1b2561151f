"""Takes the pictures of the README anew, of the real product in front of a fake provider.

make pictures
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.experiment import run_experiment
from tests.browser.product import FLASH, GPT, HAIKU, SONNET, Product
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.patience import PATIENCE_SECONDS
from tests.product import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

TABLE = """| Item | Qty | Unit | Total |
|---|---:|---:|---:|
| Sourdough loaf | 2 | 48.00 | 96.00 |
| Cardamom bun | 6 | 24.00 | 144.00 |
| Aged Gouda | {weight} kg | 289.00 | {gouda} |
| Oat milk 1 l | 3 | 22.50 | 67.50 |
| Paper bag | 1 | 3.00 | 3.00 |

"""
RIGHT = TABLE.format(weight="0.412", gouda="119.07")
ANSWERS = {
    FLASH: RIGHT + "**The sum matches.** The five lines add up to 429.57 SEK, the printed total.",
    GPT: RIGHT + "Added up, the lines give **429.57 SEK**, equal to the printed total.",
    HAIKU: TABLE.format(weight="0.472", gouda="136.41")
    + "**The sum does not match.** The lines add up to 446.91 SEK and the receipt says 429.57 SEK.",
    SONNET: f"""## Line items

{RIGHT}## Checks

1. The five lines add up to **429.57 SEK**, which is the printed total.
2. The third digit of the Gouda's weight is faint. Only `0.412` gives 119.07.

## VAT

The prices include 12% VAT, so the tax is the share $\\frac{{r}}{{1+r}}$ of the total:

$$\\mathrm{{VAT}} = 429.57 \\times \\frac{{0.12}}{{1 + 0.12}} = 46.03$$
""",
}
ANSWER = ".result .prose"


def main() -> None:
    with FakeWaveSpeed() as fake, Product(fake) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page(base_url=product.url, reduced_motion="reduce")
        page.set_default_timeout(1000 * PATIENCE_SECONDS)
        expect.set_options(timeout=1000 * PATIENCE_SECONDS)
        delays = {FLASH: 1.1, HAIKU: 1.9, GPT: 2.6, SONNET: 3.4}
        fake.configure(answer=ANSWERS, delays=delays)
        for _ in range(5):  # so that there is a median to wait for
            product.ended(product.press("Read the receipt.", SONNET, tray=["example:receipt"]))
        fake.configure(delays=delays | {SONNET: 7.0})
        _running(page)
        page.locator(ANSWER).nth(3).wait_for()
        page.reload()
        _picture(page, "compare", 980)
        page.locator(".result", has_text="claude-3.7-sonnet").get_by_text("Open").click()
        page.wait_for_selector("#run-page")
        _picture(page, "run", 1180)
        _experiment(page, fake)
        browser.close()


def _experiment(page: Page, fake: FakeWaveSpeed) -> None:
    """Six variants on forty receipts, two of them told apart."""
    fake.configure(delays={})
    run_experiment(page, fake)
    page.get_by_label(re.compile("gemini-2.0-flash-001, Prompt 1 is A")).check()
    page.get_by_label(re.compile("gpt-4o, Prompt 2 is B")).check()
    page.locator(".sentence", has_text="0 for A and 12 for B").wait_for()
    _picture(page, "experiment", 1180)


def _running(page: Page) -> None:
    """Three of four models have answered, the slowest is past the middle."""
    chosen = "&".join(f"model={model}" for model in ANSWERS)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/?example=receipt&{chosen}")
    page.click(".run-bar [type=submit]")
    page.locator(ANSWER).nth(2).wait_for()
    page.wait_for_timeout(400)
    _picture(page, "playground", 900)


def _picture(page: Page, name: str, height: int) -> None:
    page.set_viewport_size({"width": 1440, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(200)
    page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")


if __name__ == "__main__":
    main()
