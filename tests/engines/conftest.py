"""One playground before a fake provider, and each engine once; flows run in those that are here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from tests.browser.product import Product
from tests.browser.provider import upstream, wavespeed
from tests.engines.install import ENGINES, missing
from tests.engines.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.engines.driver import Engine
    from tests.fakes.wavespeed import FakeWaveSpeed

__all__ = ["upstream", "wavespeed"]

CLASSES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("engines")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        here = [name for name in ENGINES if not missing(name)]
        metafunc.parametrize("engine", here, indirect=True, scope="session")


@pytest.fixture(scope="session")
def product(wavespeed: FakeWaveSpeed) -> Iterator[Product]:
    with Product(wavespeed) as product:
        yield product


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    module = importlib.import_module(f"tests.engines.{request.param}")
    engine: Engine = getattr(module, CLASSES[request.param])()
    yield engine
    engine.close()


@pytest.fixture
def new_tab(
    engine: Engine, product: Product, upstream: FakeWaveSpeed
) -> Iterator[Callable[..., Tab]]:
    """Open a tab of somebody who was never here; `script=False` for one that runs none."""
    tabs: list[Tab] = []

    def make(width: int = 1440, *, script: bool = True) -> Tab:
        tabs.append(Tab(engine.tab(script=script), product.url))
        tabs[-1].resize(width, 900)
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.close()


@pytest.fixture
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()
