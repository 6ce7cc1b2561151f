"""One's own data: a ZIP that opens without the server, with all of it and no secret."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from playground.accounts.audit.models import AuditEntry
from playground.accounts.projects import members as projects
from playground.accounts.projects.models import Role
from playground.api import tokens
from playground.composer.presets import library
from playground.connections import keys
from playground.images import store
from playground.runs import tagging
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import create, repeat
from playground.submission.request import AttachedImage, Options, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, member, png, signed_in
from tests.experiments.sets import version_of

if TYPE_CHECKING:
    from playground.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("accounts")]
SECRET = "own-key-of-mira-0123456789"


@pytest.fixture
def mira() -> Account:
    return member(email="mira@example.org")


def ran(owner: Account, prompt: str = "What is this?", *models: str, **fields: Any) -> Any:
    started = create.submit(RunRequest(prompt=prompt, models=models or (FLASH,), **fields), owner)
    runs = started.runs.all() if isinstance(started, Comparison) else [started]
    for run in runs:
        execution.execute(run.pk)
    return started


def downloaded(account: Account) -> dict[str, bytes]:
    """Press Download; returns the files, without the folder that they are all in."""
    answer = signed_in(account).post("/settings/data/")
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def pages(files: dict[str, bytes]) -> list[str]:
    return [files[name].decode() for name in files if name.startswith("runs/") and "html" in name]


def test_every_run_is_a_page_and_json_that_the_index_leads_to(mira: Account) -> None:
    ran(mira, "The first question")
    ran(mira, "The second question", FLASH, GPT)
    files = downloaded(mira)
    index = files["index.html"].decode()
    for address in re.findall(r'href="(runs/[^"]+)"', index):
        assert address in files
        assert json.loads(files[address.replace(".html", ".json")])
    assert len(pages(files)) == 2
    assert "Comparison of 2" in index
    assert index.index("The second") < index.index("The first")


def test_pages_show_the_images_that_lie_beside_them(mira: Account) -> None:
    picture = (AttachedImage(image=store.store(png())),)
    for _ in range(2):
        ran(mira, images=picture)
    files = downloaded(mira)
    shown = {one for page in pages(files) for one in re.findall(r'src="\.\./([^"]+)"', page)}
    assert len(shown) == 1  # of both pages, once
    assert shown <= set(files)
    assert files[shown.pop()].startswith(b"\x89PNG")


def test_an_image_that_was_changed_is_there_as_it_came_in_too(mira: Account) -> None:
    whole = png(size=(3000, 20))
    small = Options(max_edge=1024)
    ran(mira, images=(AttachedImage(image=store.store(whole)),), options=small)
    files = downloaded(mira)
    originals = [name for name in files if name.startswith("originals/")]
    assert [files[name] for name in originals] == [whole]


def test_an_image_that_the_storage_lost_does_not_hold_the_file_up(mira: Account) -> None:
    image = store.store(png())
    ran(mira, images=(AttachedImage(image=image),))
    for variant in image.variants.all():
        default_storage.delete(str(variant.file.name))
    default_storage.delete(image.thumbnail_name(800))
    assert "no longer kept" in pages(downloaded(mira))[0]


def test_the_pages_need_nothing_from_elsewhere_and_run_nothing(mira: Account) -> None:
    ran(mira)
    files = downloaded(mira)
    for name in (one for one in files if one.endswith(".html")):
        text = files[name].decode()
        assert "default-src &#x27;none&#x27;" in text
        assert "<script" not in text
        assert not re.findall(r'(?:src|stylesheet" href)="(?:https?:|/)', text)
    assert b"@font-face" in files["style.css"]


def test_what_was_retried_is_there_too(mira: Account) -> None:
    comparison = ran(mira, "Asked twice", FLASH, GPT)
    first = comparison.runs.first()
    Run.objects.filter(pk=first.pk).update(status="failed")
    first.refresh_from_db()
    repeat.retry(first, "again")
    files = downloaded(mira)
    assert len(pages(files)) == 2
    assert any(str(first.pk) in text.decode() for name, text in files.items() if "json" in name)


def test_nothing_of_others_is_in_it(mira: Account) -> None:
    ran(member("ada"), "What ada asked")
    ran(mira, "What mira asked")
    everything = b"".join(downloaded(mira).values())
    assert b"What mira asked" in everything
    assert b"What ada asked" not in everything


def test_of_a_project_there_is_what_one_started(mira: Account) -> None:
    ada = member("ada")
    project = projects.create("Lab", mira)
    projects.add(project.pk, mira, "ada", Role.WORK)
    ran(ada, "What ada asked there", FLASH, GPT)
    ran(mira, "What mira asked there")
    for kind in (Run, Comparison):
        kind.objects.update(project=project)
    everything = b"".join(downloaded(mira).values())
    assert b"What mira asked there" in everything
    assert b"What ada asked there" not in everything


def test_what_was_deleted_is_not_in_it(mira: Account) -> None:
    ran(mira)
    Run.objects.update(deleted_at=timezone.now() - timedelta(seconds=1))
    assert not pages(downloaded(mira))


def test_hidden_names_stay_hidden_and_that_is_said(mira: Account) -> None:
    ran(mira, "Which is better?", FLASH, GPT, blind=True)
    files = downloaded(mira)
    assert not pages(files)
    assert "names are still hidden are not in here: 1" in files["index.html"].decode()


def test_the_rest_is_json_without_a_secret(mira: Account) -> None:
    run = ran(mira)
    tagging.add([run], "receipts", mira)
    library.save(library.content_of_run(run), mira, "Mine")
    keys.keep("wavespeed", mira, SECRET, mira)
    token = tokens.make("nightly", mira)
    link = links.share(run, links.Choice())
    files = downloaded(mira)
    facts = json.loads(files["account.json"])
    assert facts["account"]["email"] == "mira@example.org"
    assert [one["name"] for one in facts["presets"]] == ["Mine"]
    assert facts["tags"] == [{"name": "receipts", "run": str(run.pk)}]
    assert facts["keys"][0]["provider"] == "wavespeed"
    assert facts["api_tokens"][0]["name"] == "nightly"
    assert facts["share_links"][0]["run"] == str(run.pk)
    everything = b"".join(files.values())
    for secret in (SECRET, token.secret, link.token, mira.password):
        assert secret.encode() not in everything


def test_notes_below_the_runs_of_others_are_there(mira: Account) -> None:
    theirs = ran(member("ada"), "What ada asked")
    Note.objects.create(run=theirs, writer=mira, text="Mine", html="Mine", renderer_version=1)
    (told,) = json.loads(downloaded(mira)["account.json"])["notes"]
    assert (told["run"], told["text"]) == (str(theirs.pk), "Mine")


def test_what_the_audit_log_says_names_nobody_else(mira: Account) -> None:
    chief = member("chief", is_staff=True)
    AuditEntry.objects.create(
        kind="person.reset_link", actor=chief.pk, subject=mira.pk, network="192.0.2.9"
    )
    told = json.loads(downloaded(mira)["account.json"])["audit_log"]
    entry = next(one for one in told if one["kind"] == "person.reset_link")
    assert (entry["by_yourself"], entry["network"]) == (False, "")


def test_test_sets_can_be_brought_in_again(mira: Account) -> None:
    version_of("429.57", owner=mira)
    files = downloaded(mira)
    (name,) = (one for one in files if one.startswith("test-sets/"))
    with zipfile.ZipFile(io.BytesIO(files[name])) as inner:
        assert any(one.endswith("cases.jsonl") for one in inner.namelist())


def test_a_download_is_in_the_audit_log_and_no_get(mira: Account) -> None:
    assert signed_in(mira).get("/settings/data/").status_code == 405
    downloaded(mira)
    assert AuditEntry.objects.filter(kind="person.data", actor=mira.pk).exists()


def test_a_third_download_at_once_is_asked_to_wait(mira: Account) -> None:
    open_ones = [signed_in(mira).post("/settings/data/") for _ in range(2)]
    answer = signed_in(mira).post("/settings/data/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Try again in a minute" in answer.content.decode()
    for one in open_ones:  # whether it was read or not
        one.close()
        one.close()
    assert downloaded(mira)


def test_an_account_with_nothing_has_a_file_too(mira: Account) -> None:
    assert set(downloaded(mira)) == {"account.json", "index.html", "style.css"}
