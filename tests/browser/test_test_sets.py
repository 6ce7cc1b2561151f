"""Test sets in a browser: edited by keys, brought in from files, with and without script."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.axe import looks, violations
from tests.conftest import png
from tests.servers.processes import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.product import Server

RECEIPTS = 40


def total(number: int) -> str:
    return f"{number * 10.57:.2f}"


def receipt(number: int) -> bytes:
    """Draw a receipt whose total is known."""
    file, picture = io.BytesIO(), Image.new("RGB", (120, 160), "white")
    ImageDraw.Draw(picture).text((10, 120), f"Total {total(number)}", fill="black")
    picture.save(file, "PNG")
    return file.getvalue()


def receipts() -> list[dict[str, Any]]:
    """A table of forty rows, and the images that it names."""
    names = [f"receipt-{number:02}.png" for number in range(1, RECEIPTS + 1)]
    rows = [f"{name},Dune,{total(place)},receipt" for place, name in enumerate(names, 1)]
    text = "\n".join(["images,shop,expected,tags", *rows]).encode()
    drawn = [(name, "image/png", receipt(place)) for place, name in enumerate(names, 1)]
    files = [("totals.csv", "text/csv", text), *drawn]
    return [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]


def bring_in(page: Page, files: list[dict[str, Any]], name: str) -> None:
    page.goto("/imports/")
    page.fill("#set-name", name)
    page.set_input_files("#files", files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_selector("#columns-title")


@pytest.fixture(scope="module")
def kept(chrome: Browser, server: Server) -> str:
    """The address of a test set with forty receipts. Who changes a case changes another one."""
    page = chrome.new_page(base_url=server.url)
    bring_in(page, receipts(), "Totals")
    page.get_by_role("button", name="Bring in the cases").click()
    page.wait_for_url("**/test-sets/**")
    address = page.url
    page.close()
    return address


@pytest.fixture
def totals(page: Page, kept: str) -> str:
    page.goto(kept)
    return kept


def test_forty_receipts_come_in_from_a_table_and_its_images(page: Page, totals: str) -> None:
    expect(page.locator("h1")).to_have_text("Totals")
    expect(page.locator(".page-header p")).to_contain_text("40 cases with 40 images")
    expect(page.locator(".cases .row").first).to_contain_text("10.57")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pager strong")).to_have_text("21–40")


def test_a_whole_folder_comes_in(page: Page, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for number in (1, 2):
        (tmp_path / "images" / f"receipt-0{number}.png").write_bytes(receipt(number))
    for folder in (tmp_path, tmp_path / "images"):
        (folder / ".DS_Store").write_bytes(b"of a system")
    (tmp_path / "totals.csv").write_text("file,total\nimages/receipt-02.png,21.14\n")
    page.goto("/imports/")
    page.set_input_files("#folder", tmp_path)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".import-bar")).to_contain_text("1 of 1 rows are ready")
    expect(page.locator(".import-bar")).to_contain_text(
        "no row names, and not kept: receipt-01.png"
    )


def test_a_case_is_edited_by_keys_alone(page: Page, totals: str) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(".edit textarea").first).to_be_focused()
    page.locator("[name=expected]").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("7.50")
    page.keyboard.press("Enter")
    expect(page.locator(".cases .row").nth(1)).to_contain_text("7.50")
    expect(page.locator(".cases .row").nth(1).get_by_role("link", name="Edit")).to_be_focused()


def test_escape_leaves_a_case_as_it_was(page: Page, totals: str) -> None:
    page.locator(".cell-edit a").first.click()
    page.locator("[name=expected]").fill("wrong")
    page.keyboard.press("Escape")
    expect(page.locator(".edit")).to_have_count(0)
    expect(page.locator(".cases .row").first).to_contain_text("10.57")


def test_cases_are_filtered_while_one_types(page: Page, totals: str) -> None:
    page.locator("#q").press_sequentially("receipt-07")
    expect(page.locator(".cases .row")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    assert "q=receipt-07" in page.url


def test_a_refused_case_keeps_what_was_typed(page: Page, totals: str) -> None:
    page.get_by_role("link", name="Add a case by hand").click()
    page.locator("[name=expected]").fill("9.60")
    page.locator("[name=var_shop]").fill("")
    page.get_by_role("button", name="Add the case").click()
    expect(page.locator("#case-error")).to_contain_text("A case needs an image")
    expect(page.locator("[name=expected]")).to_have_value("9.60")


def test_what_another_tab_changed_is_told_in_place(page: Page, totals: str) -> None:
    page.locator(".cell-edit a").nth(2).click()
    other = page.context.new_page()
    other.goto(totals)
    other.locator(".cell-edit a").nth(2).click()
    other.locator("[name=note]").fill("faint")
    other.get_by_role("button", name="Save").click()
    expect(other.locator(".cases .row").nth(2)).to_contain_text("faint")
    page.locator("[name=expected]").fill("8")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".edit .notice")).to_contain_text("note faint")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".cases .row").nth(2)).to_contain_text("8")


def test_rows_that_lack_something_are_left_out_and_said(page: Page) -> None:
    files = [one for one in receipts() if one["name"] not in {"receipt-03.png", "receipt-09.png"}]
    bring_in(page, files, "Totals")
    expect(page.locator(".mend-head")).to_contain_text("2 rows lack something")
    page.locator(".lack", has_text="Row 9").get_by_text("Leave out").click()
    page.set_input_files("#file-3", {"name": "r3.png", "mimeType": "image/png", "buffer": png()})
    page.get_by_role("button", name="Bring in the cases").click()
    page.wait_for_url("**/test-sets/**")
    expect(page.locator(".page-header p")).to_contain_text("39 cases with 39 images")


def test_progress_is_shown_and_survives_a_reload(page: Page) -> None:
    names = [f"{number}.png" for number in range(1000)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("cases.csv", "\n".join(["images,expected", *(f"{one},7" for one in names)]))
        for number, name in enumerate(names):
            file.writestr(name, png(f"#{number:06x}", (8, 8)))
    many = {"name": "many.zip", "mimeType": "application/zip", "buffer": archive.getvalue()}
    bring_in(page, [many], "Many")
    page.get_by_role("button", name="Bring in the cases").click()
    expect(page.locator(".running")).to_contain_text("of 1,000 cases.")
    page.reload()
    expect(page.locator(".running")).to_contain_text("of 1,000 cases.")
    expect(page.get_by_role("progressbar", name="Cases kept")).not_to_have_attribute("value", "0")
    page.get_by_role("button", name="Stop and discard").click()
    expect(page.locator("h1")).to_have_text("Bring in cases")


def test_an_archive_that_climbs_is_refused_in_words(page: Page) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("../../etc/cron.csv", "a,b\n1,2\n")
    page.goto("/imports/")
    upload = {"name": "all.zip", "mimeType": "application/zip", "buffer": data.getvalue()}
    page.set_input_files("#files", upload)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".notice-bad")).to_contain_text("../../etc/cron.csv")
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url("**/imports/")


def test_nothing_chosen_is_said_beside_the_form(page: Page) -> None:
    page.goto("/imports/")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".problem")).to_contain_text("No file was chosen")


def test_all_of_it_works_without_script(chrome: Browser, server: Server) -> None:
    context = chrome.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/imports/")
    page.fill("#set-name", "By hand")
    page.set_input_files("#files", receipts())  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at the file").click()
    address = page.url  # nobody asks again for a page without script
    until(lambda: "columns-title" in page.request.get(address).text(), "the columns are shown")
    page.goto(address)
    page.get_by_role("button", name="Bring in the cases").click()
    until(lambda: "/test-sets/" in page.request.get(address).url, "the cases are there")
    page.goto(address)
    page.locator(".cell-edit a").first.click()
    page.locator("[name=expected]").fill("11")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".cases .row").first).to_contain_text("11")
    context.close()


def test_axe_finds_nothing_on_test_sets(chrome: Browser, server: Server, kept: str) -> None:
    page = chrome.new_page(base_url=server.url, bypass_csp=True)
    page.goto(kept)
    edit = page.locator(".cell-edit a").first.get_attribute("href") or ""
    bring_in(page, receipts()[:-1], "Totals")
    lacking = page.url
    for there in (kept, kept + edit, f"{kept}?add=1", "/test-sets/", "/imports/", lacking):
        page.goto(there)
        for look in looks(page):
            assert violations(page) == "", (there, look)
    page.close()
