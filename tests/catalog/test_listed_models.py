"""The catalogue as the provider lists it by now, typed ids, and what models take."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from playground.catalog import entries
from playground.catalog import offered as offers
from playground.catalog.badges import ModelBadges
from playground.catalog.entries import Model
from playground.connections import model_lists, servers
from playground.connections.models import ListedModel
from playground.providers.base import OfferedModel
from playground.providers.openai.model_list import _offered
from playground.providers.wavespeed.model_list import offered_models
from playground.runs.models.run import Run
from playground.spending.models import ModelPrice
from playground.spending.prices import refresh_quotes
from tests.conftest import FLASH, GPT, HAIKU, form, markup, png, upload
from tests.fakes.wavespeed import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
NEWER = "google/gemini-2.5-flash"


def picker(client: Client) -> str:
    page = markup(client.get("/"))
    return page[page.index('class="model-options"') :]


def listed(upstream: FakeWaveSpeed, *ids: Any) -> None:
    upstream.configure(listed=list(ids))
    ListedModel.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    model_lists.refresh()
    cache.clear()


def test_what_the_provider_lists_beside_the_catalogue_is_offered(
    upstream: FakeWaveSpeed, client: Client
) -> None:
    listed(upstream, FLASH, NEWER, "xai/grok-4")
    names = [group.name for group in offers.groups()]
    assert names == ["Anthropic", "Google", "OpenAI", "Meta", "xai"]
    assert f'value="{NEWER}"' in picker(client)


def test_what_it_lists_can_be_run(upstream: FakeWaveSpeed, carried: Callable[..., Run]) -> None:
    listed(upstream, NEWER)
    assert carried(model=NEWER).status == "completed"
    assert upstream.submissions[0].model == NEWER


def test_the_list_is_asked_for_once_an_hour(upstream: FakeWaveSpeed) -> None:
    upstream.configure(listed=[FLASH])
    assert [model_lists.refresh(), model_lists.refresh()] == [1, 0]
    ListedModel.objects.update(seen_at=timezone.now() - timedelta(minutes=61))
    assert model_lists.refresh() == 1


def test_without_a_key_nobody_is_asked() -> None:
    assert model_lists.refresh() == 0


def test_what_it_leaves_out_is_gone_and_can_be_new_again(upstream: FakeWaveSpeed) -> None:
    listed(upstream, FLASH, GPT)
    listed(upstream, FLASH, NEWER)
    book = ModelBadges()
    assert [book.of(Model(one)).is_gone for one in (FLASH, GPT, HAIKU)] == [False, True, True]
    assert [book.of(Model(one)).is_new for one in (FLASH, NEWER)] == [False, True]
    listed(upstream, FLASH, GPT)
    assert not ModelBadges().of(Model(GPT)).is_gone


def test_nothing_of_a_first_list_is_new(upstream: FakeWaveSpeed) -> None:
    upstream.configure(offered=[FLASH, "x/one", "x/two", "x/three"])
    model_lists.refresh()
    book = ModelBadges()
    assert not any(book.of(Model(f"x/{one}")).is_new for one in ("one", "two", "three"))


def test_of_two_lists_the_one_that_was_asked_for_last_holds() -> None:
    first, then = timezone.now() - timedelta(seconds=2), timezone.now()
    newer, older = [OfferedModel(FLASH), OfferedModel(NEWER)], [OfferedModel(FLASH)]
    for lists in ([(older, first), (newer, then)], [(newer, then), (older, first)]):
        ListedModel.objects.all().delete()
        for offered, asked_at in lists:
            model_lists.keep("router", offered, asked_at)
        shown = ListedModel.objects.offered_by("router").values_list("model_id", flat=True)
        assert set(shown) == {FLASH, NEWER}


def test_a_list_that_comes_late_takes_no_model_from_a_newer_one(
    upstream: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.configure(listed=[FLASH, NEWER])

    class Late:
        def offered(self) -> list[OfferedModel]:
            monkeypatch.undo()
            model_lists.ask("wavespeed")  # another process, meanwhile
            return [OfferedModel(FLASH)]

    monkeypatch.setattr(model_lists, "provider_named", lambda _: Late())
    model_lists.ask("wavespeed")
    assert ListedModel.objects.offered_by("wavespeed").count() == 2


def test_a_gone_default_is_replaced_by_what_is_listed(
    upstream: FakeWaveSpeed, client: Client
) -> None:
    listed(upstream, HAIKU, NEWER)
    assert offers.default_model_id() == HAIKU
    listed(upstream, NEWER)
    assert f'value="{NEWER}" checked' in picker(client)


@pytest.mark.parametrize(
    "answer", [{"data": []}, {"data": {}}, {"data": [{"model_id": 3}, 4]}, {"data": None}]
)
def test_a_list_that_says_nothing_changes_nothing(upstream: FakeWaveSpeed, answer: Any) -> None:
    listed(upstream, FLASH)
    ListedModel.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    upstream.fault("models", Fault(body={"code": 200, "message": "success"} | answer))
    assert model_lists.refresh() == 0
    assert ListedModel.objects.offered_by("wavespeed").count() == 1


def test_odd_entries_are_left_out() -> None:
    schema = {"properties": {"model": {"enum": ["a/b", 3, "", "x@y", "c" * 300]}, "images": 4}}
    entry = {"name": "e", "api_schema": {"api_schemas": [{"request_schema": schema}]}}
    assert offered_models([entry], "e") == [OfferedModel("a/b", vision=True)]


def test_new_models_are_quoted_too(upstream: FakeWaveSpeed) -> None:
    listed(upstream, NEWER)
    assert refresh_quotes() == len(entries.models()) + 1
    assert ModelPrice.objects.filter(model_id=NEWER).exists()


def test_any_vendor_and_name_can_be_typed_where_there_is_a_key(
    upstream: FakeWaveSpeed, press: Callable[..., Any]
) -> None:
    assert press(models=["anthropic/claude-sonnet-4"]).status_code == 303
    assert Run.objects.get().provider == "wavespeed"


@pytest.mark.parametrize("typed", ["claude", "a/b/c", "a b/c", "/x", "x/", "../x", "é/b", "a/\n"])
def test_what_is_no_id_cannot(
    upstream: FakeWaveSpeed, press: Callable[..., Any], typed: str
) -> None:
    assert press(models=[typed]).status_code == 422


def test_without_a_key_only_the_catalogue_can(press: Callable[..., Any], client: Client) -> None:
    assert press(models=["anthropic/claude-sonnet-4"]).status_code == 422
    assert "vendor/name" not in picker(client)


def test_a_typed_id_stays_in_a_form_that_is_refused(
    upstream: FakeWaveSpeed, press: Callable[..., Any]
) -> None:
    page = markup(press(models=["anthropic/claude-sonnet-4"], prompt=""))
    assert 'value="anthropic/claude-sonnet-4" checked' in page


def limited(**fields: Any) -> None:
    ListedModel.objects.create(provider="wavespeed", model_id=FLASH, **fields)


def two() -> list[Any]:
    return [upload(png("red"), "a.png"), upload(png("blue"), "b.png")]


def refused(client: Client, **fields: Any) -> str:
    answer = client.post("/runs/", form(**fields))
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    return answer.content.decode()


def test_more_images_than_a_model_takes_are_refused_in_words(client: Client) -> None:
    limited(max_images=1)
    page = refused(client, images=two())
    assert (
        "gemini-2.0-flash-001 takes one image per request. You sent 2. "
        "Remove one, or run the images separately." in page
    )


def test_each_image_in_a_run_of_its_own_is_right(client: Client) -> None:
    limited(max_images=1)
    fields = form(images=two(), image_mode="each", confirmed="2")
    assert client.post("/runs/", fields).status_code == 303


def test_a_model_that_reads_no_images_is_said_to(client: Client) -> None:
    limited(vision=False)
    assert "reads no images. You sent 1." in refused(client, images=[upload()])


def test_a_temperature_or_reasoning_that_a_model_does_not_take_is_refused(client: Client) -> None:
    limited(temperature=False, reasoning=False)
    assert "takes no temperature" in refused(client, temperature="0.5")
    assert "takes no temperature" in refused(client, temperatures="0, 1")
    assert "no reasoning to ask for" in refused(client, reasoning="on")


def test_what_nobody_says_is_sent_as_asked(client: Client) -> None:
    limited()
    fields = form(images=two(), temperature="0.5", reasoning="on")
    assert client.post("/runs/", fields).status_code == 303


def test_what_the_catalogue_says_comes_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(max_images=5)
    monkeypatch.setattr(entries, "models", lambda: (Model(FLASH, max_images=1),))
    assert "takes one image" in refused(client, images=two())


def test_openrouters_list_says_what_a_model_takes() -> None:
    offered = _offered({"id": "o/1", "supported_parameters": ["max_tokens", "reasoning"]})
    assert offered
    assert (offered.temperature, offered.reasoning) == (False, True)


def unfit(**fields: Any) -> None:
    """From now on HAIKU takes less than it was thought to."""
    ListedModel.objects.create(provider="wavespeed", model_id=HAIKU, **fields)


def started(client: Client, **fields: Any) -> Run:
    assert client.post("/runs/", form(**fields)).status_code == 303
    return Run.objects.order_by("position")[0]


NOT_TAKEN = [
    ({"max_images": 1}, {"images": "two"}, "takes one image per request. You sent 2."),
    ({"temperature": False}, {"temperature": "0.5"}, "takes no temperature"),
    ({"reasoning": False}, {"reasoning": "on"}, "no reasoning to ask for"),
]


@pytest.mark.parametrize(("said", "fields", "words"), NOT_TAKEN)
def test_a_column_that_its_model_does_not_take_is_refused(
    client: Client, said: dict[str, Any], fields: dict[str, Any], words: str
) -> None:
    unfit(**said)
    fields = fields | ({"images": two()} if "images" in fields else {})
    first = started(client, models=[FLASH, GPT], **fields)
    answer = client.post(f"/compare/{first.comparison_id}/add/", {"models": [HAIKU]})
    assert (answer.status_code, Run.objects.count()) == (422, 2)
    assert words in answer.content.decode()


def test_a_column_of_a_matrix_is_asked_for_one_image_at_a_time(client: Client) -> None:
    unfit(max_images=1)
    first = started(client, images=two(), image_mode="each", confirmed="2")
    client.post(f"/compare/{first.comparison_id}/add/", {"models": [HAIKU]})
    assert Run.objects.filter(model_id=HAIKU).count() == 2


def test_a_column_of_a_matrix_whose_model_reads_no_images_is_refused(client: Client) -> None:
    unfit(vision=False)
    first = started(client, images=two(), image_mode="each", confirmed="2")
    answer = client.post(f"/compare/{first.comparison_id}/add/", {"models": [HAIKU]})
    assert (answer.status_code, Run.objects.count()) == (422, 2)


@pytest.mark.parametrize(("models", "words"), [([], "at least one"), (["x"], "cannot be run here")])
def test_a_column_without_a_model_that_can_be_run_is_refused(
    client: Client, models: list[str], words: str
) -> None:
    first = started(client, models=[FLASH, GPT])
    answer = client.post(f"/compare/{first.comparison_id}/add/", {"models": models})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_rerun_with_a_model_that_does_not_take_it_is_refused_in_words(client: Client) -> None:
    unfit(max_images=1)
    first = started(client, images=two())
    first.finish("failed")
    answer = client.post(f"/runs/{first.pk}/rerun/", {"model": HAIKU})
    assert (answer.status_code, Run.objects.count()) == (422, 1)
    assert "takes one image per request. You sent 2." in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_retry_of_what_the_model_no_longer_takes_is_refused_in_words(
    client: Client, headers: dict[str, str]
) -> None:
    first = started(client, models=[HAIKU], temperature="0.5")
    first.finish("failed")
    unfit(temperature=False)
    answer = client.post(f"/runs/{first.pk}/retry/", headers=headers)
    assert (answer.status_code, Run.objects.count()) == (422, 1)
    assert "takes no temperature" in answer.content.decode()


def test_a_retry_where_the_model_cannot_be_run_any_more_asks_nobody_else(client: Client) -> None:
    run = started(client)
    run.finish("failed")
    Run.objects.update(model_id="vendor/typed")  # with a key that is gone
    answer = client.post(f"/runs/{run.pk}/retry/")
    assert (answer.status_code, Run.objects.count()) == (422, 1)


def test_the_form_says_what_a_chosen_model_does_not_take(client: Client) -> None:
    limited(max_images=1, temperature=False, reasoning=False)
    words = "gemini-2.0-flash-001: one image, no temperature, no reasoning"
    assert words in client.get("/").content.decode()
    assert words in client.get("/selection/", {"models": FLASH}).content.decode()
    assert words not in client.get("/selection/", {"models": GPT}).content.decode()


def test_two_models_of_one_name_are_told_apart(client: Client) -> None:
    servers.add("Router", "http://127.0.0.1:9/v1")
    price = {"input_price": "0.0000025", "output_price": "0.00001"}
    ListedModel.objects.create(provider="router", model_id="openai/gpt-4o", **price)
    page = client.get("/models/").content.decode()
    assert "<span>gpt-4o</span>" in page
    assert '<span>gpt-4o<span class="faint">@router</span></span>' in page
    assert '$2.50 / $10.00</span> <span class="price-of faint">1M tokens' in page
