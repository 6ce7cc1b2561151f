"""Screens of a playground with accounts: signing in, invitations, people, one's own settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.browser.product import PASSWORD
from tests.browser.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.browser.product import Product


def account_screens(product: Product) -> Iterator[Screen]:
    """The product has two administrators, mira and ada."""
    door, people = f"{product.url}/sign-in/", f"{product.url}/settings/people/"
    yield Screen("account-sign-in", door)
    yield Screen("account-sign-in-refused", door, _refused, statuses=(422,))
    for name, address, act in (
        ("menu", product.url, lambda page: page.click("[popovertarget]")),
        ("settings", f"{product.url}/settings/", lambda _page: None),
        ("people", people, _invite),
        ("people-reset", people, lambda page: page.click("text=New password")),
        ("audit", f"{product.url}/settings/audit/", lambda _page: None),
        ("erase", f"{product.url}/settings/erase/", _erase_wrongly),
        ("projects", f"{product.url}/projects/", lambda _page: None),
        ("project", f"{product.url}/projects/", _make_project),
        ("project-end", f"{product.url}/projects/", _end_project),
        ("composer-project", f"{product.url}/projects/", _run_in_project),
        ("note", f"{product.url}/projects/", _write_note),
        ("invitation", people, _open_invitation),
        ("invitation-refused", people, _refuse_invitation),
    ):
        yield Screen(f"account-{name}", door, partial(_inside, address, act), statuses=(422,))


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("Username or email").fill("mira")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def _refused(page: Page) -> None:
    _sign_in(page, "not this one")
    page.wait_for_selector("[role=alert]")


def _inside(address: str, act: Callable[[Page], object], page: Page) -> None:
    _sign_in(page, PASSWORD)
    page.wait_for_selector("#prompt")
    page.goto(address)
    act(page)


def _make_project(page: Page) -> None:
    """The page of a project with two members, about to be added to a third time."""
    page.get_by_label("Name of a new project").fill("Receipts of the autumn, with a long name")
    page.get_by_role("button", name="Make a project").click()
    for _ in range(2):
        page.get_by_text("Add a member").click()
        page.get_by_label("Username").fill("ada")
        page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("[role=alert]")


def _end_project(page: Page) -> None:
    _make_project(page)
    page.get_by_text("Change or end").click()
    page.get_by_role("link", name="End the project").click()
    page.wait_for_selector(".project-end")


def _run_in_project(page: Page) -> None:
    _make_project(page)
    page.get_by_role("link", name="Run here").click()
    page.wait_for_selector("#project")


def _write_note(page: Page) -> None:
    """A run in a project, with a note and a second one being changed."""
    _run_in_project(page)
    page.fill("#prompt", "What is the total?")
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Open", exact=False).first.click()
    page.wait_for_selector("#notes")
    page.get_by_text("Write a note").click()
    page.fill("#note", "The *total* is right")
    page.get_by_role("button", name="Save the note").last.click()
    page.wait_for_selector(".note em")
    page.locator(".note-edit > summary").click()


def _invite(page: Page) -> None:
    page.get_by_label("For whom").fill("Somebody with a long name, from the laboratory downstairs")
    page.get_by_role("button", name="Make an invitation").click()


def _open_invitation(page: Page) -> None:
    _invite(page)
    link = page.locator("[readonly]").first.input_value()
    page.context.clear_cookies()
    page.goto(link)


def _refuse_invitation(page: Page) -> None:
    _open_invitation(page)
    page.get_by_label("Username").fill("not a name")
    for field in page.locator("[type=password]").all():
        field.fill("short")
    page.get_by_role("button", name="Make the account").click()


def _erase_wrongly(page: Page) -> None:
    page.get_by_label("Your password").fill("not this one at all")
    page.get_by_role("button", name="Erase the account").click()
    page.wait_for_selector("[role=alert]")
