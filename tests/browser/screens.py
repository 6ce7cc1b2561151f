"""The screens of the product in every state that can be pictured, and how to get there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.browser.experiment_screens import asking_screens, experiment_screens
from tests.browser.kept_screens import kept_screens
from tests.browser.product import FLASH
from tests.browser.screen import Screen
from tests.fakes.wavespeed import Fault
from tests.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.product import Product
    from tests.fakes.wavespeed import FakeWaveSpeed

SONNET, GPT = "anthropic/claude-3.7-sonnet", "openai/gpt-4o"
HAIKU, LLAMA = "anthropic/claude-3-haiku", "meta-llama/llama-3.2-90b-vision-instruct"
SCOUT = "meta-llama/llama-4-scout"
SIX = (SONNET, FLASH, GPT, HAIKU, LLAMA, SCOUT)
WORD, RECEIPT = "Donaudampfschiff" * 120, {"tray": ["example:receipt"]}
SIXTEEN = {"tray": [f"example:{name}" for name in ("receipt", "chart", "plan", "uibug")] * 4}
RICH = """## Line items

| Item | Qty | Unit | Total |
|---|---:|---:|---:|
| Sourdough loaf | 2 | 48.00 | 96.00 |
| Aged Gouda | 0.412 kg | 289.00 | 119.07 |

### Checks

