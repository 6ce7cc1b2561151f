"""What the composer and a comparison say of an exchange that does not go along by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from playground.history import deletion
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import columns, create
from playground.submission.follow_up import FollowUp
from playground.submission.request import RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, HAIKU, form, markup
from tests.submission.test_follow_ups import followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Carried = Callable[..., Run]

pytestmark = pytest.mark.django_db
SAID = "Run starts anew: the 1 question with answers before this one does not go along"


def text_of(answer: Any) -> str:
    return " ".join(re.sub("<[^>]*>", "", markup(answer)).split())


@pytest.fixture
def further(upstream: object) -> Comparison:
    """Two columns, each of which follows its own answer."""
    runs = tuple(create.submit(RunRequest(f"Which, {name}?", (name,))) for name in (FLASH, GPT))
    for run in runs:
        execution.execute(run.pk)
    first, second = Run.objects.order_by("created_at")
    made = create.submit(FollowUp("Why?", (first, second)))
    assert isinstance(made, Comparison)
    return made


def test_the_composer_says_that_the_exchange_does_not_go_along(
    client: Client, carried: Carried
) -> None:
    second = followed(first := carried("One?"), "Two?")
    page = client.get(f"/?from={second.pk}")
    assert f"{SAID}. To keep the exchange, ask further there" in text_of(page)
    assert f'href="{first.get_absolute_url()}#ask"' in page.content.decode()
    assert "Run starts anew" not in markup(client.get(f"/?from={first.pk}"))


def test_it_says_so_when_the_form_comes_back_too(client: Client, carried: Carried) -> None:
    followed(carried("One?"), "Two?")
    refused = client.post("/runs/", form(prompt=" ", turns_left="1"))
    assert (refused.status_code, SAID in text_of(refused)) == (422, True)


@pytest.mark.parametrize("typed", ["x", "-1", "0", "9" * 30, "1<b>"])
def test_what_is_no_number_of_questions_is_said_nowhere(client: Client, typed: str) -> None:
    refused = client.post("/runs/", form(prompt=" ", turns_left=typed))
    assert "Run starts anew" not in refused.content.decode()


def test_nothing_leads_to_a_run_before_that_was_deleted(client: Client, carried: Carried) -> None:
    second = followed(first := carried("One?"), "Two?")
    deletion.delete([first])
    page = client.get(f"/?from={second.pk}")
    assert SAID in text_of(page)
    assert "#ask" not in page.content.decode()


def test_a_link_says_so_too(client: Client, carried: Carried) -> None:
    second = followed(carried("One?"), "Two?")
    link = links.share(second, links.Choice())
    assert SAID in text_of(client.get(f"/?share={link.token}"))


def test_a_further_model_is_sent_the_exchange_that_the_page_names(
    client: Client, further: Comparison
) -> None:
    first, second = further.cells()
    page = client.get(further.get_absolute_url()).content.decode()
    offered = re.findall(r'<option value="([^"]*)"', page.partition('name="like"')[2])[:2]
    assert offered == [str(first.pk), str(second.pk)]
    fields = {"models": [HAIKU], "like": str(second.pk), "form_token": "t"}
    client.post(f"/compare/{further.pk}/add/", fields)
    added = further.cells().get(model_id=HAIKU)
    assert (added.exchange, added.follows_id) == (second.exchange, second.follows_id)


@pytest.mark.parametrize("like", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_without_a_named_exchange_a_further_model_is_refused(
    client: Client, further: Comparison, like: str
) -> None:
    fields = {"models": [HAIKU], "like": like, "form_token": "t"}
    refused = client.post(f"/compare/{further.pk}/add/", fields)
    assert refused.status_code == 422
    assert "Whose exchange goes along was not said" in markup(refused)
    assert further.cells().count() == 2


def test_a_comparison_without_exchanges_asks_for_none(client: Client, upstream: object) -> None:
    made = create.submit(RunRequest("Which?", (FLASH, GPT)))
    assert 'name="like"' not in markup(client.get(made.get_absolute_url()))
    assert isinstance(made, Comparison)
    assert len(columns.add(made, [HAIKU], "token")) == 1
