"""`python -m tests.walks --seeds 0:50`: says of each walk whether it found something."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.walks.ground import Ground
from tests.walks.steps import Step
from tests.walks.walk import MAX_STEPS, Walks

WIDTHS, ACCESS = (1440, 390), ("local", "accounts")


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.walks", description=__doc__)
    asked.add_argument("--seeds", default="0:3", help="first:end")
    asked.add_argument("--steps", type=int, default=MAX_STEPS)
    asked.add_argument("--width", type=int, choices=WIDTHS, action="append")
    asked.add_argument("--access", choices=ACCESS, action="append")
    asked.add_argument("--way", type=Path, help="a file with the lines that a fault printed")
    options = asked.parse_args()
    arguments = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        faults = sum(_on(browser, access, options) for access in options.access or ACCESS)
        browser.close()
    print(f"{faults} faults")
    return 1 if faults else 0


def _on(browser: Browser, access: str, options: argparse.Namespace) -> int:
    """Walk on one ground; returns how many walks found a fault."""
    first, end = map(int, options.seeds.split(":"))
    with Ground(access) as ground:
        faults = 0
        for width in options.width or WIDTHS:
            walks = Walks(browser, ground, width, options.steps)
            if options.way:
                faults += _again(walks, options.way)
                continue
            faults += sum(_by_seed(walks, seed) for seed in range(first, end))
    return faults


def _again(walks: Walks, way: Path) -> bool:
    steps = [Step.read(line) for line in way.read_text().splitlines() if line.strip()]
    found = walks.fault_of(steps)
    print(f"{walks.ground.access} {walks.width}: {found or 'nothing found'}", flush=True)
    return bool(found)


def _by_seed(walks: Walks, seed: int) -> bool:
    where = f"{walks.ground.access} {walks.width}"
    try:
        walks.by_seed(seed)
    except AssertionError as fault:
        print(f"{where} {fault}", flush=True)
        return True
    print(f"{where} seed {seed}: nothing found", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