1. The lines add up to **429.57 SEK**, which is the printed total.
2. The third digit is faint. Only `0.412` gives 119.07.
   - So that is [what was used](https://example.org/a).

> The share is \\(\\frac{r}{1+r}\\) of the total:

$$\\mathrm{VAT} = 429.57 \\times \\frac{0.12}{1 + 0.12} = 46.03$$

```json
{"merchant": "Karlssons Bageri", "lines": [{"item": "Sourdough loaf", "quantity": 2, "ok": true}]}
```
"""
ARABIC, HEBREW = "ما المكتوب على هذه اللافتة؟ ترجمها إلى الإنجليزية.", "מה כתוב בשלט? 3 שורות."
ANSWERS = {
    "Say nothing.": "",
    WORD: WORD,
    ARABIC: "## النص\n\n- **مرحبا** بكم في `Uppsala`\n- المخرج 12\n\n"
    "| كلمة | معنى |\n|---|---|\n| باب | door |",
}


def screens(real: Product, demo: Product, fake: FakeWaveSpeed) -> Iterator[Screen]:
    """Make the states one after the other, in an order in which none disturbs the next."""
    start = f"{real.url}/"
    yield Screen("history-empty", f"{start}runs/")
    yield Screen("models-empty", f"{start}models/")
    yield from _composer(start)
    addresses = _seed(real, fake)
    yield from (Screen(f"run-{name}", real.url + path) for name, path in addresses.items())
    rich = real.url + addresses["rich"]
    for view in ("raw", "json", "code"):
        yield Screen(f"run-view-{view}", rich, partial(_check, view))
    yield Screen("tray", f"{start}?from={addresses['many-images'].split('/')[2]}")
    for count in (2, 3, 6):
        path = real.press("Extract every line item from this receipt.", *SIX[:count], **RECEIPT)
        yield Screen(f"compare-{count}", real.url + path, _settled)
    yield from _permalinks(real, fake, addresses["rich"], path)
    yield from _sharing(real, addresses, path)
    path = real.press("What is the total?", *SIX[1:4], blind="on", **RECEIPT)
    yield Screen("blind-sealed", real.url + path, _settled)
    real.post(path + "reveal/")
    yield Screen("blind-revealed", real.url + path)
    yield from _matrix(real)
    yield Screen("history", f"{start}runs/")
    yield Screen("models", f"{start}models/")
    yield Screen("history-older", f"{start}runs/", _older)
    yield Screen("history-nothing", f"{start}runs/?q=nowhere&status=failed&starred=1")
    yield from kept_screens(real, addresses["rich"], path)
    yield Screen("settings", f"{start}settings/")
    yield Screen("settings-open", f"{start}settings/", _open_folds)
    yield Screen("missing", f"{start}nothing/", statuses=(404,))
    yield Screen("refused", start, _without_token, statuses=(403,))
    yield from _demo(demo)
    yield from experiment_screens(real, fake)
    yield from asking_screens(real, fake)
    yield from _busy(real, fake)


def _permalinks(real: Product, fake: FakeWaveSpeed, run: str, comparison: str) -> Iterator[Screen]:
    """Menus of files, how to cite, saved files opened from the disk, and what a rerun changed."""
    for name, path in (("run", run), ("compare", comparison)):
        yield Screen(f"files-{name}", real.url + path, _open_files)
        yield Screen(f"saved-{name}", real.saved(path))
    fake.configure(answer=lambda _: RICH.replace("429.57", "429.75"))
    again = real.ended(real.press_again(run))
    fake.configure(answer=lambda body: ANSWERS.get(body["prompt"], RICH))
    yield Screen("again", real.url + again)
    yield Screen("again-ancestor", real.url + run)


def _open_files(page: Page) -> None:
    page.click(".drop:has(ul) > summary")
    page.click(".cite > summary")
    page.click(".drop:has(ul) > summary")  # a press elsewhere closed it


def _open_folds(page: Page) -> None:
    for fold in page.locator(".setting-more summary").all():
        fold.click()


def _matrix(real: Product) -> Iterator[Screen]:
    """Five images for three models; and the question before they start."""
    tray = [f"example:{name}" for name in ("receipt", "chart", "plan", "uibug", "whiteboard")]
    fields = {"tray": tray, "image_mode": "each"}
    path = real.ended(real.press("Read every number in it.", *SIX[:3], **fields, confirmed="15"))
    yield Screen("matrix", real.url + path, _all_ended, whole=False)
    yield Screen("mark", f"{real.url}{path}mark/")
    first = real.json(f"{path.rstrip('/')}.json")["cells"][0]["id"]
    yield Screen("confirm", f"{real.url}/?from={first}", _press_first)


def _all_ended(page: Page) -> None:
    page.wait_for_selector(".cell[aria-busy=true]", state="detached")


def _press_first(page: Page) -> None:
    page.click(".run-bar [type=submit]")
    page.wait_for_selector("#confirm-title")


def _composer(start: str) -> Iterator[Screen]:
    yield Screen("start", start)
    yield Screen("example", f"{start}?example=receipt")
    chosen = start + "?" + urlencode({"model": SIX, "prompt": "What is this?"}, doseq=True)
    yield Screen("picker", chosen, lambda page: page.click(".model-picker > summary"))
    custom = "document.querySelectorAll('[value=custom]').forEach((one) => one.click())"
    yield Screen("parameters", chosen, lambda page: page.evaluate(custom))
    yield Screen("errors", start, _press_nothing, statuses=(422,))
    yield Screen("uploading", f"{start}?example=chart", _upload)
    for name in ("image-address", "shortcuts"):
        yield Screen(name, start, partial(_show, name), whole=False)
    yield Screen("menu", start, lambda page: page.click("[popovertarget]"), whole=False)
    yield Screen("window", f"{start}?example=plan", whole=False)


def _seed(real: Product, fake: FakeWaveSpeed) -> dict[str, str]:
    """Make runs in every state that ends; returns their addresses."""
    fake.configure(answer=lambda body: ANSWERS.get(body["prompt"], RICH), delays={SONNET: 2.0})
    fill = [
        real.press(f"Describe image {n} in {n} words", SIX[n % 3], temperature=n / 10)
        for n in range(18)
    ]
    made = {
        "rich": real.press("Extract every line item.", system_prompt="Be careful. " * 9, **RECEIPT)
    }
    made |= {"many-images": real.press("Compare all sixteen.", max_tokens=900, **SIXTEEN)}
    made |= {
        "address": real.press("What is here?", image_urls=f"https://example.org/{WORD[:300]}.png")
    }
    made |= {"word": real.press(WORD), "long": real.press("Read every line of it. " * 900)}
    made |= {"right-to-left": real.press(ARABIC), "hebrew": real.press(HEBREW, SONNET)}
    made |= {"empty-answer": real.press("Say nothing.")}
    for path in [*fill, *made.values()]:
        real.ended(path)
    real.post(made["rich"] + "star/", starred="1")
    limit = {"code": 400, "message": "at most 1 image is supported for this model, got 2"}
    for name, place, fault in (
        ("failed", "submit", Fault.answer(400, limit)),
        ("credit", "submit", Fault.answer(402)),
        ("unknown", "submit", Fault.reset(accepted=True)),
        ("flagged", "poll", Fault.data(has_nsfw_contents=[True])),
    ):
        fake.fault(place, fault)
        made[name] = real.ended(real.press(f"This one is {name}.", **RECEIPT))
    fake.configure(delays={SONNET: 900, GPT: 900})
    made["cancelled"] = real.ended(real.press("Stop this one.", GPT), "processing")
    real.post(made["cancelled"] + "cancel/")
    fake.configure(delays={})
    return made


def _sharing(real: Product, addresses: dict[str, str], six: str) -> Iterator[Screen]:
    """Links to a run, to one with a flagged answer and to a comparison of six."""
    rich, flagged = real.share(addresses["rich"]), real.share(addresses["flagged"])
    real.ended(six, "completed")
    compared = real.share(six, hide_costs="1", expiry="7")
    real.post(f"{six}rename/", title="Receipts")
    yield Screen("shared-run", real.url + rich)
    yield Screen("shared-run-code", real.url + rich, partial(_check, "code"))
    yield Screen("shared-flagged", real.url + flagged)
    yield Screen("shared-compare", f"{real.url}{compared}#answer-2")
    matrix = real.press(
        "Read it.", *SIX[:3], image_mode="each", confirmed="12", tray=SIXTEEN["tray"][:4]
    )
    grid = real.share(real.ended(matrix, "completed"))
    yield Screen("shared-matrix", f"{real.url}{grid}#answer-5", whole=False)
    yield Screen("shared-gone", f"{real.url}/s/nothing/", statuses=(404,))
    yield Screen("share-page", f"{real.url}{six}share/")
    for name, path in (("run", addresses["many-images"]), ("compare", six)):
        yield Screen(f"share-{name}", real.url + path, _share, whole=False)
    yield Screen("shares", f"{real.url}/shares/")


def _share(page: Page) -> None:
    page.click("[data-open=share]")
    page.wait_for_selector("#share .share-sheet > p:last-child")


def _demo(demo: Product) -> Iterator[Screen]:
    path = demo.ended(demo.press("What is on the table?", **RECEIPT))
    yield Screen("demo-start", demo.url)
    yield Screen("demo-run", demo.url + path)
    yield Screen("demo-results", f"{demo.url}/?from={path.split('/')[2]}", _press_and_settle)


def _busy(real: Product, fake: FakeWaveSpeed) -> Iterator[Screen]:
    """Fill the places at the provider, so that what follows has to wait."""
    yield Screen("results", f"{real.url}/?example=receipt", _press_and_settle)
    fake.configure(sync=False, delays={SONNET: 900, GPT: 900})
    models = urlencode({"model": [FLASH, SONNET, LLAMA, HAIKU, GPT, SCOUT]}, doseq=True)
    for _device in ("desktop", "phone"):
        fake.fault("submit", Fault.answer(400), model=LLAMA)
        fake.fault("poll", Fault.data(has_nsfw_contents=[True]), model=HAIKU)
        fake.fault("submit", Fault.reset(accepted=True), model=SCOUT)
    yield Screen("running", f"{real.url}/?prompt=Describe+this&{models}", _press_and_wait)
    real.ended(real.press("The last places.", SONNET), "processing")
    yield Screen("run-running", real.url + real.ended(real.press("Slow.", GPT), "processing"))
    yield Screen("run-queued", real.url + real.press("Behind the others.", SONNET))
    yield Screen("queued", f"{real.url}/?prompt=Later&{models}", _press_and_wait)
    yield Screen("history-running", f"{real.url}/runs/?status=running")


def _check(view: str, page: Page) -> None:
    page.check(f"[value={view}]")


def _show(dialog: str, page: Page) -> None:
    page.evaluate(f"document.getElementById('{dialog}').showModal()")


def _press_and_wait(page: Page) -> None:
    page.click(".run-bar [type=submit]")
    page.wait_for_selector(".result")
    page.wait_for_timeout(2500)


def _press_and_settle(page: Page) -> None:
    page.click(".run-bar [type=submit]")
    _settled(page)


def _settled(page: Page) -> None:
    page.wait_for_selector(".result")
    page.wait_for_selector("[aria-busy=true]", state="detached")


def _press_nothing(page: Page) -> None:
    page.click("[data-clear-models]")
    page.wait_for_selector(".chip", state="detached")
    page.evaluate("document.querySelectorAll('[value=custom]').forEach((one) => one.click())")
    page.fill("#max-tokens", "0")
    page.click(".run-bar [type=submit]")
    page.wait_for_selector("#prompt-error")


def _older(page: Page) -> None:
    page.click("#older a")
    page.wait_for_selector("#older", state="detached")


def _upload(page: Page) -> None:
    page.evaluate("XMLHttpRequest.prototype.send = () => {}")  # never answered
    files = [str(ROOT / "static" / "examples" / f"{name}.webp") for name in ("plan", "uibug")]
    page.set_input_files("[data-file]", files)


def _without_token(page: Page) -> None:
    page.context.clear_cookies()
    with page.expect_navigation():
        page.evaluate("document.querySelector('[data-theme-form]').submit()")
