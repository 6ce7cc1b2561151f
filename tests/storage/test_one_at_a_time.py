"""As many as there may be, and not one more: also where many are added at the same moment."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from playground import imaging
from playground.accounts.visitor import Visitor
from playground.api import tokens
from playground.api.models import ApiToken
from playground.catalog import favourites, offered
from playground.catalog.models import Favourite
from playground.composer.presets import library
from playground.composer.presets.models import Preset
from playground.experiments import from_comparison
from playground.experiments.models.experiment import Experiment
from playground.experiments.models.test_set import TestSet
from playground.images import store
from playground.images.models import ImageHolder
from playground.runs import tagging
from playground.runs.models.comparison import Comparison
from playground.runs.models.tag import RunTag, Tag
from playground.sharing import links
from playground.sharing.models import Share
from playground.submission import create
from playground.submission.request import RunRequest
from tests.conftest import FLASH, GPT, member, png

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)
MOST, PRESSES = 3, 8
ASKED = RunRequest(prompt="What?", models=(FLASH,), form_token="same")


@pytest.fixture(autouse=True)
def _looks_take_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looked adds only when all others have looked, unless they wait for each other."""
    for name in ("count", "exists", "first"):
        monkeypatch.setattr(QuerySet, name, slowly(getattr(QuerySet, name)))


def slowly(look: Callable[..., Any]) -> Callable[..., Any]:
    def looked(rows: Any, *args: Any, **kwargs: Any) -> Any:
        seen = look(rows, *args, **kwargs)
        time.sleep(0.05)
        return seen

    return looked


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of the presses returned, or the error that it raised."""
    start, said = threading.Barrier(PRESSES), []

    def press(number: int) -> None:
        start.wait()
        try:
            said.append(work(number))
        except Exception as error:  # noqa: BLE001 - what a press is told
            said.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(PRESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_TOKENS", MOST)
    said = at_once(lambda n: tokens.make(f"program {n}", None))
    assert ApiToken.objects.count() == MOST
    assert sum(isinstance(one, tokens.TooManyTokensError) for one in said) == PRESSES - MOST


def test_tokens_of_one_name() -> None:
    said = at_once(lambda _: tokens.make("nightly", None))
    assert ApiToken.objects.count() == 1
    assert sum(isinstance(one, tokens.NameTakenError) for one in said) == PRESSES - 1


def test_presets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MAX_PRESETS", MOST)
    at_once(lambda n: library.save(library.Content(f"Question {n}"), None))
    assert Preset.objects.count() == MOST


def test_the_same_preset() -> None:
    said = at_once(lambda _: library.save(library.Content("The question"), None))
    assert (Preset.objects.count(), len({one.pk for one in said})) == (1, 1)


def test_presets_that_are_brought_back(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = [library.save(library.Content(f"Question {n}"), None) for n in range(PRESSES)]
    for one in saved:
        library.delete(one)
    monkeypatch.setattr(library, "MAX_PRESETS", MOST)
    at_once(lambda n: library.restore(Preset.everything.get(pk=saved[n].pk)))
    assert Preset.objects.count() == MOST


def test_favourites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(favourites, "MAX_FAVOURITES", MOST)
    ids = [model.id for model in offered.all_models()]
    said = at_once(lambda n: favourites.set_star(Visitor(local=True), ids[n], starred=True))
    assert (Favourite.objects.count(), said.count(True)) == (MOST, MOST)


def test_links(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = create.submit(ASKED)
    monkeypatch.setattr(links, "MAX_OPEN_LINKS", MOST)
    at_once(lambda _: links.share(run, links.Choice()))
    assert Share.objects.count() == MOST


def test_tags_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = create.submit(ASKED)
    monkeypatch.setattr(tagging, "MAX_TAGS_PER_RUN", MOST)
    at_once(lambda n: tagging.add([run], f"tag {n}", None))
    assert RunTag.objects.count() == MOST


def test_tags_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = create.submit(ASKED)
    monkeypatch.setattr(tagging, "MAX_TAGS", MOST)
    at_once(lambda n: tagging.add([run], f"tag {n}", None))
    assert Tag.objects.count() == MOST


def test_images_of_a_member(settings: SettingsWrapper) -> None:
    settings.MEMBER_IMAGES_DAY = MOST
    ada, pictures = member("ada"), [png(size=(20 + n, 20)) for n in range(PRESSES)]
    said = at_once(lambda n: store.store(pictures[n], account=ada))
    assert ImageHolder.objects.count() == MOST
    assert sum(isinstance(one, imaging.PictureRefused) for one in said) == PRESSES - MOST


def test_one_of_the_same_presses_is_the_first() -> None:
    said = at_once(lambda _: create.press(ASKED))
    assert sorted(bool(made) for _, made in said) == [False] * (PRESSES - 1) + [True]
    assert len({run.pk for run, _ in said}) == 1


def test_the_marks_of_a_comparison() -> None:
    asked = create.submit(RunRequest("What?", (FLASH, GPT)))
    comparison = Comparison.objects.get(pk=asked.pk)
    rules = [{"rule": "equals"}]
    said = at_once(lambda n: from_comparison.make(comparison, None, {0: str(n % 2)}, rules))
    refused = [isinstance(one, from_comparison.MarkedAlreadyError) for one in said]
    assert sum(refused) == PRESSES // 2
    assert (Experiment.objects.count(), TestSet.objects.count()) == (1, 1)
    assert {one.pk for one in said if isinstance(one, Experiment)} == {comparison.pk}
