"""How late an answer is seen: python -m benchmarks.latency

Presses Run in a real Chromium and takes away what the provider needed. The bare pages are pressed
in the same run: compare the ratios, the machine may be busy.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from datetime import datetime
from functools import partial
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.servers import Provider, bare, playground, provider
from benchmarks.tables import Row, show
from benchmarks.watching import Watch, Watcher, watcher
from playground.catalog import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.product import Server

EIGHT = tuple(model.id for model in entries.models()[:8])
SPREAD = {model: 0.8 + 0.25 * place for place, model in enumerate(EIGHT)}  # seconds of each
AGES = (2, 10, 30, 60, 120)  # seconds
WAITING = 30.0  # seconds in which requests are counted
_numbers = itertools.count()


def address(base: str, prompt: str, *models: str) -> str:
    return f"{base}/?" + urlencode({"prompt": prompt, "model": models or EIGHT[:1]}, doseq=True)


def answer(prompt: str, model: str = EIGHT[0]) -> str:
    """What the fake answers."""
    return f'{model} was asked: "{prompt}"'


def one(seen_by: Watcher, server: Server) -> tuple[float, float]:
    """Press Run for one model; returns the moments of the press and of the answer."""
    prompt = f"Number {next(_numbers)}"
    seen = seen_by.once(address(server.url, prompt), answer(prompt))
    return seen.pressed, seen.last


def stages(seen_by: Watcher, server: Server, fake: Provider, repeats: int) -> list[Row]:
    """Where the time goes on the way from the press to the answer."""
    fake.configure(sync=True, delay=1.0)
    steps: dict[str, list[float]] = {}
    for _ in range(repeats + 1):
        prompt = f"Number {next(_numbers)}"
        watch = seen_by.press(address(server.url, prompt), answer(prompt))
        seen = watch.result(30)
        times = server.json(f"{watch.page.url.removeprefix(server.url).rstrip('/')}.json")["times"]
        rows = {name: datetime.fromisoformat(at).timestamp() for name, at in times.items() if at}
        made = fake.submissions()[-1]
        marks = {
            "press to row": seen.pressed,
            "row to submission": rows["created_at"],
            "submission to provider": rows["submit_started_at"],
            "": made["time"],
            "provider's end to row": made["finished_at"],
            "row to page": rows["finished_at"],
        }
        ends = [*list(marks.values())[1:], seen.last]
        for (name, began), end in zip(marks.items(), ends, strict=True):
            steps.setdefault(name, []).append(end - began)
        watch.close()
    del steps[""]  # the provider's own time
    return [Row(f"of that, {name}", 1000 * median(took[1:])) for name, took in steps.items()]


def on_bare_page(seen_by: Watcher, base: str, query: str) -> tuple[float, float]:
    seen = seen_by.once(f"{base}/{query}", "was asked")
    return seen.pressed, seen.last


def milliseconds(
    press: Callable[[], tuple[float, float]],
    fake: Provider,
    delay: float,
    repeats: int,
    *,
    sync: bool = True,
) -> float:
    """Median of what was waited beyond the provider's own time, of which no two are the same.

    A page that asks at fixed intervals would otherwise be lucky or unlucky every time.
    """
    waits = []
    for turn in range(repeats + 1):
        fake.configure(sync=sync, delay=(exact := delay + turn * 0.5 / repeats))
        pressed, seen = press()
        waits.append(seen - pressed - exact)
    return 1000 * median(waits[1:])  # the first one warmed up


def single(seen_by: Watcher, server: Server, fake: Provider, repeats: int) -> list[Row]:
    rows = []
    limits = {(True, 2.0): 100, (True, 0.2): 100, (False, 2.0): 250, (False, 0.2): 200}
    for (sync, delay), limit in limits.items():
        way = "answers the call itself" if sync else "submit and query"
        value = milliseconds(partial(one, seen_by, server), fake, delay, repeats, sync=sync)
        rows.append(Row(f"press to answer, {way}, {delay:g} s", value, limit))
    return rows


def baselines(seen_by: Watcher, base: str, fake: Provider, repeats: int) -> list[Row]:
    rows = []
    for name, query in (("a bare page that holds its poll", "?hold=1"), ("every 500 ms", "")):
        for delay in (2.0, 0.2):
            press = partial(on_bare_page, seen_by, base, query)
            value = milliseconds(press, fake, delay, repeats)
            rows.append(Row(f"{name}, {delay:g} s", value))
    return rows


def eight(
    seen_by: Watcher, server: Server, fake: Provider, repeats: int, *, sync: bool
) -> list[Row]:
    """Eight models that end one after the other."""
    fake.configure(sync=sync, delays=SPREAD)
    all_late, first_late = [], []
    for _ in range(repeats + 1):
        prompt = f"Number {next(_numbers)}"
        texts = {answer(prompt, model): model for model in EIGHT}
        seen = seen_by.once(address(server.url, prompt, *EIGHT), *texts)
        finished = [made["finished_at"] for made in fake.submissions()[-len(EIGHT) :]]
        all_late.append(1000 * (seen.last - seen.pressed - max(SPREAD.values())))
        first_late.append(1000 * (seen.first - min(finished)))
    fake.configure(delays={})
    way = "answered by the call" if sync else "submit and query"
    return [
        Row(f"8 models, {way}, all seen, minus the slowest", median(all_late[1:]), 150),
        Row(f"8 models, {way}, the first is late by", median(first_late[1:]), 100),
    ]


def ages(seen_by: Watcher, server: Server, fake: Provider) -> list[Row]:
    """Runs of many ages and a comparison, all at once: how late each is, how much they ask."""
    fake.configure(sync=False, delay=WAITING + 10)
    together = seen_by.press(address(server.url, "Together", *EIGHT), answer("Together"))
    alone = seen_by.press(address(server.url, "Alone"), answer("Alone"))
    watches: dict[int, Watch] = {}
    for age in AGES:
        model = EIGHT[-1 - AGES.index(age)]
        fake.configure(delays={EIGHT[-1 - AGES.index(a)]: a for a in watches} | {model: age})
        prompt = f"Aged {age}"
        watches[age] = seen_by.press(address(server.url, prompt, model), answer(prompt, model))
        time.sleep(0.5)
    return [*_late(watches, fake), _asked("one run", alone), _asked("8 models", together)]


def _late(watches: dict[int, Watch], fake: Provider) -> list[Row]:
    rows = []
    for age, watch in watches.items():
        seen = watch.result(age + 60)
        made = next(m for m in fake.submissions() if m["body"]["prompt"] == f"Aged {age}")
        late = seen.last - made["finished_at"]
        rows.append(Row(f"late at an age of {age} s", 1000 * late))
    return rows


def _asked(name: str, watch: Watch) -> Row:
    pressed = watch.page.evaluate("window.watch.pressed")
    count = sum(moment - pressed < WAITING for moment, _what in watch.requests)
    return Row(f"requests in 30 s of waiting, {name}", count, 12, "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="without ages and waiting")
    parser.add_argument("--stages", action="store_true", help="nothing but where the time goes")
    given = parser.parse_args()
    with provider() as fake, watcher() as seen_by:
        rows: list[Row] = []
        if given.stages:
            with playground(fake) as server:
                return show(stages(seen_by, server, fake, given.repeats))
        with bare(fake) as base:
            rows += baselines(seen_by, base.url, fake, given.repeats)
        with playground(fake) as server:
            rows += single(seen_by, server, fake, given.repeats)
            rows += stages(seen_by, server, fake, given.repeats)
            for sync in (True, False):
                rows += eight(seen_by, server, fake, given.repeats // 2 + 1, sync=sync)
            if not given.quick:
                rows += ages(seen_by, server, fake)
    return show(rows)


if __name__ == "__main__":
    sys.exit(main())
