"""The playground beside the same thing as a bare Django page: python -m benchmarks.beside

Presses Run in a real Chromium on both, in turns, in front of one fake provider, and takes away what
the provider needed. The bare page (bare.py) holds its poll, has one file and is served by gunicorn
with threads. What is to be reached is a ratio to it: the machine may be busy.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import requests
from PIL import Image

from benchmarks import start
from benchmarks.processes import computed, family, megabytes
from benchmarks.servers import bare, folder, playground, provider
from benchmarks.tables import Row, show
from benchmarks.watching import watcher
from playground.catalog import entries
from tests.many.pressing import Presser, addresses
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.servers import Provider
    from benchmarks.watching import Watcher
    from tests.product import Server

MODELS = tuple(model.id for model in entries.models()[:8])
SLOW_MODEL, KNOWN_AFTER = entries.models()[8].id, 5  # runs
SPREAD_SECONDS = {model: 0.8 + 0.25 * place for place, model in enumerate(MODELS)}
LEFT = "!location.search.startsWith('?hold') || /ids=/.test(location)"
POLL_MS = 100  # the shortest interval at which a provider is asked
MAX_POLLS = 66  # of a run of 30 s
QUIET_SECONDS, OPENINGS = 10, 20
_numbers = itertools.count()


@dataclass(frozen=True)
class Contest:
    """The two servers, and the ways in which ours may be answered."""

    fake: Provider
    seen_by: Watcher
    control: Server
    ours: Server
    repeats: int

    def medians(self, one: Callable[[Server, int], float]) -> tuple[float, float]:
        """Measure the two in turns, after one turn that warms up."""
        pairs = [(one(self.control, n), one(self.ours, n)) for n in range(self.repeats + 1)][1:]
        return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def address(server: Server, prompt: str, models: Sequence[str]) -> str:
    query = {"hold": 1, "prompt": prompt, "model": models}
    return f"{server.url}/?{urlencode(query, doseq=True)}"


def asked(models: Sequence[str]) -> tuple[str, list[str]]:
    """Return a prompt that was never asked, and the fake's answers to it."""
    prompt = f"Number {next(_numbers)}"
    return prompt, [f'{model} was asked: "{prompt}"' for model in models]


def beyond(
    contest: Contest,
    server: Server,
    turn: int,
    *,
    seconds: float,
    sync: bool,
    image: Path | None = None,
    model: str = MODELS[0],
) -> float:
    """Milliseconds that one answer took beyond the provider's time, of which no two are the same.

    A page that asks at fixed intervals would otherwise be lucky or unlucky every time.
    """
    exact = seconds + turn * 0.5 / contest.repeats
    contest.fake.configure(sync=sync or server is contest.control, delay=exact, delays={})
    prompt, answers = asked([model])
    seen = contest.seen_by.once(address(server, prompt, [model]), *answers, image=image)
    return 1000 * (seen.last - seen.pressed - exact)


def one_model(
    contest: Contest, seconds: float, image: Path | None = None, model: str = MODELS[0]
) -> Iterator[Row]:
    for sync in (True, False):
        once = partial(beyond, contest, seconds=seconds, sync=sync, image=image, model=model)
        control, ours = contest.medians(once)
        limit = 2 * control + (0 if sync else POLL_MS)
        if seconds > 10:
            limit = 150 if sync else 500
        if image:
            limit = 150
        what = f"a call of {seconds:g} s" + (" with an image of 2 MB" if image else "")
        yield row(f"overhead of {what}, {way(sync)}", ours, control, limit)


def way(sync: bool) -> str:
    return "answered by the call" if sync else "submit and query"


def row(measure: str, ours: float, control: float, limit: float, unit: str = "ms") -> Row:
    ratio = f"{ours / control:.1f} times {control:.3g} {unit}" if control else ""
    return Row(measure, ours, limit, unit, note=ratio)


def several(contest: Contest, count: int) -> Iterator[Row]:
    """Models that end one after the other."""
    for sync in (True, False):
        late, control = {}, {}
        for name, found in (("ours", late), ("control", control)):
            server = contest.ours if name == "ours" else contest.control
            turns = [
                together(contest, server, count, sync=sync) for _ in range(contest.repeats + 1)
            ]
            found |= {what: median(one[what] for one in turns[1:]) for what in turns[0]}
        for what, times in {"all seen": 2.5, "first seen": 1.5, "last submission": 1.6}.items():
            limit = times * control[what]
            yield row(f"{count} models, {way(sync)}: {what}", late[what], control[what], limit)


def together(contest: Contest, server: Server, count: int, *, sync: bool) -> dict[str, float]:
    """Milliseconds beyond the slowest, beyond the first end, and from the press to the provider."""
    models = MODELS[:count]
    contest.fake.configure(sync=sync or server is contest.control, delays=SPREAD_SECONDS)
    prompt, answers = asked(models)
    seen = contest.seen_by.once(address(server, prompt, models), *answers)
    made = contest.fake.submissions()[-count:]
    slowest = max(SPREAD_SECONDS[model] for model in models)
    return {
        "all seen": 1000 * (seen.last - seen.pressed - slowest),
        "first seen": 1000 * (seen.first - min(one["finished_at"] for one in made)),
        "last submission": 1000 * (max(one["time"] for one in made) - seen.pressed),
    }


