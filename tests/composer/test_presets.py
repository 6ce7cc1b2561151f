"""Presets: saving, filling the composer, naming, sharing; variables of prompts."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from playground.accounts.models import Account
from playground.composer.presets import library
from playground.composer.presets.models import Preset
from playground.runs.models.run import Run
from playground.submission.variables import fill, names_in
from tests.conftest import FLASH, GPT, form, member, signed_in, upload

if TYPE_CHECKING:
    from collections.abc import Callable

    Press = Callable[..., Any]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What is the {{colour}} of the {{ part }}?", ["colour", "part"]),
        ("{{a}} {{b}} {{a}}", ["a", "b"]),
        ("{{}} {{ }} {{1a}} {{a b}} {{a.b}} {a} {{a} {{a\n}}", []),
        ("{{{a}}}", ["a"]),
        ("{{é}} {{" + "a" * 41 + "}}", []),
        ('{"a": {"b": {}}}', []),
    ],
)
def test_what_is_a_variable(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_values_are_put_in_once() -> None:
    values = {"a": "{{b}}", "b": "\\1"}
    assert fill("{{a}} {{ b }} {{c}} {d}", values) == "{{b}} \\1 {{c}} {d}"


def test_a_press_with_unfilled_variables_asks_for_them(press: Press) -> None:
    response = press(prompt="Find the {{part}}", var_other="x")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'name="var_part"' in page
    assert "Write a value for part. Nothing was sent." in page
    assert "Find the {{part}}" in page
    assert not Run.objects.exists()


def test_the_run_has_the_filled_prompt_and_nothing_else(press: Press) -> None:
    fields = {"prompt": "Find the {{part}} {{ }}", "system_prompt": "Speak {{lang}}"}
    press(**fields, var_part="red\r\nlid", var_lang="Welsh", var_other="hidden")
    run = Run.objects.get()
    assert (run.prompt, run.system_prompt) == ("Find the red\nlid {{ }}", "Speak Welsh")


@pytest.mark.parametrize("value", [" ", "a\x00b", "x" * 100_001])
def test_values_are_checked_like_prompts(press: Press, value: str) -> None:
    assert press(prompt="{{a}}", var_a=value).status_code == 422
    assert not Run.objects.exists()


def test_values_count_for_the_length_of_the_prompt(press: Press) -> None:
    response = press(prompt="{{a}}{{b}}", var_a="x" * 60_000, var_b="x" * 60_000)
    assert response.status_code == 422
    assert b"With its values the text has 120,000 characters" in response.content


def test_values_do_not_fill_the_memory(press: Press) -> None:
    tracemalloc.start()
    response = press(prompt="{{a}}" * 20_000, var_a="x" * 100_000)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert b"With its values the text has 2,000,000,000 characters" in response.content
    assert most < 50_000_000


def test_variables_are_bounded(press: Press) -> None:
    response = press(prompt=" ".join(f"{{{{v{number}}}}}" for number in range(21)))
    assert response.status_code == 422
    assert response.content.count(b'name="var_v') == 20
    assert b"The prompts have 21 variables" in response.content


def test_a_value_stays_text_on_the_page(press: Press) -> None:
    page = press(prompt="{{a}} {{b}}", var_a="</textarea><script>").content.decode()
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_the_same_press_with_values_is_one_run(press: Press) -> None:
    for _ in range(2):
        press(prompt="{{a}}", var_a="x", form_token="t")
    assert Run.objects.count() == 1


def test_a_program_keeps_its_braces(client: Client) -> None:
    from tests.api.conftest import program, start

    start(program(), prompt="Explain {{ user.name }} and {{user}}")
    assert Run.objects.get().prompt == "Explain {{ user.name }} and {{user}}"


def saved(client: Client, **fields: Any) -> Preset:
    client.post("/presets/", form(**fields))
    return Preset.objects.get()


def test_the_composer_saves_what_it_holds_and_keeps_it(client: Client) -> None:
    fields = {"prompt": "Find the {{part}}\nnow", "models": [FLASH, GPT], "temperature": "0.5"}
    response = client.post("/presets/", form(**fields, form_token="t", images=[upload()]))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Saved as preset" in page
    assert 'value="t"' in page  # still the same press
    assert 'name="var_part"' in page
    preset = Preset.objects.get()
    assert (preset.name, preset.model_ids) == ("Find the {{part}}", [FLASH, GPT])
    assert preset.prompt == "Find the {{part}}\nnow"
    assert not Run.objects.exists()


def test_htmx_gets_the_composer_back(client: Client) -> None:
    response = client.post("/presets/", form(), headers={"HX-Request": "true"})
    assert response["HX-Retarget"] == "#composer"
    assert b"<html" not in response.content


def test_what_cannot_be_saved_is_said_in_the_composer(client: Client) -> None:
    response = client.post("/presets/", form(prompt=""))
    assert response.status_code == 422
    assert not Preset.objects.exists()


def test_a_preset_fills_the_composer(client: Client) -> None:
    preset = saved(
        client, system_prompt="Be brief", models=[GPT, FLASH], temperature="0.5", repeats="2"
    )
    page = client.get(f"/?preset={preset.pk}")
    initial = page.context["form"].initial
    assert (initial["temperature"], initial["repeats"]) == (0.5, 2)
    assert page.context["selected"] == [GPT, FLASH]
    assert b"Be brief" in page.content


def test_models_that_are_gone_are_left_out(client: Client) -> None:
    Preset.objects.create(name="Old", prompt="Why?", model_ids=["gone/model"], digest="d")
    page = client.get(f"/?preset={Preset.objects.get().pk}")
    assert page.context["selected"]
    assert "gone/model" not in page.context["selected"]


@pytest.mark.parametrize("wanted", ["999", "x", "", "9" * 30, "%00", "-1", "²"])
def test_a_preset_that_is_not_there_fills_nothing(client: Client, wanted: str) -> None:
    assert client.get(f"/?preset={wanted}").status_code == 200


def test_the_same_again_is_one_preset_and_the_same_name_two(client: Client) -> None:
    for prompt in ("Why?", "Why?", "Why?\nReally"):
        client.post("/presets/", form(prompt=prompt))
    assert sorted(one.name for one in Preset.objects.all()) == ["Why?", "Why? 2"]


def test_a_run_can_be_saved(client: Client, ask: Callable[..., Run]) -> None:
    run = ask("What is the total?", system_prompt="Be brief")
    assert b"Save as preset" in client.get(f"/runs/{run.pk}/").content
    assert client.post("/presets/", {"run": run.pk})["Location"] == "/presets/"
    preset = Preset.objects.get()
    assert (preset.prompt, preset.system_prompt) == ("What is the total?", "Be brief")


@pytest.mark.parametrize("run", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_run_that_is_not_there_is_not_saved(client: Client, run: str) -> None:
    assert client.post("/presets/", {"run": run}).status_code == 404


def test_presets_are_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MAX_PRESETS", 1)
    client.post("/presets/", form(prompt="One"))
    response = client.post("/presets/", form(prompt="Two"))
    assert (response.status_code, Preset.objects.count()) == (422, 1)
    assert b"nothing was saved" in response.content


def test_a_preset_is_renamed_and_deleted(client: Client) -> None:
    preset = saved(client)
    client.post(f"/presets/{preset.pk}/rename/", {"name": "  Receipts "})
    assert Preset.objects.get().name == "Receipts"
    client.post(f"/presets/{preset.pk}/delete/")
    assert not Preset.objects.exists()


def test_a_name_is_not_blank_and_not_taken(client: Client) -> None:
    first = saved(client, prompt="One")
    client.post("/presets/", form(prompt="Two"))
    for name in (" ", "Two"):
        response = client.post(f"/presets/{first.pk}/rename/", {"name": name})
        assert response.status_code == 422
        assert b'role="alert"' in response.content
    assert Preset.objects.filter(name="One").exists()


@pytest.fixture
def two(accounts: Any) -> tuple[Client, Client]:
    return signed_in(member("mine")), signed_in(member("other"))


def test_a_link_gives_a_copy_to_whoever_may_use_the_playground(two: tuple[Client, Client]) -> None:
    mine, other = two
    preset = saved(mine, prompt="Find the {{part}}")
    mine.post(f"/presets/{preset.pk}/share/")
    token = Preset.objects.get().link
    assert b"Find the {{part}}" in other.get(f"/presets/{token}/").content
    assert b"Find the {{part}}" in other.get(f"/?preset={token}").content
    for _ in range(2):
        other.post(f"/presets/{token}/copy/")
    copy = Preset.objects.get(owner__username="other")
    assert (copy.prompt, copy.name, copy.link) == (preset.prompt, preset.name, None)
    assert Client().get(f"/presets/{token}/").status_code == 401


def test_a_link_ends(two: tuple[Client, Client]) -> None:
    mine, other = two
    preset = saved(mine)
    mine.post(f"/presets/{preset.pk}/share/")
    token = Preset.objects.get().link
    mine.post(f"/presets/{preset.pk}/share/", {"off": "1"})
    assert other.get(f"/presets/{token}/").status_code == 404
    assert other.get(f"/presets/{token}/").content == other.get("/presets/never/").content
    assert b"What is this" not in other.get(f"/?preset={token}").content


def test_a_link_ends_with_the_account_of_its_owner(two: tuple[Client, Client]) -> None:
    mine, other = two
    preset = saved(mine, prompt="An ended {{part}}")
    mine.post(f"/presets/{preset.pk}/share/")
    token = Preset.objects.get().link
    Account.objects.filter(username="mine").update(is_active=False)
    assert other.get(f"/presets/{token}/").status_code == 404
    assert other.post(f"/presets/{token}/copy/").status_code == 404
    assert b"An ended" not in other.get(f"/?preset={token}").content


def test_a_foreign_preset_fills_nothing(two: tuple[Client, Client]) -> None:
    preset = saved(two[0], prompt="A private prompt")
    assert b"A private prompt" not in two[1].get(f"/?preset={preset.pk}").content
    assert b"A private prompt" not in two[1].get("/presets/").content


def test_two_owners_may_use_one_name(two: tuple[Client, Client]) -> None:
    for one in two:
        one.post("/presets/", form(prompt="Why?"))
    assert [one.name for one in Preset.objects.all()] == ["Why?", "Why?"]


JINJA = "Explain {{ title }} to " + " ".join(f"{{{{ v{n} }}}}" for n in range(300))


def test_braces_are_sent_as_they_are_where_that_is_ticked(press: Press) -> None:
    assert press(prompt=JINJA).status_code == 422
    assert press(prompt=JINJA, as_text="on").status_code == 303
    assert Run.objects.get().prompt == JINJA


def test_too_many_variables_come_with_the_way_out(press: Press) -> None:
    page = press(prompt=JINJA).content.decode()
    assert "or send the braces as they are" in page
    assert 'name="as_text"' in page[page.index("data-variables") :]


def test_a_run_opens_with_its_filled_prompt_and_asks_for_nothing(
    client: Client, press: Press
) -> None:
    press(prompt="Find {{part}}", var_part="the {{lid}}")
    run = Run.objects.get()
    page = client.get(f"/?from={run.pk}").content.decode()
    assert "Find the {{lid}}" in page
    assert 'name="as_text" checked' in page
    assert 'id="var-lid"' not in page


def test_a_rerun_asks_what_was_filled_in(client: Client, press: Press) -> None:
    press(prompt="Find {{part}}", var_part="the {{lid}}")
    run = Run.objects.get()
    run.finish("failed")
    client.post(f"/runs/{run.pk}/rerun/")
    assert set(Run.objects.values_list("prompt", flat=True)) == {"Find the {{lid}}"}


def test_a_saved_run_with_braces_asks_for_nothing(client: Client, press: Press) -> None:
    press(prompt="Find {{lid}}", as_text="on")
    client.post("/presets/", {"run": str(Run.objects.get().pk)})
    page = client.get(f"/?preset={Preset.objects.get().pk}").content.decode()
    assert 'name="as_text" checked' in page


def test_a_preset_is_changed_where_it_was_opened(client: Client) -> None:
    client.post("/presets/", form(prompt="Old {{part}}"))
    preset = Preset.objects.get()
    page = client.get(f"/?preset={preset.pk}").content.decode()
    assert f'formaction="/presets/{preset.pk}/change/"' in page
    fields = form(prompt="New", models=[GPT], temperature="0.5", from_preset=preset.pk)
    answer = client.post(f"/presets/{preset.pk}/change/", fields)
    assert (answer.status_code, b"Saved as preset" in answer.content) == (200, True)
    preset.refresh_from_db()
    assert (preset.name, preset.prompt, preset.model_ids) == ("Old {{part}}", "New", [GPT])


def test_a_change_that_cannot_be_read_changes_nothing_and_keeps_the_form(client: Client) -> None:
    client.post("/presets/", form(prompt="Old"))
    preset = Preset.objects.get()
    fields = form(prompt="New", temperature="hot", from_preset=preset.pk)
    answer = client.post(f"/presets/{preset.pk}/change/", fields)
    assert answer.status_code == 422
    assert f'formaction="/presets/{preset.pk}/change/"' in answer.content.decode()
    assert Preset.objects.get().prompt == "Old"


def test_a_change_of_what_another_tab_deleted_becomes_a_new_preset(client: Client) -> None:
    client.post("/presets/", form(prompt="Old"))
    old = Preset.objects.get()
    client.post(f"/presets/{old.pk}/delete/")
    answer = client.post(f"/presets/{old.pk}/change/", form(prompt="New", from_preset=old.pk))
    assert (answer.status_code, Preset.objects.get().prompt) == (200, "New")


def test_a_preset_of_a_link_is_nobody_elses_to_change(two: tuple[Client, Client]) -> None:
    one, other = two
    one.post("/presets/", form(prompt="Mine"))
    preset = Preset.objects.get()
    library.share(preset)
    preset.refresh_from_db()
    assert "Save changes" not in other.get(f"/?preset={preset.link}").content.decode()
    assert other.post(f"/presets/{preset.pk}/change/", form(prompt="Theirs")).status_code == 404


def test_models_that_are_left_out_are_named(client: Client) -> None:
    client.post("/presets/", form(prompt="Old", models=[FLASH, GPT]))
    Preset.objects.update(model_ids=[FLASH, "left@gone", "vendor/gone"])
    page = client.get(f"/?preset={Preset.objects.get().pk}").content.decode()
    assert "left@gone, vendor/gone cannot be run here any more and were left out" in page


def test_a_deleted_preset_can_be_brought_back(client: Client) -> None:
    client.post("/presets/", form(prompt="Dear 🏳️‍🌈 ünïcode"))
    preset = Preset.objects.get()
    page = client.post(f"/presets/{preset.pk}/delete/", follow=True).content.decode()
    assert "No preset yet" in page
    assert f'action="/presets/{preset.pk}/restore/"' in page
    client.post(f"/presets/{preset.pk}/restore/")
    assert Preset.objects.get().prompt == preset.prompt


def test_while_it_is_deleted_nothing_opens_it_and_its_name_is_free(client: Client) -> None:
    client.post("/presets/", form(prompt="Same"))
    preset = Preset.objects.get()
    library.share(preset)
    preset.refresh_from_db()
    client.post(f"/presets/{preset.pk}/delete/")
    assert client.get(f"/presets/{preset.link}/").status_code == 404
    client.post("/presets/", form(prompt="Same"))
    client.post(f"/presets/{preset.pk}/restore/")
    assert sorted(Preset.objects.values_list("name", flat=True)) == ["Same", "Same 2"]


def test_one_too_many_is_not_brought_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MAX_PRESETS", 1)
    first = saved(client, prompt="One")
    client.post(f"/presets/{first.pk}/delete/")
    client.post("/presets/", form(prompt="Two"))
    refused = client.post(f"/presets/{first.pk}/restore/")
    assert (refused.status_code, Preset.objects.count()) == (422, 1)
    assert f'action="/presets/{first.pk}/restore/"' in refused.content.decode()  # still offered


def test_a_minute_later_it_is_gone_for_good(client: Client) -> None:
    client.post("/presets/", form(prompt="Old"))
    preset = Preset.objects.get()
    client.post(f"/presets/{preset.pk}/delete/")
    Preset.everything.update(deleted_at=timezone.now() - library.UNDO_LIFETIME)
    assert "Undo" not in client.get(f"/presets/?deleted={preset.pk}").content.decode()
    library.sweep()
    assert client.post(f"/presets/{preset.pk}/restore/").status_code == 404


def test_what_somebody_else_deleted_is_not_offered(two: tuple[Client, Client]) -> None:
    one, other = two
    one.post("/presets/", form(prompt="Mine"))
    preset = Preset.objects.get()
    one.post(f"/presets/{preset.pk}/delete/")
    assert "Mine" not in other.get(f"/presets/?deleted={preset.pk}").content.decode()
    assert other.post(f"/presets/{preset.pk}/restore/").status_code == 404
