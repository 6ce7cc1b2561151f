"""Limits on runs and spending: they hold whoever presses, say when to come back, keep the form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.images.models import ImageHolder
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.spending import limits
from playground.spending.models import Press
from tests.conftest import FLASH, GPT, HAIKU, form, member, png, signed_in, upload
from tests.gone import delete_for_good

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
NONE = dict.fromkeys(
    [
        f"{who}_{what}"
        for who in ("MEMBER", "SITE")
        for what in ("RUNS_MINUTE", "RUNS_DAY", "UNITS_DAY")
    ],
    0,
)


@pytest.fixture
def limit(accounts: SettingsWrapper) -> Callable[..., None]:
    def only(**given: int) -> None:
        accounts.LIMITS = NONE | given

    return only


def press(browser: Client, *models: str, **fields: Any) -> Any:
    return browser.post("/runs/", form(models=models or [FLASH], **fields))


def test_a_member_starts_so_many_runs_a_minute(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=2)
    browser = signed_in(member())
    assert [press(browser).status_code for _ in range(3)] == [303, 303, 429]
    assert Run.objects.count() == 2


def test_a_member_adds_so_many_images_a_day(accounts: SettingsWrapper) -> None:
    accounts.MEMBER_IMAGES_DAY = 2
    browser, other = signed_in(member()), signed_in(member("other"))

    def add(colour: str, who: Client = browser) -> int:
        return int(who.post("/images/", {"image": upload(png(colour))}).status_code)

    assert [add("red"), add("green"), add("blue"), add("green")] == [200, 200, 422, 200]
    assert add("blue", other) == 200
    ImageHolder.objects.update(chosen_at=timezone.now() - timedelta(hours=25))
    assert add("blue") == 200


def test_a_form_with_an_image_too_many_is_kept(accounts: SettingsWrapper) -> None:
    accounts.MEMBER_IMAGES_DAY = 1
    files = [upload(png("red"), "red.png"), upload(png("blue"), "blue.png")]
    answer = press(signed_in(member()), prompt="Is this kept?", images=files)
    assert answer.status_code == 422
    assert b"blue.png was not added: 1 new images within 24 hours are the most" in answer.content
    assert b"Is this kept?" in answer.content
    assert not Run.objects.exists()


def test_the_refusal_keeps_the_form_and_says_when_to_come_back(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=1)
    browser = signed_in(member())
    press(browser)
    answer = press(browser, prompt="Is this kept?")
    assert 40 <= int(answer["Retry-After"]) <= 60
    assert b"You may start 1 run a minute, and none is left. Nothing was sent." in answer.content
    assert b"Is this kept?" in answer.content


def test_with_htmx_the_composer_comes_back(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=1)
    browser = signed_in(member())
    press(browser)
    answer = browser.post("/runs/", form(prompt="Kept?"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (429, "#composer")


def test_waiting_opens_the_limit(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=1)
    browser = signed_in(member())
    press(browser)
    Press.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert press(browser).status_code == 303


def test_the_wait_is_until_enough_of_the_oldest_is_past(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=4)
    account = member()
    now = timezone.now()
    for hours, runs in ((23, 1), (20, 2), (1, 1)):
        at = now - timedelta(hours=hours)
        Press.objects.create(account=account, runs=runs, units=0, at=at)
    answer = press(signed_in(account), FLASH, GPT)
    assert abs(int(answer["Retry-After"]) - 4 * 3600) < 60


def test_one_member_does_not_use_up_another_members(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=1)
    first, second = signed_in(member("first")), signed_in(member("second"))
    assert [press(one).status_code for one in (first, second, first)] == [303, 303, 429]


def test_the_site_has_a_limit_over_all_members(limit: Callable[..., None]) -> None:
    limit(SITE_RUNS_DAY=2)
    answers = [press(signed_in(member(name))) for name in ("a1", "b1", "c1")]
    assert [one.status_code for one in answers] == [303, 303, 429]
    assert b"Everybody here together" in answers[2].content


def test_units_are_limited_as_they_are_billed(
    limit: Callable[..., None], upstream: FakeWaveSpeed
) -> None:
    limit(MEMBER_UNITS_DAY=4)
    browser = signed_in(member())
    assert press(browser, GPT).status_code == 303  # premium: three units
    assert press(browser, GPT).status_code == 429
    assert press(browser, FLASH).status_code == 303


def test_the_demo_spends_no_units(limit: Callable[..., None]) -> None:
    limit(MEMBER_UNITS_DAY=1)
    browser = signed_in(member())
    assert [press(browser, GPT).status_code for _ in range(3)] == [303] * 3


def test_a_press_over_the_whole_limit_is_told_to_choose_fewer(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=2)
    answer = press(signed_in(member()), FLASH, GPT, HAIKU)
    assert answer.status_code == 429
    assert b"and this press is 3 runs. Nothing was sent. Choose fewer." in answer.content
    assert not Comparison.objects.exists()


def test_deleting_runs_gives_nothing_back(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=1)
    browser = signed_in(member())
    press(browser)
    delete_for_good(Run.objects.all())
    assert press(browser).status_code == 429


def test_the_same_press_again_costs_nothing(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=1)
    browser = signed_in(member())
    first = press(browser, form_token="t")
    assert press(browser, form_token="t")["Location"] == first["Location"]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_retry_counts_and_says_why_not(limit: Callable[..., None], htmx: bool) -> None:
    limit(MEMBER_RUNS_DAY=1)
    browser = signed_in(member())
    press(browser)
    run = Run.objects.get()
    run.cancel()
    headers = {"HX-Request": "true"} if htmx else {}
    answer = browser.post(f"/runs/{run.pk}/retry/", {"form_token": "again"}, headers=headers)
    assert answer.status_code == 429
    assert "none is left" in answer.content.decode()
    assert Run.objects.count() == 1


def test_added_columns_count(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=3)
    browser = signed_in(member())
    press(browser, FLASH, GPT)
    address = f"/compare/{Comparison.objects.get().pk}/add/"
    answer = browser.post(address, {"models": [FLASH, GPT], "form_token": "more"})
    assert answer.status_code == 429
    assert Run.objects.count() == 2


def test_what_is_left_stands_beside_the_button(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_MINUTE=3, SITE_RUNS_DAY=100, MEMBER_UNITS_DAY=50)
    browser = signed_in(member())
    assert b"3 runs and 50 units left now" in browser.get("/").content
    press(browser)
    assert b"2 runs and 50 units left now" in browser.get("/selection/").content


def test_what_is_left_is_renewed_by_a_press(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=3)
    answer = signed_in(member()).post("/runs/", form(), headers={"HX-Request": "true"})
    assert b'id="allowance" hx-swap-oob="outerHTML">2 runs left now' in answer.content


def test_a_local_playground_has_no_limits_of_its_own(client: Client) -> None:
    assert [press(client).status_code for _ in range(70)] == [303] * 70
    assert not Press.objects.exists()
    assert b"left now" not in client.get("/").content


def test_a_local_playground_can_be_limited(client: Client, settings: SettingsWrapper) -> None:
    settings.LIMITS = NONE | {"SITE_RUNS_DAY": 1, "MEMBER_RUNS_DAY": 5}
    assert [press(client).status_code for _ in range(2)] == [303, 429]


def test_what_counts_no_more_is_swept(limit: Callable[..., None]) -> None:
    limit(MEMBER_RUNS_DAY=3)
    press(signed_in(member()))
    Press.objects.update(at=timezone.now() - timedelta(days=1))
    limits.sweep()
    assert not Press.objects.exists()