def again(contest: Contest, server: Server, _turn: int, *, close: bool) -> float:
    """Milliseconds until an answer is seen: after a reload meanwhile, or by a tab opened later."""
    contest.fake.configure(sync=True, delay=2.0, delays={})
    prompt, answers = asked(MODELS[:1])
    before = len(contest.fake.submissions())
    watch = contest.seen_by.press(address(server, prompt, MODELS[:1]), *answers)
    until(lambda: len(contest.fake.submissions()) > before, "it is submitted")
    until(lambda: watch.page.evaluate(LEFT), "the page has its answer's address")
    made = contest.fake.submissions()[-1]
    if close:
        where = watch.page.url
        watch.page.goto("about:blank")
        time.sleep(max(0.0, made["finished_at"] + 0.5 - time.time()))
        began = time.time()
        watch.page.goto(where, wait_until="commit")
    else:
        watch.page.reload(wait_until="commit")
        began = made["finished_at"]
    watch.page.wait_for_selector("body")
    watch.look(*answers)
    seen = watch.result(30)
    watch.close()
    return 1000 * (seen.last - began)


def comes_back(contest: Contest) -> Iterator[Row]:
    for what, close, times in (("a reload", False, 2.0), ("a closed tab", True, 1.5)):
        control, ours = contest.medians(partial(again, contest, close=close))
        yield row(f"answer after {what}", ours, control, times * control)


def quiet(contest: Contest) -> Iterator[Row]:
    """What an idle server and one with a waiting page take."""
    yield row("idle, memory", _held(contest.ours), _held(contest.control), 100, "MB")
    yield row("idle, processor", _busy(contest.ours), _busy(contest.control), 0.5, "%")
    for sync, limit in ((True, 1.5), (False, 3.0)):
        contest.fake.configure(sync=sync, delay=3.0 * QUIET_SECONDS, delays={})
        prompt, answers = asked(MODELS[:1])
        watch = contest.seen_by.press(address(contest.ours, prompt, MODELS[:1]), *answers)
        time.sleep(2)  # what a press costs is over
        busy = _busy(contest.ours)
        watch.result(60)
        watch.close()
        yield Row(f"processor while one page waits, {way(sync)}", busy, limit, "%")


def _held(server: Server) -> float:
    return sum(megabytes(pid)[1] for pid in family(server.process.pid))


def _busy(server: Server) -> float:
    before = computed(server.process.pid)
    time.sleep(QUIET_SECONDS)
    return 100 * (computed(server.process.pid) - before) / QUIET_SECONDS


def paints(contest: Contest) -> Iterator[Row]:
    for slow, what in ((False, "first paint"), (True, "first paint, 1.6 Mbit/s and 150 ms")):
        once = partial(_painted, contest, slow=slow)
        control, ours = contest.medians(once)
        yield row(what, ours, control, 2 * control)


def _painted(contest: Contest, server: Server, _turn: int, *, slow: bool) -> float:
    return contest.seen_by.painted(server.url + "/", slow=slow)


def served(contest: Contest) -> Iterator[Row]:
    """Pages at the server, one client on a kept connection."""
    with requests.Session() as session:
        for path, limit in (("/runs/", 25), ("/", 10)):
            times = []
            for _ in range(OPENINGS + 2):
                began = time.perf_counter()
                session.get(contest.ours.url + path, timeout=30).raise_for_status()
                times.append(1000 * (time.perf_counter() - began))
            yield Row(f"{path} at the server", median(times[2:]), limit)


def starts(repeats: int) -> Iterator[Row]:
    with folder() as data:
        given = start.settings(data, start.free_port())
        start.install(given)
        pages = [start.start(given)[0] for _ in range(repeats + 1)]
    control = median(bare_start() for _ in range(repeats))
    yield row("start to the first page", median(pages[1:]), control, 1.5 * control + 300)
    yield Row("the first start ever", pages[0], 2500)


def bare_start() -> float:
    """Milliseconds from the command of the bare page to its first answer."""
    began = time.monotonic()
    with bare() as control:
        return 1000 * (start.until_answered(control.url + "/") - began)


def compare(contest: Contest, *, long: bool) -> Iterator[Row]:
    yield from quiet(contest)
    for seconds in (2.0, 0.2):
        yield from one_model(contest, seconds)
    with folder() as data:
        yield from one_model(contest, 0.2, picture(data))
    for count in (1, 4, 8):
        yield from several(contest, count)
    yield from comes_back(contest)
    yield from paints(contest)
    yield from served(contest)
    if long:
        yield from slow(contest)


def slow(contest: Contest) -> Iterator[Row]:
    """Calls of 30 s, of a model that has answered before: how long it usually takes is known."""
    contest.fake.configure(sync=False, delay=30.0, delays={})
    presser = Presser([contest.ours.url], people=KNOWN_AFTER, model=SLOW_MODEL)
    runs = addresses(presser.press(f"Slow {n}" for n in range(KNOWN_AFTER)))
    until(lambda: all(ended(contest.ours, run) for run in runs.values()), "they end", 120)
    presser.close()
    polls = contest.fake.polls()
    yield from one_model(replace(contest, repeats=1), 30.0, model=SLOW_MODEL)
    asked_about = (contest.fake.polls() - polls) / 2
    yield Row("questions to the provider about a run of 30 s", asked_about, MAX_POLLS, "")


def ended(server: Server, run: str) -> bool:
    return server.json(f"{run.rstrip('/')}.json")["status"] == "completed"


def picture(data: Path) -> Path:
    """Draw 2 MB of noise, which no format makes smaller."""
    path = data / "noise.png"
    Image.frombytes("RGB", (1000, 680), os.urandom(1000 * 680 * 3)).save(path)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--long", action="store_true", help="with calls of 30 s")
    given = parser.parse_args()
    rows = list(starts(min(given.repeats, 5)))
    with provider() as fake, watcher() as seen_by, bare(fake) as control, playground(fake) as ours:
        contest = Contest(fake, seen_by, control, ours, given.repeats)
        for one in compare(contest, long=given.long):
            rows.append(one)
            print(" ".join(one.cells()), file=sys.stderr, flush=True)
    return show(rows)


if __name__ == "__main__":
    sys.exit(main())
