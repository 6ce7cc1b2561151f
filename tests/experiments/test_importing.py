"""Imports: looked at, mended, kept all at once or not at all, by whichever worker is there."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from playground.experiments import importing, test_sets
from playground.experiments.import_cases import STORED
from playground.experiments.models.importing import Import, ImportState
from playground.experiments.models.test_set import Case, CaseImage, TestSet
from playground.images.models import Image
from playground.images.store import store
from playground.worker import execution
from tests.conftest import markup, member, png, signed_in
from tests.experiments.imports import archive, carried, image, kept, sent, table

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def lacks(import_: Import) -> list[tuple[int, str, str]]:
    return [(one["number"], one["kind"], one["words"]) for one in import_.found["lacks"]]


def test_a_table_with_its_images_becomes_a_test_set(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    assert import_.state == ImportState.MAPPING
    assert kept(client, import_, name="Numbers").state == ImportState.DONE
    first, second = TestSet.objects.get(name="Numbers").versions.get().cases.all()
    assert (first.variables, first.expected, first.tags) == (
        {"what": "the colour"},
        "10.57",
        ["a", "b"],
    )
    assert [one.name for one in second.images.all()] == ["blue.png"]


def test_nothing_is_kept_before_it_is_said_so(client: Client) -> None:
    sent(client, table(), image("red"), image("blue"))
    assert (TestSet.objects.count(), Image.objects.count()) == (0, 0)


def test_the_page_shows_the_first_rows_and_what_each_column_means(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    page = markup(client.get(import_.get_absolute_url()))
    assert "2 of 2 rows are ready" in page
    assert "46.03" in page
    assert '<option value="expected" selected>' in page


def test_another_meaning_gives_other_cases(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    kept(client, import_, **{"as-2": "note", "as-1": "variable", "var-1": "{{sought}}"})
    case = Case.objects.all()[0]
    assert (case.variables, case.expected, case.note) == ({"sought": "the colour"}, "", "10.57")


def test_a_folder_without_a_table_is_a_case_for_each_image(client: Client) -> None:
    kept(client, sent(client, image("red"), image("blue")))
    assert [case.images.get().name for case in Case.objects.all()] == ["red.png", "blue.png"]


def test_more_cases_go_behind_those_that_are_there(client: Client) -> None:
    version = test_sets.create("Signs", None)
    version.cases.create(position=0, question="What?")
    kept(client, sent(client, table(), image("red"), image("blue"), set=version.test_set_id))
    assert list(Case.objects.values_list("version", "position")) == [
        (version.pk, n) for n in range(3)
    ]


def test_a_row_that_names_a_pdf_is_told_what_to_do(client: Client) -> None:
    files: dict[str, bytes | str] = {"red.png": png("red")}
    files["all.csv"] = "file,truth\nred.png,1\nscans/Report.PDF,2\n"
    import_ = sent(client, archive(files | {"scans/Report.PDF": b"%PDF-1.4"}))
    words = "is a PDF. Save its pages as images and name those in the row."
    assert lacks(import_) == [(2, "image", f"scans/Report.PDF {words}")]


def test_what_lacks_is_named_with_its_row(client: Client) -> None:
    text = "file,truth\nred.png,1\nbleu.png,2\nblue.png,\nnone.png,4\nred.png,1,2e5\n"
    import_ = sent(client, table(text), image("red"), image("blue"))
    assert lacks(import_) == [
        (2, "image", "bleu.png is not in the folder, and nothing like it."),
        (3, "expected", "No expected value."),
        (4, "image", "none.png is not in the folder, and nothing like it."),
        (5, "", "3 fields, the head has 2."),
    ]
    assert import_.found["ready"] == 1


def test_rows_are_mended_kept_without_and_left_out(client: Client) -> None:
    text = "file,truth\nred-01.png,\nred-1.png,\nnone.png,3\ngone.png,4\n"
    files = [archive({"t.csv": text, "red-1.png": png("red"), "red-01.png": png("blue")})]
    import_ = sent(client, *files)
    fields: dict[str, Any] = {"row-1": "mend", "expected-1": "7", "row-2": "bare", "row-3": "mend"}
    fields |= {"file-3": image("green"), "row-4": "out"}
    assert kept(client, import_, **fields).state == ImportState.DONE
    found = [(one.expected, one.images.get().name) for one in Case.objects.all()]
    assert found == [("7", "red-01.png"), ("", "red-1.png"), ("3", "green.png")]


@pytest.mark.parametrize("as_file", [False, True])
def test_a_table_cannot_name_what_others_keep(as_file: bool, accounts: SettingsWrapper) -> None:
    theirs = store(png("green"), account=member("other"))
    name = f"{STORED}{theirs.pk}/a.png"
    files = {"cases.csv": f"images,expected\n{name},5\n"} | ({name: png("red")} if as_file else {})
    client = signed_in(member())
    import_ = kept(client, sent(client, archive(files)))
    assert not CaseImage.objects.filter(image=theirs).exists()
    assert (import_.state == ImportState.DONE) is as_file


def test_a_zip_of_hugging_face_is_ready_as_it_is(client: Client) -> None:
    lines = '{"file_name": "red.png", "ground_truth": "9.60", "url": "https://a.example/1"}\n'
    files: dict[str, bytes | str] = {"data/train/metadata.jsonl": lines, "data/README.md": "# Data"}
    import_ = sent(client, archive(files | {"data/train/red.png": png("red")}))
    assert "1 of 1 rows are ready" in markup(client.get(import_.get_absolute_url()))
    assert kept(client, import_).state == ImportState.DONE
    case = Case.objects.get()
    assert (case.images.get().name, case.expected) == ("red.png", "9.60")
    assert case.variables == {"url": "https://a.example/1"}


def test_images_that_stand_in_the_table_are_kept(client: Client) -> None:
    red = base64.b64encode(png("red")).decode()
    text = f"image\tquestion\tanswer\n{red}\tColour?\tred\ndata:image/png;base64,{red}\tIt?\tred\n"
    assert kept(client, sent(client, table(text, "vqa.tsv"))).state == ImportState.DONE
    assert Image.objects.count() == 1
    assert [case.images.get().name for case in Case.objects.all()] == ["row-1-1", "row-2-1"]


def test_the_page_says_that_an_image_stands_in_the_table(client: Client) -> None:
    red = base64.b64encode(png("red")).decode()
    import_ = sent(client, table(f"image,question,answer\n{red},Colour?,\n"))
    assert import_.found["sample"] == [[1, ["Image in the table", "Colour?", ""]]]
    assert import_.found["lacks"][0]["title"] == "Image in the table, Colour?"


@pytest.mark.parametrize(("data", "why"), [("A" * 98 + "*", "is no base64"), ("A" * 96, "damaged")])
def test_what_is_no_image_in_the_table_is_named_by_its_row(
    client: Client, data: str, why: str
) -> None:
    import_ = kept(client, sent(client, table(f"image,answer\n/9j/{data},red\n")))
    assert [(row, kind) for row, kind, _ in lacks(import_)] == [(1, "image")]
    assert why in lacks(import_)[0][2]
    assert not Image.objects.exists()
    fields: dict[str, Any] = {"row-1": "mend", "file-1": image("red")}
    assert kept(client, import_, **fields).state == ImportState.DONE


def test_a_near_name_is_offered_and_taken(client: Client) -> None:
    files = {"t.csv": "file,truth\nreceipt-08.jpg,3\n", "receipt-8.jpg": png()}
    import_ = sent(client, archive(files))
    assert import_.found["lacks"][0]["near"] == "receipt-8.jpg"
    kept(client, import_, **{"row-1": "mend"})
    assert Case.objects.get().images.get().name == "receipt-8.jpg"


def test_a_row_that_is_still_to_be_mended_keeps_all_from_being_kept(client: Client) -> None:
    import_ = sent(client, table("file,truth\nred.png,1\nnone.png,2\n"), image("red"))
    assert kept(client, import_, **{"row-2": "mend"}).state == ImportState.MAPPING
    assert (TestSet.objects.count(), Image.objects.count()) == (0, 0)
    assert "1 row lacks something" in markup(client.get(import_.get_absolute_url()))


def test_all_rows_that_lack_something_are_left_out_at_once(client: Client) -> None:
    rows = "".join(f"none-{place}.png,1\n" for place in range(60))
    import_ = sent(client, table(f"file,truth\nred.png,1\n{rows}"), image("red"))
    assert (import_.found["lack_count"], len(import_.found["lacks"])) == (60, 50)
    client.post(import_.get_absolute_url(), {"out-all": "1", "row-2": "mend"})
    assert (carried(import_).found["ready"], import_.found["out"]) == (1, 60)


def test_an_image_that_is_none_is_named_and_nothing_is_kept(client: Client) -> None:
    broken = archive(
        {"t.csv": "file,truth\nred.png,1\nbad.png,2\n", "red.png": png("red"), "bad.png": b"x"}
    )
    import_ = kept(client, sent(client, broken))
    assert import_.state == ImportState.MAPPING
    assert lacks(import_)[0][:2] == (2, "image")
    assert "bad.png" in lacks(import_)[0][2]
    assert not TestSet.objects.exists()
    kept(client, import_, **{"row-2": "mend", "file-2": image("blue")})
    assert [case.images.get().name for case in Case.objects.all()] == ["red.png", "blue.png"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (archive({"../../etc/passwd": "x"}), "../../etc/passwd"),
        (archive({"t.csv": "a\n" + "0" * 2_000_000}), "would grow"),
        (table("", "t.csv"), "The file is empty"),
        (table("{", "t.json"), "This is no JSON"),
        (table("x", "all.zip"), "This is no ZIP file"),
        (table("x", "notes.docx"), "neither a table nor an image"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: Client, file: Any, words: str
) -> None:
    file.seek(0)
    import_ = sent(client, file)
    page = markup(client.get(import_.get_absolute_url()))
    assert import_.state == ImportState.FAILED
    assert words in page
    assert "Discard" in page


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "No file was chosen"),
        ([table(), table()], "Two files are called numbers.csv"),
        ([archive({"a.csv": "x"}), table()], "A ZIP is brought in alone"),
    ],
)
def test_an_upload_that_is_no_import_is_refused(
    client: Client, files: list[Any], words: str
) -> None:
    answer = client.post("/imports/", {"files": files} if files else {})
    assert answer.status_code == 422
    assert words in markup(answer)
    assert not Import.objects.exists()


def test_an_import_that_a_worker_left_is_taken_up_without_doubles(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    client.post(import_.get_absolute_url(), {"keep": "1"})
    Import.objects.update(claim=uuid4(), claimed_until=timezone.now() - importing.LEASE)
    importing.carry(import_.pk)
    importing.carry(import_.pk)
    assert (TestSet.objects.count(), Case.objects.count(), Image.objects.count()) == (1, 2, 2)


def test_one_that_a_worker_carries_is_left_to_it(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    client.post(import_.get_absolute_url(), {"keep": "1"})
    Import.objects.update(claim=uuid4(), claimed_until=timezone.now() + importing.LEASE)
    assert carried(import_).state == ImportState.STORING
    assert not Image.objects.exists()


def test_a_worker_that_ends_gives_it_back(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    client.post(import_.get_absolute_url(), {"keep": "1"})
    execution.stopping.set()
    assert carried(import_).claimed_until is None
    execution.stopping.clear()
    assert carried(import_).state == ImportState.DONE


def test_what_is_discarded_while_it_is_kept_leaves_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    client.post(import_.get_absolute_url(), {"keep": "1"})
    monkeypatch.setattr(importing, "BEAT", importing.BEAT * 0)

    def stored_and_discarded(*args: Any) -> Any:
        client.post(f"{import_.get_absolute_url()}discard/")
        return original(*args)

    original = importing.store
    monkeypatch.setattr(importing, "store", stored_and_discarded)
    importing.carry(import_.pk)
    assert (TestSet.objects.count(), Import.objects.count()) == (0, 0)
    assert not default_storage.exists(import_.file_name)


def test_a_set_that_was_deleted_meanwhile_gets_nothing(client: Client) -> None:
    version = test_sets.create("Signs", None)
    import_ = sent(client, table(), image("red"), image("blue"), set=version.test_set_id)
    test_sets.delete(version.test_set)
    assert "was deleted meanwhile" in kept(client, import_).problem
    assert not Case.objects.exists()


def test_an_import_waits_for_a_place_among_the_sets(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sets, "MAX_TEST_SETS", 0)
    import_ = kept(client, sent(client, table(), image("red"), image("blue")))
    assert "Delete one of them first" in import_.problem
    monkeypatch.setattr(test_sets, "MAX_TEST_SETS", 1)
    assert kept(client, import_).state == ImportState.DONE


def test_a_full_set_says_so_and_keeps_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = test_sets.create("Signs", None)
    monkeypatch.setattr(importing, "MAX_CASES", 1)
    import_ = sent(client, table(), image("red"), image("blue"), set=version.test_set_id)
    assert "at most 10,000 cases" in kept(client, import_).problem
    assert not Case.objects.exists()


def test_a_member_is_told_before_it_begins_that_images_are_too_many(
    accounts: SettingsWrapper,
) -> None:
    accounts.MEMBER_IMAGES_DAY = 1
    client = signed_in(member())
    import_ = sent(client, table(), image("red"), image("blue"))
    assert "names 2 images. You may add 1" in import_.problem
    assert kept(client, import_).state == ImportState.MAPPING
    assert not Image.objects.exists()
    accounts.MEMBER_IMAGES_DAY = 2
    assert kept(client, import_).state == ImportState.DONE


def test_a_done_import_leads_to_its_set_and_its_file_is_gone(client: Client) -> None:
    import_ = kept(client, sent(client, table(), image("red"), image("blue")))
    assert import_.test_set
    assert client.get(import_.get_absolute_url()).url == import_.test_set.get_absolute_url()
    polled = client.get(import_.get_absolute_url(), headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == import_.test_set.get_absolute_url()
    assert not default_storage.exists(import_.file_name)


def test_a_page_that_waits_asks_again_and_one_that_does_not_stops(client: Client) -> None:
    answer = client.post("/imports/", {"files": [table(), image("red"), image("blue")]})
    assert 'hx-trigger="every 1s"' in markup(client.get(answer["Location"]))
    import_ = carried(Import.objects.get())
    polled = client.get(import_.get_absolute_url(), headers={"HX-Request": "true"})
    assert "every 1s" not in markup(polled)


def test_a_second_press_while_it_is_kept_changes_nothing(client: Client) -> None:
    import_ = sent(client, table(), image("red"), image("blue"))
    for name in ("One", "Two"):
        client.post(import_.get_absolute_url(), {"keep": "1", "name": name})
    carried(import_)
    assert TestSet.objects.get().name == "One"


def test_imports_that_nobody_touched_for_a_day_go_with_their_files(client: Client) -> None:
    old, new = sent(client, table(), image("red")), sent(client, table("a\nb\n"))
    Import.objects.filter(pk=old.pk).update(changed_at=timezone.now() - timezone.timedelta(days=2))
    assert importing.sweep() == 1
    assert Import.objects.get() == new
    assert not default_storage.exists(old.file_name)
    assert default_storage.exists(new.file_name)


def test_one_person_has_few_imports_at_once(client: Client) -> None:
    for _ in range(5):
        sent(client, table())
    assert client.post("/imports/", {"files": [table()]}).status_code == 422


def test_promptfoo_tests_say_which_assertions_are_left_out(client: Client) -> None:
    tests = [
        {
            "vars": {"shop": "Dune"},
            "assert": [{"type": "equals", "value": "9"}, {"type": "llm-rubric"}],
        }
    ]
    import_ = sent(client, table(json.dumps(tests), "tests.json"))
    assert "llm-rubric" in markup(client.get(import_.get_absolute_url()))
    kept(client, import_)
    assert Case.objects.get().expected == "9"
