"""Where the time goes from a press to its answer, and how it grows: python -m benchmarks.latency

Presses Run in a real Chromium. benchmarks.beside says how long it takes beside a bare page.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.servers import Provider, playground, provider
from benchmarks.tables import Row, show
from benchmarks.watching import Watch, Watcher, watcher
from playground.catalog import entries

if TYPE_CHECKING:
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
    parser.add_argument("--stages", action="store_true", help="nothing but where the time goes")
    given = parser.parse_args()
    with provider() as fake, watcher() as seen_by, playground(fake) as server:
        rows = stages(seen_by, server, fake, given.repeats)
        rows += [] if given.stages else ages(seen_by, server, fake)
    return show(rows)


if __name__ == "__main__":
    sys.exit(main())
