"""Versions of presets: what begins the next one, what they show, bringing one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.composer.presets import library, versions
from playground.composer.presets.models import Preset, PresetVersion
from playground.experiments.models.test_set import TestSet
from playground.runs.models.run import Run
from tests.conftest import FLASH, GPT, form, member, png, signed_in, upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Press = Callable[..., Any]

pytestmark = pytest.mark.django_db


@pytest.fixture
def preset(client: Client) -> Preset:
    client.post("/presets/", form(prompt="Read the receipt"))
    return Preset.objects.get()


def change(client: Client, preset: Preset, **fields: Any) -> Preset:
    client.post(f"/presets/{preset.pk}/change/", form(**fields))
    return Preset.objects.get()


def use(client: Client, preset: Preset) -> None:
    client.post("/runs/", form(prompt="Anything", from_preset=str(preset.pk)))


def changed_twice(client: Client, preset: Preset) -> Preset:
    for prompt in ("Read the whole receipt", "Read the receipt, then stop"):
        use(client, preset)
        change(client, preset, prompt=prompt)
    return Preset.objects.get()


def prompts(preset: Preset) -> dict[int, str]:
    return {one.number: one.prompt for one in versions.all_of(preset)}


def test_a_version_that_nothing_used_is_edited_in_place(client: Client, preset: Preset) -> None:
    assert prompts(change(client, preset, prompt="Read it")) == {1: "Read it"}


def test_the_first_change_after_a_run_begins_the_next(client: Client, preset: Preset) -> None:
    use(client, preset)
    changed = change(client, preset, prompt="Read it")
    assert prompts(changed) == {2: "Read it", 1: "Read the receipt"}
    assert not changed.is_used
    assert prompts(change(client, preset, prompt="Read")) == {2: "Read", 1: "Read the receipt"}


def test_a_refused_press_uses_nothing(client: Client, preset: Preset) -> None:
    client.post("/runs/", form(prompt="", from_preset=str(preset.pk)))
    assert not Preset.objects.get().is_used


def test_every_change_of_a_linked_preset_begins_the_next(client: Client, preset: Preset) -> None:
    library.share(preset)
    for prompt in ("Read it", "Read"):
        change(client, preset, prompt=prompt)
    assert prompts(Preset.objects.get()) == {3: "Read", 2: "Read it", 1: "Read the receipt"}


def test_saving_the_same_again_begins_nothing(client: Client, preset: Preset) -> None:
    use(client, preset)
    assert change(client, preset, prompt="Read the receipt").version == 1


def test_the_composer_says_which_version_was_saved(client: Client, preset: Preset) -> None:
    use(client, preset)
    page = client.post(f"/presets/{preset.pk}/change/", form(prompt="Read it")).content.decode()
    assert f'<a href="/presets/{preset.pk}/versions/">version 2</a>' in page
    assert "Version 2" in client.get("/presets/").content.decode()


def test_the_oldest_go(client: Client, preset: Preset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MAX_VERSIONS", 2)
    assert list(prompts(changed_twice(client, preset))) == [3, 2]
    page = client.get(f"/presets/{preset.pk}/versions/").content.decode()
    assert "The newest 2 are kept." in page
    assert "Oldest that is kept" in page


def test_the_page_compares_the_newest_with_the_one_before(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    page = client.get(f"/presets/{preset.pk}/versions/").content.decode()
    assert "Version 2 and version 3" in page
    assert "Read the<del> whole</del> receipt<ins>, then stop</ins>" in page


def test_any_two_are_compared_in_their_order(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    for query in ("first=1&second=3", "first=3&second=1"):
        page = client.get(f"/presets/{preset.pk}/versions/?{query}").content.decode()
        assert "Version 1 and version 3" in page
        assert "Read the receipt<ins>, then stop</ins>" in page


def test_the_same_twice_is_asked_about(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    page = client.get(f"/presets/{preset.pk}/versions/?first=2&second=2").content.decode()
    assert "Choose two different versions." in page


def test_numbers_that_are_none_choose_nothing(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    address = f"/presets/{preset.pk}/versions/"
    for odd in ("9", "-1", "x", "\x00", "9" * 99, "١"):
        page = client.get(address, {"first": odd, "second": odd, "back": odd})
        assert "Version 2 and version 3" in page.content.decode(), odd


def test_settings_that_differ_are_a_table(client: Client, preset: Preset) -> None:
    use(client, preset)
    fields = {"models": [FLASH, GPT], "temperature": "0.5", "repeats": "2"}
    change(client, preset, prompt="Read the receipt", system_prompt="Be brief", **fields)
    first, second = reversed(versions.all_of(Preset.objects.get()))
    found = versions.difference(first, second)
    facts = {label: values for label, *values in found.facts}
    assert facts.keys() == {"model", "temperature", "repeats"}
    assert (facts["temperature"], facts["repeats"]) == (["unset", "0.5"], ["1", "2"])
    assert found.changed[0] == "system prompt"


def test_one_version_has_nothing_to_compare(client: Client, preset: Preset) -> None:
    page = client.get(f"/presets/{preset.pk}/versions/").content.decode()
    assert "There is one version." in page
    assert "Side by side" not in page


def test_a_version_is_brought_back_and_nothing_is_lost(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    address = f"/presets/{preset.pk}/versions/1/bring-back/"
    page = client.post(address, follow=True).content.decode()
    assert "Version 4 is as version 1 was." in page
    assert list(prompts(Preset.objects.get()).values()) == [
        "Read the receipt", "Read the receipt, then stop", "Read the whole receipt",
        "Read the receipt",
    ]  # fmt: skip


def test_an_old_address_claims_nothing(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    page = client.get(f"/presets/{preset.pk}/versions/?back=1").content.decode()
    assert "Nothing was lost" not in page


def test_bringing_back_twice_makes_one_version(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    for _ in range(2):
        client.post(f"/presets/{preset.pk}/versions/1/bring-back/")
    assert Preset.objects.get().version == 4


def test_a_version_that_is_not_there_is_not_brought_back(client: Client, preset: Preset) -> None:
    assert client.post(f"/presets/{preset.pk}/versions/7/bring-back/").status_code == 404


def test_two_versions_are_columns_of_an_experiment(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    page = client.get(f"/experiments/new/?preset={preset.pk}&first=1&second=3")
    initial = page.context["form"].initial
    assert initial["prompt"] == ["Read the receipt", "Read the receipt, then stop"]
    assert not initial["is_widened"]


@pytest.mark.usefixtures("accounts")
def test_a_link_shows_no_version_and_fills_no_experiment() -> None:
    mine, other = signed_in(member("mine")), signed_in(member("other"))
    mine.post("/presets/", form(prompt="A name\nAn early secret"))
    preset = Preset.objects.get()
    library.share(preset)
    change(mine, preset, prompt="What is shown")
    link = Preset.objects.get().link
    assert b"An early secret" not in other.get(f"/presets/{link}/").content
    for wanted in (preset.pk, link):
        page = other.get(f"/experiments/new/?preset={wanted}&first=1&second=2")
        assert b"An early secret" not in page.content


@pytest.mark.usefixtures("accounts")
def test_a_foreign_press_uses_nothing() -> None:
    mine, other = signed_in(member("mine")), signed_in(member("other"))
    mine.post("/presets/", form())
    use(other, Preset.objects.get())
    assert not Preset.objects.get().is_used


def test_versions_go_with_their_preset(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    Preset.everything.all().delete()
    assert not PresetVersion.objects.exists()


def test_text_stays_text(client: Client, preset: Preset) -> None:
    use(client, preset)
    change(client, preset, prompt="<script>alert(1)</script>")
    page = client.get(f"/presets/{preset.pk}/versions/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def side_by_side(client: Client, preset: Preset, **fields: Any) -> Any:
    images = [upload(png(size=(20 + n, 20)), f"{n}.png") for n in range(2)]
    whole = form(**({"images": images, "from_preset": str(preset.pk)} | fields))
    return client.post(f"/presets/{preset.pk}/side-by-side/", whole)


@pytest.mark.parametrize(("mode", "sizes"), [("together", [2]), ("each", [1, 1])])
def test_versions_are_put_side_by_side_on_the_images_of_the_composer(
    client: Client, preset: Preset, mode: str, sizes: list[int]
) -> None:
    changed_twice(client, preset)
    made = side_by_side(client, preset, image_mode=mode, prompt="")
    kept = TestSet.objects.get()
    assert [one.images.count() for one in kept.versions.get().cases.order_by("position")] == sizes
    opened = client.get(made["Location"]).context["form"].initial
    assert opened["prompt"] == ["Read the whole receipt", "Read the receipt, then stop"]
    assert opened["version"] == kept.versions.get().pk
    assert set(Run.objects.values_list("prompt", flat=True)) == {"Anything"}


def test_what_was_typed_for_variables_goes_with_the_cases(client: Client, preset: Preset) -> None:
    changed_twice(client, preset)
    side_by_side(client, preset, prompt="Find {{part}} and {{other}}", var_part="the lid")
    assert TestSet.objects.get().versions.get().cases.get().variables == {"part": "the lid"}


@pytest.mark.parametrize("fields", [{"images": []}, {"image_urls": "https://a.example/1.png"}])
def test_without_kept_images_nothing_is_put_side_by_side(
    client: Client, preset: Preset, fields: dict[str, Any]
) -> None:
    changed_twice(client, preset)
    refused = side_by_side(client, preset, **fields)
    assert (refused.status_code, TestSet.objects.count()) == (422, 0)
    assert "Upload an image first" in refused.content.decode()


def test_the_composer_offers_it_where_there_are_versions(client: Client, preset: Preset) -> None:
    address = f"/?preset={preset.pk}"
    assert "side-by-side" not in client.get(address).content.decode()
    changed_twice(client, preset)
    assert "Versions side by side" in client.get(address).content.decode()
