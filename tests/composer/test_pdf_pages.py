"""Pages of a PDF in the form: asked for, chosen, kept by every refusal, images from then on."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from playground.composer import pdf_pages
from playground.composer.pdf_pages import numbers_in
from playground.images import pdfs
from playground.images.models import Image, PdfFile
from playground.runs.models.run import Run
from tests.conftest import markup, member, signed_in
from tests.imaging import pdf_makers as made

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


def file(pages: int = 3, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.pdf(pages), "application/pdf")


def kept(pages: int = 3, size: tuple[int, int] = made.A4) -> PdfFile:
    return pdfs.keep(made.pdf(pages, size), "report.pdf", None)


def chosen(of: PdfFile, text: str = "", **fields: Any) -> dict[str, Any]:
    """What the form posts of this file; boxes: those ticked on the sheet that it showed."""
    boxes, had = fields.pop("boxes", []), fields.pop("had", "")
    more = {f"{name}-{of.key}": value for name, value in fields.items()}
    own = {f"pages-{of.key}": text, f"had-{of.key}": had, f"page-{of.key}": boxes}
    return {"pdf": str(of.key)} | own | more


def names() -> list[str]:
    return [one.name for one in Run.objects.get().images.all()]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", []),
        ("7, 1-3", [1, 2, 3, 7]),
        ("2;2\n2", [2]),
        (" 4 – 5 ", [4, 5]),
        ("1-16", [*range(1, 17)]),
    ],
)
def test_pages_are_read_in_the_order_of_the_file(text: str, pages: list[int]) -> None:
    assert numbers_in(text, 20) == pages


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("first", "first is no page."),
        ("-3", "-3 is no page."),
        ("0", "There is no page 0: the file has pages 1 to 20."),
        ("5-2", "There is no page 5-2"),
        ("19-999999", "There is no page 19-999999"),
        ("1-17", "more than 16 pages"),
    ],
)
def test_what_is_no_page_is_said(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        numbers_in(text, 20)


def test_a_pdf_in_a_form_without_script_is_asked_about(press: Callable[..., Any]) -> None:
    page = press(images=[file()])
    assert (page.status_code, Run.objects.count()) == (422, 0)
    assert "Choose the pages of report.pdf, then press Run." in markup(page)
    assert markup(page).count("data-page ") + markup(page).count("data-page>") == 3


def test_chosen_pages_become_images_of_the_run(press: Callable[..., Any]) -> None:
    press(**chosen(kept(), "1, 3", dpi="100"))
    assert names() == ["page 1 of report.pdf, 100 dpi", "page 3 of report.pdf, 100 dpi"]
    assert {one.image.width for one in Run.objects.get().images.all()} == {827}


def test_boxes_count_where_nobody_typed(press: Callable[..., Any]) -> None:
    press(**chosen(kept(20), "2, 20", had="2, 20", boxes=["1"]))
    assert names() == ["page 1 of report.pdf, 150 dpi", "page 20 of report.pdf, 150 dpi"]


def test_what_was_typed_counts_before_boxes(press: Callable[..., Any]) -> None:
    press(**chosen(kept(), "3", had="1", boxes=["1"]))
    assert names() == ["page 3 of report.pdf, 150 dpi"]


def test_another_sheet_is_shown_and_what_was_chosen_stays(press: Callable[..., Any]) -> None:
    page = markup(press(**chosen(kept(20), boxes=["2"], sheet="2")))
    assert "Choose among pages 19 to 20" in page
    assert 'value="2" placeholder="1-4, 7"' in page
    assert Run.objects.count() == 0


def test_another_refusal_returns_the_form_with_the_pages_as_images(
    press: Callable[..., Any],
) -> None:
    page = markup(press(prompt="", **chosen(kept(), "2")))
    assert Image.objects.get().thumbnail_url in page
    assert "/page 2 of report.pdf, 150 dpi" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "9"}, "report.pdf: There is no page 9: the file has pages 1 to 3."),
        ({"text": "two"}, "report.pdf: two is no page."),
        ({}, "Choose the pages of report.pdf"),
    ],
)
def test_a_choice_that_is_none_comes_back_as_it_was(
    press: Callable[..., Any], fields: dict[str, str], words: str
) -> None:
    page = markup(press(**chosen(kept(), **fields)))
    assert words in page
    assert f'value="{fields.get("text", "")}" placeholder="1-4, 7"' in page


def test_pages_and_images_are_sixteen_together(press: Callable[..., Any]) -> None:
    first, second = kept(10, made.A7), kept(10, made.A7)
    page = markup(
        press(**chosen(first, "1-10") | chosen(second, "1-10") | {"pdf": [first.pk, second.pk]})
    )
    assert "report.pdf: 10 pages are chosen, and there is room for 6." in page


def test_a_pdf_can_be_left_out(press: Callable[..., Any]) -> None:
    press(**chosen(kept(), leave="on"))
    assert names() == []


@pytest.mark.parametrize(
    ("data", "words"),
    [(made.locked(), "secret.pdf is locked"), (made.pdf(501), "secret.pdf has 501 pages")],
)
def test_what_cannot_be_taken_is_refused_by_its_name(
    client: Client, data: bytes, words: str
) -> None:
    answer = client.post("/images/", {"image": SimpleUploadedFile("secret.pdf", data)})
    assert (answer.status_code, PdfFile.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_an_upload_is_answered_with_the_pages_to_choose_and_then_with_tiles(client: Client) -> None:
    dialog = markup(client.post("/images/", {"image": file()}))
    assert "Pages of report.pdf" in dialog
    of = PdfFile.objects.get()
    tiles = markup(client.post(f"/pdfs/{of.key}/pages/", chosen(of, "2-3")))
    assert tiles.count('class="tray-image"') == 2
    assert "page 3 of report.pdf, 150 dpi" in tiles


def test_a_sheet_is_a_picture_that_is_drawn_once_for_a_browser(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/pdfs/{kept().key}/1.webp"
    sheet = client.get(address)
    assert (sheet["Content-Type"], sheet.content[8:12]) == ("image/webp", b"WEBP")
    monkeypatch.setattr(pdfs, "read", None)
    assert client.get(address, headers={"If-None-Match": sheet["ETag"]}).status_code == 304


@pytest.mark.usefixtures("accounts")
def test_a_pdf_is_its_owners_alone() -> None:
    of = pdfs.keep(made.pdf(), "mine.pdf", member("owner"))
    other = signed_in(member("other"))
    assert other.get(f"/pdfs/{of.key}/1.webp").status_code == 404
    assert other.post(f"/pdfs/{of.key}/pages/", chosen(of, "1")).status_code == 404
    assert "no longer kept here" in markup(other.post("/runs/", {"prompt": "?", **chosen(of, "1")}))


def test_so_many_pdfs_a_day_are_the_most(settings: SettingsWrapper) -> None:
    settings.MEMBER_IMAGES_DAY, owner = 1, member()
    pdfs.keep(made.pdf(), "a.pdf", owner)
    with pytest.raises(pdfs.imaging.PictureRefused, match=r"b\.pdf was not added: 1 PDFs"):
        pdfs.keep(made.pdf(), "b.pdf", owner)


def test_a_pdf_goes_after_a_day_and_its_file_with_it() -> None:
    of = kept()
    pdfs.sweep()
    assert PdfFile.objects.exists()
    PdfFile.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    pdfs.sweep()
    assert not PdfFile.objects.exists()
    assert not default_storage.exists(of.file.name)


def test_a_pdf_whose_file_is_gone_is_said_and_the_form_stays(press: Callable[..., Any]) -> None:
    of = kept()
    default_storage.delete(of.file.name)
    answer = press(prompt="What is due?", **chosen(of, "1"))
    assert answer.status_code == 422
    assert "A PDF is no longer kept here. Add it again." in markup(answer)
    assert "What is due?" in markup(answer)
    assert not Run.objects.exists()


def test_a_long_text_of_pages_is_refused_and_not_cut() -> None:
    with pytest.raises(ValidationError, match="more than 1,000 characters"):
        numbers_in("1," * 499 + "1, 12", 12)


def test_a_long_name_is_cut_at_its_beginning() -> None:
    name = pdfs.page_name("x" * 300 + ".pdf", 123, 150)
    assert len(name) <= 200
    assert name.endswith("x.pdf, 150 dpi")


def test_the_script_reads_ranges_as_the_server_does() -> None:
    script = Path("static/js/pdf.js").read_text()
    assert f"/^{pdf_pages.RANGE.pattern}$/" in script
