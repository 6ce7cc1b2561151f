"""Notes below runs and comparisons: who writes, changes and reads them, and where they go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from playground.runs import notes
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import MAX_NOTE_LENGTH, Note
from playground.runs.models.run import Run
from playground.sharing.models import Share
from tests.conftest import FLASH, GPT, markup, member, signed_in
from tests.history.test_moving import Team, press, team

pytestmark = pytest.mark.django_db
__all__ = ["team"]
with_accounts = pytest.mark.usefixtures("accounts")
HTMX = {"hx-request": "true"}


@pytest.fixture
def address() -> str:
    """A run of a local playground."""
    return press(Client())


def written(browser: Client, address: str, text: str = "The *total* is right.", **how: Any) -> Any:
    return browser.post(f"{address}notes/", {"note": text}, **how)


def exported(browser: Client, address: str) -> Any:
    return json.loads(browser.get(f"{address.rstrip('/')}.json").content)


def test_a_note_is_read_below_its_run(address: str) -> None:
    answer = written(Client(), address)
    assert (answer.status_code, answer["Location"]) == (303, f"{address}#notes")
    assert "The <em>total</em> is right." in markup(Client().get(address))


def test_with_script_the_notes_alone_are_drawn_anew(address: str) -> None:
    answer = written(Client(), address, headers=HTMX)
    assert markup(answer).startswith('<section class="panel notes"')


def test_a_comparison_and_a_matrix_have_notes_too() -> None:
    for fields in ({"models": [FLASH, GPT]}, {"image_mode": "each", "models": [FLASH, GPT]}):
        address = press(Client(), **fields)
        written(Client(), address, "Both are right.")
        assert "Both are right." in markup(Client().get(address))
        assert exported(Client(), address)["notes"][0]["text"] == "Both are right."


@pytest.mark.parametrize("text", ["", "  \r\n ", "\x00", "x" * (MAX_NOTE_LENGTH + 1)])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_no_note_is_refused_and_stays_in_its_field(
    address: str, text: str, headers: dict[str, str]
) -> None:
    answer = written(Client(), address, text, headers=headers)
    assert (answer.status_code, Note.objects.count()) == (422, 0)
    assert 'role="alert"' in markup(answer)
    assert text.strip("\x00 \r\n") in answer.content.decode()


def test_so_many_notes_and_no_more(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_NOTES", 1)
    written(Client(), address)
    answer = written(Client(), address, "A second one")
    assert (answer.status_code, Note.objects.count()) == (422, 1)
    assert b"A second one" in answer.content


def test_what_a_note_says_runs_nothing(address: str) -> None:
    written(Client(), address, "<script>x</script> [a](javascript:b) ![c](http://127.0.0.1/d.png)")
    page = markup(Client().get(address))
    note = page.partition('<article class="note"')[2].partition('<div class="prose"')[2]
    note = note.partition("</article>")[0]
    assert not any(one in note for one in ("<script", 'href="javascript', "<img"))


def test_a_note_is_changed_and_says_so(address: str) -> None:
    written(Client(), address)
    note = f"{address}notes/{Note.objects.get().pk}/"
    assert f'action="{note}"' in markup(Client().get(address))
    Client().post(note, {"note": "It is **wrong**."})
    assert "It is <strong>wrong</strong>." in markup(Client().get(address))
    assert Note.objects.get().edited_at is not None
    answer = Client().post(note, {"note": " "})
    assert (answer.status_code, Note.objects.get().text) == (422, "It is **wrong**.")


def test_a_note_is_deleted_once(address: str) -> None:
    written(Client(), address)
    note = f"{address}notes/{Note.objects.get().pk}/"
    codes = [Client().post(note, {"delete": "1", "note": "x"}).status_code for _ in range(2)]
    assert (codes, Note.objects.count()) == ([303, 404], 0)


@with_accounts
def test_only_its_writer_changes_a_note(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    written(team.browser("worker"), address)
    note = f"{address}notes/{Note.objects.get().pk}/"
    for name, status in (("keeper", 404), ("looker", 403)):
        for data in ({"note": "Mine now"}, {"delete": "1"}):
            assert team.browser(name).post(note, data).status_code == status
    page = markup(team.browser("keeper").get(address))
    assert "<strong>worker</strong>" in page
    assert "Delete the note" not in page
    assert "Delete the note" in markup(team.browser("worker").get(address))


@with_accounts
def test_who_looks_reads_notes_and_writes_none(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    written(team.browser("worker"), address)
    page = markup(team.browser("looker").get(address))
    assert "The <em>total</em> is right." in page
    assert "Write a note" not in page
    assert written(team.browser("looker"), address).status_code == 403
    assert written(signed_in(member("other")), address).status_code == 404


def test_a_note_of_another_run_is_none_of_this_one(address: str) -> None:
    other = press(Client())
    written(Client(), address)
    note = Note.objects.get()
    assert Client().post(f"{other}notes/{note.pk}/", {"delete": "1"}).status_code == 404


@with_accounts
def test_the_files_of_the_owner_have_notes_and_the_project(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    written(team.browser("worker"), address)
    browser, base = team.browser("keeper"), address.rstrip("/")
    found = exported(browser, address)
    assert found["project"] == {"id": team.project, "name": "Receipts"}
    assert [(one["by"], one["text"]) for one in found["notes"]] == [
        ("worker", "The *total* is right.")
    ]
    assert "> The *total* is right." in browser.get(f"{base}.md").content.decode()
    assert "<em>total</em>" in b"".join(browser.get(f"{base}.html")).decode()
    assert b"The *total* is right." in b"".join(browser.get("/runs/export.jsonl"))


@pytest.mark.parametrize("ticked", [False, True])
@pytest.mark.parametrize("models", [[FLASH], [FLASH, GPT]])
def test_notes_leave_with_a_link_only_if_that_is_ticked(ticked: bool, models: list[str]) -> None:
    address = press(Client(), models=models)
    written(Client(), address, "Written before")
    assert b"show_notes" in Client().get(f"{address}share/").content
    Client().post(f"{address}share/", {"show_notes": "1"} if ticked else {})
    written(Client(), address, "Written after")
    link = f"/s/{Share.objects.get().token}"
    pages = [f"{link}/", f"{link}.json", f"{link}.md", f"{link}.html"]
    found = [b"".join(Client().get(page)).decode() for page in pages]
    assert ["Written before" in one for one in found] == [ticked] * 4
    assert not any("Written after" in one for one in found)
    told = exported(Client(), link)["notes"]
    assert told is None or (told[0]["by"], told[0]["id"]) == (None, None)
    assert (told is not None) == ticked


@with_accounts
def test_a_link_names_nobody_who_wrote(team: Team) -> None:
    address = press(team.browser("worker"), project=str(team.project))
    written(team.browser("worker"), address)
    team.browser("worker").post(f"{address}share/", {"show_notes": "1"})
    link = f"/s/{Share.objects.get().token}"
    found = [b"".join(Client().get(page)) for page in (f"{link}/", f"{link}.json", f"{link}.md")]
    assert not any(b"worker" in one or b"Receipts" in one for one in found)


def test_taking_the_tick_back_takes_the_notes_back(address: str) -> None:
    written(Client(), address, "Written before")
    Client().post(f"{address}share/", {"show_notes": "1"})
    share = Share.objects.get()
    Client().post(f"/shares/{share.pk}/change/", {})
    assert b"Written before" not in Client().get(f"/s/{share.token}/").content


def test_the_database_holds_a_note_to_one_thing(address: str) -> None:
    run, comparison = Run.objects.get(), Comparison.objects.create()
    more = {"text": "x", "html": "x", "renderer_version": 1}
    for below in ({}, {"run": run, "comparison": comparison}, {"run": run, "text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(**more | below)
    Note.objects.create(run=run, **more)
    run.delete()
    assert not Note.objects.exists()
