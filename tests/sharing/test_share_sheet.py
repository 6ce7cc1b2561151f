"""The owner's side: making, changing and ending links, the list of them, badges in History."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.accounts.models import Account
from playground.accounts.visitor import Visitor
from playground.comparisons import naming
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.sharing import links as sharing
from playground.sharing.models import Share
from playground.submission import create
from playground.submission.request import RunRequest
from tests.conftest import FLASH, GPT, markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(client: Client, address: str) -> str:
    return markup(client.get(address))


def press(client: Client, address: str, **fields: object) -> int:
    return client.post(address, fields).status_code


def test_an_empty_form_makes_a_link_that_hides_flagged_answers_only(
    client: Client, run: Run
) -> None:
    response = client.post(f"/runs/{run.pk}/share/")
    assert (response.status_code, response["Location"]) == (303, f"/runs/{run.pk}/share/")
    share = Share.objects.get()
    assert (share.run, share.hide_flagged, share.expires_at) == (run, True, None)
    hidden = (share.hide_costs, share.hide_system_prompt, share.hide_reasoning)
    assert hidden == (False, False, False)


def test_a_link_has_192_random_bits_apart_from_the_run(run: Run, link: Link) -> None:
    first, second = link(run), link(run)
    assert first.token != second.token
    assert len(first.token) == 32
    assert run.pk.hex not in first.token


def test_what_is_ticked_is_left_out(client: Client, run: Run) -> None:
    picture = str(run.images.first().image_id)
    ticked = {"hide_costs": "1", "show_flagged": "1", "leave_out": picture, "expiry": "7"}
    press(client, f"/runs/{run.pk}/share/", **ticked)
    share = Share.objects.get()
    assert (share.hide_costs, share.hide_flagged, share.left_out) == (True, False, [picture])
    assert timedelta(days=6.9) < share.expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    "wrong", [{"leave_out": "0" * 64}, {"expiry": "-1"}, {"expiry": "2"}, {"leave_out": "\x00"}]
)
def test_a_wrong_choice_makes_no_link(client: Client, run: Run, wrong: dict[str, str]) -> None:
    response = client.post(f"/runs/{run.pk}/share/", wrong)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert not Share.objects.exists()


def test_a_double_click_is_one_link(client: Client, run: Run) -> None:
    for _ in range(2):
        press(client, f"/runs/{run.pk}/share/", form_token="same")
    assert Share.objects.count() == 1


def test_more_links_than_one_looks_through_are_refused(
    client: Client, run: Run, link: Link
) -> None:
    for _ in range(sharing.MAX_OPEN_LINKS):
        link(run)
    response = client.post(f"/runs/{run.pk}/share/")
    assert response.status_code == 422
    assert "Revoke one of them first." in response.content.decode()


def test_an_address_that_was_left_out_stays_ticked_once_its_picture_is_here(
    client: Client, run: Run, link: Link
) -> None:
    entry = run.images.order_by("position")[0]
    RunImage.objects.filter(pk=entry.pk).update(url="https://example.org/a.png")
    link(run, left_out=("https://example.org/a.png",))
    ticked = f'value="{entry.image_id}" checked'
    assert text(client, f"/runs/{run.pk}/share/").count(ticked) == 1


def test_a_local_playground_says_that_others_cannot_open_the_link(client: Client, run: Run) -> None:
    assert "This playground serves this machine alone" in text(client, f"/runs/{run.pk}/share/")


@pytest.mark.parametrize(
    "given", [{"reasoning": True}, {"thoughts": "hm"}, {"output": "<think>hm</think>Red."}]
)
def test_reasoning_can_be_left_out_wherever_there_is_some(
    client: Client, run: Run, given: dict[str, Any]
) -> None:
    assert "hide_reasoning" not in text(client, f"/runs/{run.pk}/share/")
    Run.objects.update(**given)
    assert "hide_reasoning" in text(client, f"/runs/{run.pk}/share/")


def test_two_presses_are_two_links(client: Client, run: Run) -> None:
    for _ in range(2):
        press(client, f"/runs/{run.pk}/share/")
    assert len(re.findall("Copy link", text(client, f"/runs/{run.pk}/share/"))) == 2


@pytest.mark.parametrize("kind", ["runs", "compare"])
def test_nothing_can_be_shared_that_is_not_there(client: Client, kind: str) -> None:
    assert press(client, f"/{kind}/{uuid.uuid4()}/share/") == 404


def test_looking_at_the_sheet_makes_no_link(client: Client, run: Run) -> None:
    assert "Make a link" in text(client, f"/runs/{run.pk}/share/")
    assert not Share.objects.exists()


def test_htmx_gets_the_sheet_alone(client: Client, run: Run) -> None:
    answer = client.post(f"/runs/{run.pk}/share/", headers=HTMX).content.decode()
    assert answer.startswith('<div class="stack share-sheet" id="share-sheet"')
    assert "The link is made." in answer
    assert f"http://testserver/s/{Share.objects.get().token}/" in answer


def test_a_link_is_changed_under_the_same_address(client: Client, run: Run, link: Link) -> None:
    share = link(run, expires_at=sharing.end_after(7))
    press(client, f"/shares/{share.pk}/change/", hide_reasoning="1", expiry="keep")
    changed = Share.objects.get()
    assert (changed.token, changed.hide_reasoning) == (share.token, True)
    assert changed.expires_at == share.expires_at


def test_a_form_of_another_window_does_not_show_again_what_was_hidden_meanwhile(
    client: Client, run: Run, link: Link
) -> None:
    share = link(run)
    stale = {"seen": share.choice_mark, "expiry": "7"}
    sharing.change(share, sharing.Choice(hide_system_prompt=True))
    answer = client.post(f"/shares/{share.pk}/change/", stale)
    assert (answer.status_code, "in another window" in answer.content.decode()) == (409, True)
    share.refresh_from_db()
    assert (share.hide_system_prompt, share.expires_at) == (True, None)
    assert press(client, f"/shares/{share.pk}/change/", seen=share.choice_mark) == 303


def test_what_a_link_hides_stays_ticked_where_there_is_none_any_more(
    client: Client, run: Run, link: Link
) -> None:
    link(run, hide_reasoning=True)
    assert 'name="hide_reasoning" value="1" checked' in text(client, f"/runs/{run.pk}/share/")


@pytest.mark.parametrize("page", ["/shares/", "/runs/{}/share/"])
def test_a_flagged_answer_that_is_left_out_is_named(
    client: Client, run: Run, link: Link, page: str
) -> None:
    link(run)
    assert "lagged answers" not in text(client, page.format(run.pk)).replace("Show answers", "")
    Run.objects.update(flagged=True)
    assert "lagged answers" in text(client, page.format(run.pk))


def test_a_second_press_on_new_address_does_nothing(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    tokens = [share.token]
    for _ in range(2):
        press(client, f"/shares/{share.pk}/rotate/", token=share.token)
        tokens.append(Share.objects.get().token)
    assert tokens[0] != tokens[1] == tokens[2]


def test_a_comparison_that_changed_offers_an_update(
    client: Client, comparison: Comparison, link: Link
) -> None:
    share = link(comparison)
    sheet = f"/compare/{comparison.pk}/share/"
    assert "Update link" not in text(client, sheet)
    naming.pick(comparison, comparison.cells()[0], "why")
    assert "Update link" in text(client, sheet)
    press(client, f"/shares/{share.pk}/update/")
    assert "Update link" not in text(client, sheet)


@pytest.mark.parametrize("action", ["change", "update", "rotate", "revoke"])
def test_a_get_ends_and_changes_nothing(client: Client, run: Run, link: Link, action: str) -> None:
    share = link(run)
    assert client.get(f"/shares/{share.pk}/{action}/").status_code == 405
    assert client.get("/shares/revoke/").status_code == 405
    assert Share.objects.live().get().token == share.token


def test_all_links_are_listed_with_what_they_do(client: Client, run: Run, link: Link) -> None:
    link(run, hide_costs=True, left_out=("x", "y"))
    page = text(client, "/shares/")
    assert "Costs, 2 images" in page
    assert "What is this?" in page
    assert "Not yet" in page


def test_the_list_takes_the_same_queries_for_many(
    client: Client, comparison: Comparison, link: Link
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/shares/")
        return len(captured)

    link(comparison)
    few = queries()
    for cell in comparison.cells():
        link(cell)
    assert queries() == few


def test_one_link_is_revoked_from_the_list(client: Client, run: Run, link: Link) -> None:
    kept, gone = link(run), link(run)
    response = client.post(f"/shares/{gone.pk}/revoke/", {"view": "list"})
    assert response["Location"] == "/shares/"
    assert list(Share.objects.live()) == [kept]


def test_all_links_are_revoked_at_once(client: Client, run: Run, link: Link) -> None:
    link(run), link(run)
    press(client, "/shares/revoke/")
    assert not Share.objects.live().exists()
    assert text(client, "/shares/").count("Revoked") == 2


def test_history_marks_what_is_shared(client: Client, run: Run, link: Link) -> None:
    assert "Shared</span>" not in text(client, "/runs/")
    share = link(run)
    assert text(client, "/runs/").count("Shared</span>") == 1
    sharing.revoke(Share.objects.filter(pk=share.pk))
    assert "Shared</span>" not in text(client, "/runs/")


def test_history_marks_a_comparison_for_its_cells_too(
    client: Client, comparison: Comparison, link: Link
) -> None:
    link(comparison.cells()[1])
    assert text(client, "/runs/").count("Shared</span>") == 1


def test_links_are_visible_to_who_sees_what_they_show(run: Run, link: Link) -> None:
    share, owner = link(run), Account.objects.create(username="mira")
    links = Share.objects.all()
    assert not links.visible_to(Visitor(account=owner)).exists()
    Run.objects.update(owner=owner)
    assert list(links.visible_to(Visitor(account=owner))) == [share]
    assert not links.visible_to(Visitor()).exists()


@pytest.mark.parametrize("both", [True, False])
def test_a_link_shows_either_a_run_or_a_comparison(
    run: Run, comparison: Comparison, both: bool
) -> None:
    items = {"run": run, "comparison": comparison} if both else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.create(form_token="x", **items)


def test_a_sealed_blind_comparison_cannot_be_shared_before_its_reveal(
    client: Client,
) -> None:
    asked = RunRequest(prompt="Which?", models=(FLASH, GPT), blind=True)
    sealed = create.submit(asked)
    assert isinstance(sealed, Comparison)
    for address in (f"/compare/{sealed.pk}/share/", f"/runs/{sealed.cells()[0].pk}/share/"):
        assert press(client, address) == 409
    assert not Share.objects.exists()
    press(client, f"/compare/{sealed.pk}/reveal/")
    assert press(client, f"/compare/{sealed.pk}/share/") == 303
