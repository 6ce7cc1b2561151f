"""Evidence in the published JSON and in saved files: what was checked, as far as it is shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from playground.evidence.models import EvidenceCheck
from playground.images import store
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, one_line, png
from tests.evidence.kept import answered, checked
from tests.exports.schemas import validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
SAID = "In all 429.57, and 96.00 + 144.00 = 240.00, number 00381."


def attached(colour: str = "teal") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name="till.png")


@pytest.fixture
def run(ask: Callable[..., Run]) -> Run:
    return answered(ask(images=(attached(),)), SAID)


@pytest.fixture
def comparison() -> Comparison:
    made = create.submit(RunRequest(prompt="Total?", models=(FLASH, GPT), images=(attached(),)))
    assert isinstance(made, Comparison)
    for cell, total in zip(made.cells(), ("429.57", "429.75"), strict=True):
        answered(cell, f"The total is {total} SEK, VAT 46.03.")
    return made


def published(client: Client, item: Any) -> Any:
    return client.get(f"{item.get_absolute_url().rstrip('/')}.json").json()


def saved(client: Client, item: Any) -> str:
    answer = client.get(f"{item.get_absolute_url().rstrip('/')}.html")
    return one_line(b"".join(answer.streaming_content).decode())


def leads(text: str) -> list[str]:
    """Return the places of the page that links lead to and that are not there."""
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    assert len(re.findall(r'\bid="([^"]+)"', text)) == len(ids)
    return [one for one in re.findall(r'href="#([^"]+)"', text) if one not in ids]


def test_an_answer_that_was_not_checked_has_none(client: Client, run: Run) -> None:
    assert published(client, run)["evidence"] is None
    assert '<ul class="evidence-list' not in saved(client, run)


def test_the_json_has_each_value_and_where_it_stands(client: Client, run: Run) -> None:
    checked(run)
    said = published(client, run)
    states = {one["text"]: one["state"] for one in said["evidence"]}
    assert states == {
        "429.57": "found",
        "96.00": "found",
        "144.00": "found",
        "240.00": "computed",
        "00381": "absent",
    }
    assert said["evidence"][0]["places"][0]["line"] == 13
    assert said["evidence"][3]["right"] is True
    validator("run.v1.json").validate(said)


def test_the_file_leads_from_values_to_the_list_and_back(client: Client, run: Run) -> None:
    checked(run)
    text = saved(client, run)
    assert leads(text) == []
    assert 'href="#e1" title="Line 13, read with 0.98">429.57</a>' in text
    assert text.count("<polygon points=") == 3
    assert text.count("data:image/") == 1  # the picture once, and no places enlarged


def test_the_file_of_a_comparison_has_the_evidence_of_all(
    client: Client, comparison: Comparison
) -> None:
    checked(*comparison.cells())
    text = saved(client, comparison)
    assert leads(text) == []
    assert '<span class="where">1, 2</span>' in text
    assert [one["state"] for one in published(client, comparison)["cells"][1]["evidence"]] == [
        "absent",
        "found",
    ]


def test_what_is_checked_after_a_link_was_made_is_not_in_its_files(
    client: Client, run: Run
) -> None:
    link = links.share(run, links.Choice())
    checked(run)
    EvidenceCheck.objects.update(asked_at=timezone.now() + timedelta(seconds=1))
    assert published(client, link)["evidence"] is None
    assert '<ul class="evidence-list' not in saved(client, link)


def test_what_a_link_leaves_out_is_not_in_the_evidence_of_its_files(
    client: Client, run: Run
) -> None:
    checked(run)
    whole = links.share(run, links.Choice())
    part = links.share(run, links.Choice(left_out=(Image.objects.get().pk,)))
    assert len(published(client, whole)["evidence"]) == 5
    assert published(client, part)["evidence"] is None
    assert "00318" not in saved(client, part)


def test_an_answer_that_is_left_out_as_flagged_has_none(client: Client, run: Run) -> None:
    checked(run)
    Run.objects.filter(pk=run.pk).update(flagged=True)
    link = links.share(run, links.Choice())
    assert published(client, link)["evidence"] is None
