"""The pages of test sets, as a browser without script uses them; and what htmx is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.experiments import test_sets, versions
from playground.experiments.models.test_set import Case, TestSet
from playground.images.models import Image
from tests.conftest import markup, member, png, signed_in, upload
from tests.experiments.sets import started, version_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from playground.experiments.models.test_set import Version

pytestmark = pytest.mark.django_db
EDIT = {"var_thing": "thing 0", "expected": "7", "tags": "Small  Print, receipt", "note": "faint"}


def page_of(version: Version) -> str:
    return version.test_set.get_absolute_url()


def edited(client: Client, version: Version, **fields: Any) -> Any:
    """Open the first case as fields, then save it with these."""
    case = version.cases.first()
    assert case
    shown = client.get(f"{page_of(version)}?edit={case.key}")
    sent = EDIT | {"seen": shown.context["form"].seen} | fields
    return client.post(f"{page_of(version)}cases/{case.key}/", sent)


def test_a_new_set_is_named_and_empty(client: Client) -> None:
    answer = client.post("/test-sets/", {"name": "Road signs"}, follow=True)
    assert "Road signs" in markup(answer)
    assert client.get("/test-sets/").context["versions"][0][0].case_count == 0


def test_a_set_without_a_name_is_not_made(client: Client) -> None:
    answer = client.post("/test-sets/", {"name": " "})
    assert answer.status_code == 422
    assert "A test set needs a name" in markup(answer)
    assert not TestSet.objects.exists()


def test_one_owner_has_so_many_sets_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sets, "MAX_TEST_SETS", 1)
    answers = [client.post("/test-sets/", {"name": name}) for name in ("One", "Two")]
    assert [one.status_code for one in answers] == [303, 422]
    assert "Delete one of them first" in markup(answers[1])


def test_the_list_has_fifty_sets_a_page(client: Client) -> None:
    for number in range(51):
        test_sets.create(f"Set {number}", None)
    assert len(client.get("/test-sets/").context["versions"]) == 50
    assert "Set 0<" in markup(client.get("/test-sets/?page=2"))


def test_a_case_is_added_with_its_images_in_their_order(client: Client) -> None:
    version = test_sets.create("Signs", None)
    files = [upload(png("red"), "red.png"), upload(png("blue"), "blue.png")]
    fields = {"new_name": "{{what}}", "new_value": "the colour", "expected": "red\r\nblue"}
    client.post(f"{page_of(version)}cases/", fields | {"images": files})
    case = version.cases.get()
    assert [one.name for one in case.images.all()] == ["red.png", "blue.png"]
    assert (case.variables, case.expected) == ({"what": "the colour"}, "red\nblue")


def test_a_refused_case_keeps_what_was_typed_and_its_images(client: Client) -> None:
    version = test_sets.create("Signs", None)
    files = [upload(png("red"), "red.png"), upload(b"no image", "note.txt")]
    answer = client.post(f"{page_of(version)}cases/", {"expected": "red", "images": files})
    assert answer.status_code == 422
    page = markup(answer)
    assert "note.txt" in page
    assert f'value="{Image.objects.get().pk}/red.png" checked' in page
    assert not version.cases.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expected": "red"}, "A case needs an image, a variable or a question"),
        ({"question": "x" * 100_001}, "at most 100000 characters"),
        ({"question": "What?", "new_name": "two words"}, "A variable is a word"),
        ({"question": "a\x00b"}, "Null characters"),
        ({"question": "What?", "tags": ",".join(map(str, range(21)))}, "at most 20 tags"),
        ({"question": "What?", "tags": "x" * 41}, "of at most 40 characters"),
    ],
)
def test_what_is_no_case_is_refused_in_words(
    client: Client, fields: dict[str, str], words: str
) -> None:
    version = test_sets.create("Signs", None)
    answer = client.post(f"{page_of(version)}cases/", fields)
    assert answer.status_code == 422
    assert words in markup(answer)
    assert not Case.objects.exists()


def test_a_case_has_sixteen_images_at_most(client: Client) -> None:
    version = test_sets.create("Signs", None)
    files = [upload(name=f"{place}.png") for place in range(17)]
    answer = client.post(f"{page_of(version)}cases/", {"question": "What?", "images": files})
    assert "at most 16 images. Remove 1" in markup(answer)


def test_a_case_is_edited_in_place(client: Client) -> None:
    version = version_of("1", "2", images=True)
    answer = edited(client, version, back="q=thing&page=1&version=3")
    assert answer.url == f"{page_of(version)}?q=thing&page=1"
    case = version.cases.first()
    assert case
    assert (case.expected, case.tags, case.note) == ("7", ["small print", "receipt"], "faint")
    assert not case.images.exists()  # none of them was ticked


def test_images_that_stay_ticked_are_kept(client: Client) -> None:
    version = version_of("1", images=True)
    image = version.cases.get().images.get()
    edited(client, version, image=f"{image.image_id}/{image.name}")
    assert version.cases.get().images.get().name == "0.png"


def test_what_another_tab_changed_is_shown_before_it_is_overwritten(client: Client) -> None:
    version = version_of("1")
    first = client.get(f"{page_of(version)}?edit={version.cases.get().key}").context["form"].seen
    edited(client, version, expected="8")
    answer = edited(client, version, expected="9", seen=first)
    assert answer.status_code == 409
    assert "expected 8" in markup(answer)
    assert (
        edited(client, version, expected="9", seen=answer.context["form"].seen).status_code == 303
    )
    assert version.cases.get().expected == "9"


def test_a_case_that_is_gone_says_so(client: Client) -> None:
    version = version_of("1", "2")
    key = version.cases.get(position=0).key
    for _ in range(2):  # a double click
        assert client.post(f"{page_of(version)}cases/{key}/remove/").status_code == 303
    answer = client.post(f"{page_of(version)}cases/{key}/", EDIT)
    assert answer.status_code == 409
    assert version.cases.get().expected == "2"


def test_htmx_is_answered_the_main_part_errors_included(client: Client) -> None:
    version = version_of("1")
    answer = client.get(page_of(version), headers={"HX-Request": "true"})
    assert answer.content.lstrip().startswith(b"<main")
    url = f"{page_of(version)}cases/"
    refused = client.post(url, {}, headers={"HX-Request": "true"})
    assert (refused.status_code, refused.content.lstrip()[:5]) == (422, b"<main")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=THING+2", [3]),
        ("q=2.png", [3]),
        ("q=grå", [2]),
        ("tag=blå", [2]),
        ("tag=bl", []),
        ("value=none", [4]),
        ("value=some&tag=receipt", [1]),
        ("q=%25", []),
        ("page=9", [1, 2, 3, 4]),
        ("page=x&value=what", [1, 2, 3, 4]),
    ],
)
def test_cases_are_found_by_what_they_say(client: Client, query: str, numbers: list[int]) -> None:
    version = version_of("1", "2", "3", "", images=True)
    version.cases.filter(position=0).update(tags=["receipt"])
    version.cases.filter(position=1).update(tags=["blå"], variables={"thing": 'en "grå" sten'})
    answer = client.get(f"{page_of(version)}?{query}")
    assert [row.number for row in answer.context["rows"]] == numbers


def test_a_page_has_twenty_cases(client: Client) -> None:
    version = version_of(*map(str, range(45)))
    answer = client.get(f"{page_of(version)}?page=3&value=some")
    assert [row.number for row in answer.context["rows"]] == [41, 42, 43, 44, 45]
    assert "?page=2&amp;value=some" in markup(answer)


@pytest.mark.usefixtures("upstream")
def test_an_old_version_is_shown_and_not_edited(client: Client) -> None:
    version = version_of("1")
    started(version)
    edited(client, version)
    old, new = client.get(f"{page_of(version)}?version=1"), client.get(page_of(version))
    assert "It cannot be edited" in markup(old)
    assert "?edit=" not in markup(old)
    assert "1 changed" in markup(new)
    assert client.get(f"{page_of(version)}?version=3").status_code == 404


@pytest.mark.usefixtures("upstream")
def test_a_set_says_which_experiments_use_it(client: Client) -> None:
    version = version_of("1")
    experiment = started(version)
    page = markup(client.get(page_of(version)))
    assert experiment.get_absolute_url() in page
    assert "the first edit begins version 2" in page
    assert "1 experiment<" in markup(client.get("/test-sets/"))


def test_what_was_typed_is_text(client: Client) -> None:
    version = version_of("<b>1</b>")
    version.cases.update(variables={"thing": "<script>"}, tags=["<i>"], note="<u>", question="<s>")
    page = markup(client.get(f"{page_of(version)}?edit={version.cases.get().key}"))
    assert not {"<script>", "<i>", "<u>", "<s>", "<b>1"} & set(page.split())
    assert "&lt;script&gt;" in page


def test_a_deleted_set_is_gone_and_can_be_taken_back(client: Client) -> None:
    version = version_of("1")
    there = client.post(f"{page_of(version)}delete/").url
    assert client.get(page_of(version)).status_code == 404
    assert "was deleted" in markup(client.get(there))
    client.post(f"{page_of(version)}bring-back/")
    assert client.get(page_of(version)).status_code == 200


def test_a_set_is_renamed(client: Client) -> None:
    version = version_of("1")
    client.post(f"{page_of(version)}rename/", {"name": "Sums"})
    assert TestSet.objects.get().name == "Sums"
    assert client.post(f"{page_of(version)}rename/", {"name": ""}).status_code == 422


def test_an_image_of_somebody_else_is_not_taken(accounts: SettingsWrapper) -> None:
    theirs = version_of("1", owner=member("other"), images=True).cases.get().images.get()
    mine = test_sets.create("Mine", member())
    url = f"{page_of(mine)}cases/"
    fields = {"question": "What?", "image": f"{theirs.image_id}/x.png"}
    answer = signed_in(mine.test_set.owner).post(url, fields)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert not mine.cases.exists()


def test_a_set_that_no_experiment_uses_goes_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, kept = version_of("1"), version_of("2")
    test_sets.delete(gone.test_set)
    assert test_sets.sweep() == 0  # it can still be taken back
    monkeypatch.setattr(test_sets, "UNDO_LIFETIME", test_sets.UNDO_LIFETIME * 0)
    assert test_sets.sweep() == 1
    assert list(TestSet.objects.all()) == [kept.test_set]


@pytest.mark.usefixtures("upstream")
def test_a_set_that_an_experiment_uses_is_kept_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    version = version_of("1")
    started(version)
    test_sets.delete(version.test_set)
    monkeypatch.setattr(test_sets, "UNDO_LIFETIME", test_sets.UNDO_LIFETIME * 0)
    assert test_sets.sweep() == 0
    assert versions.newest_of(version.test_set) == version
