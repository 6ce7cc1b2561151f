"""Evidence on the pages of runs, comparisons and links, before, while and after images are read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from playground.evidence.models import EvidenceCheck
from playground.images import store
from playground.images.models import Image
from playground.providers.endpoint import THIS_MACHINE
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.sharing import links
from playground.submission import create
from playground.submission.request import AttachedImage, RunRequest
from tests.conftest import FLASH, GPT, markup, member, png, signed_in
from tests.evidence.kept import answered, checked, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper


pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BUTTON = "Check against the image"


def attached(colour: str = "teal") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name="till.png")


@pytest.fixture(autouse=True)
def _reader(settings: SettingsWrapper) -> None:
    """A reader is on this machine; what it reads is put where it keeps it."""
    settings.READER = True


@pytest.fixture
def run(ask: Callable[..., Run]) -> Run:
    return answered(ask(images=(attached(),)), "In all 429.57, number 00381.")


@pytest.fixture
def comparison() -> Comparison:
    asked = RunRequest(prompt="What is the total?", models=(FLASH, GPT), images=(attached(),))
    made = create.submit(asked)
    assert isinstance(made, Comparison)
    for cell, total in zip(made.cells(), ("429.57", "429.75"), strict=True):
        answered(cell, f"The total is {total} SEK, VAT 46.03.")
    return made


def page(client: Client, run: Run | Comparison) -> str:
    return markup(client.get(run.get_absolute_url()))


def linked(text: str) -> list[str]:
    """The values of answers that are links to the list."""
    return re.findall(r'<a class="evidence[^>]* id="[a-z]\d+[^>]*>([^<]*)', text)


def test_an_answer_with_an_image_can_be_checked(client: Client, run: Run) -> None:
    text = page(client, run)
    assert BUTTON in text
    assert linked(text) == []


def test_an_answer_without_an_image_cannot_be(client: Client, ask: Callable[..., Run]) -> None:
    assert BUTTON not in page(client, answered(ask(), "In all 429.57."))


def test_what_the_reader_answers_is_no_claim_to_check(client: Client, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(provider=THIS_MACHINE)
    assert BUTTON not in page(client, run)


def test_what_was_read_for_somebody_else_is_not_shown_before_it_is_asked_for(
    client: Client, run: Run
) -> None:
    keep()
    assert linked(page(client, run)) == []


def test_pressing_reads_and_the_answer_stays_as_it_is_meanwhile(client: Client, run: Run) -> None:
    client.post(f"/runs/{run.pk}/evidence/")
    text = page(client, run)
    assert "Reading the image" in text
    assert run.output in text


def test_a_poll_waits_for_the_reading_and_then_leads_to_the_page(client: Client, run: Run) -> None:
    client.post(f"/runs/{run.pk}/evidence/")
    waiting = client.get(f"/runs/{run.pk}/evidence/", headers=HTMX)
    keep()
    ready = client.get(f"/runs/{run.pk}/evidence/", headers=HTMX)
    assert (waiting.status_code, ready.status_code) == (204, 303)
    assert ready["Location"] == run.get_absolute_url()


def test_without_a_reader_nothing_is_offered(
    client: Client, run: Run, settings: SettingsWrapper
) -> None:
    settings.READER = False
    text = page(client, run)
    assert BUTTON not in text
    assert "evidence-bar" not in text


def test_stopping_leaves_the_answer_unchecked(client: Client, run: Run) -> None:
    client.post(f"/runs/{run.pk}/evidence/")
    client.post(f"/runs/{run.pk}/evidence/", {"stop": "1"})
    assert BUTTON in page(client, run)


def test_values_lead_to_their_rows_and_back(client: Client, run: Run) -> None:
    checked(run)
    text = page(client, run)
    assert linked(text) == ["429.57", "00381"]
    for name in re.findall(r'href="#([ev]\d+)"', text):
        assert f'id="{name}"' in text


def test_places_are_drawn_in_pixels_of_the_image(client: Client, run: Run) -> None:
    checked(run)
    text = page(client, run)
    assert 'class="places" viewBox="0 0 40 30"' in text
    assert len(re.findall(r"<polygon points=\"[\d. ,]+\"", text)) == 1


def test_what_was_not_found_is_never_called_wrong(client: Client, run: Run) -> None:
    checked(run)
    text = page(client, run)
    assert "It may be true all the same." in text
    assert "nearest: #00318, line 3" in text
    assert "wrong" not in text


def test_wrong_arithmetic_is_called_wrong(client: Client, run: Run) -> None:
    checked(answered(run, "So 96.00 + 144.00 = 241.00."))
    assert "wrong: comes to 240.00" in page(client, run)


def test_an_image_that_could_not_be_read_says_why_and_can_be_tried_again(
    client: Client, run: Run
) -> None:
    checked(run, found="The reader was stopped after 20 seconds.")
    text = page(client, run)
    client.post(f"/runs/{run.pk}/evidence/")
    assert "The reader was stopped after 20 seconds." in text
    assert "Check again" in text
    assert "Reading the image" in page(client, run)


def test_an_answer_that_names_nothing_says_so(client: Client, run: Run) -> None:
    checked(answered(run, "It is a receipt."))
    assert "Nothing to look for" in page(client, run)


def test_a_browser_keeps_that_it_always_checks(client: Client, run: Run) -> None:
    client.post("/check-always/", {"check": "always"})
    always = page(client, run)
    client.post("/check-always/", {"check": "asked"})
    assert "data-check-always" in always
    assert "data-check-always" not in page(client, run)


def test_settings_say_whether_answers_are_checked_by_themselves(client: Client) -> None:
    before = markup(client.get("/settings/"))
    client.post("/check-always/", {"check": "always"})
    pressed = 'value="{}" aria-pressed="true"'
    assert pressed.format("asked") in before
    assert pressed.format("always") in markup(client.get("/settings/"))


def test_whoever_has_an_account_finds_the_setting_too(accounts: SettingsWrapper) -> None:
    own = signed_in(member())
    own.post("/check-always/", {"check": "always"})
    assert 'value="always" aria-pressed="true"' in markup(own.get("/settings/"))


def test_settings_say_why_nothing_can_be_checked_here(
    client: Client, settings: SettingsWrapper
) -> None:
    settings.READER = False
    page = markup(client.get("/settings/"))
    assert "The text reader is switched off: READER is 0." in page
    assert 'name="check"' not in page


def test_answers_of_a_comparison_share_the_list(client: Client, comparison: Comparison) -> None:
    client.post(f"/compare/{comparison.pk}/evidence/")
    keep()
    text = page(client, comparison)
    assert linked(text) == ["429.57", "46.03", "429.75", "46.03"]
    assert '<span class="where">A, B</span>' in text


def test_the_strip_says_which_of_the_values_is_on_the_image(
    client: Client, comparison: Comparison
) -> None:
    checked(*comparison.cells())
    assert "429.57 is on the image, 429.75 is not." in page(client, comparison)


def test_boxes_and_places_lie_on_one_picture(client: Client, comparison: Comparison) -> None:
    boxes = '```json\n[{"label": "total", "box_2d": [583, 591, 627, 688]}]\n```'
    for cell in comparison.cells():
        answered(cell, f"The total is 429.57.\n\n{boxes}")
    checked(*comparison.cells())
    text = page(client, comparison)
    assert text.count('class="picture"') == 1
    assert 'class="place"' in text
    assert len(re.findall(r"boxes-of boxes-[ab] ", text)) == 2


def test_a_column_that_came_later_can_be_checked_too(
    client: Client, comparison: Comparison
) -> None:
    first, second = comparison.cells()
    checked(first)
    assert "Check the others" in page(client, comparison)
    assert linked(page(client, comparison)) == ["429.57", "46.03"]
    client.post(f"/compare/{comparison.pk}/evidence/")
    assert EvidenceCheck.objects.filter(run=second).exists()


def test_a_sealed_comparison_is_not_checked(client: Client, comparison: Comparison) -> None:
    Comparison.objects.update(blind=True, seed=7)
    checked(*comparison.cells())
    refused = client.post(f"/compare/{comparison.pk}/evidence/")
    assert refused.status_code == 409
    assert linked(page(client, comparison)) == []


def shared(client: Client, item: Run | Comparison, **choice: object) -> str:
    link = links.share(item, links.Choice(**choice))
    return markup(client.get(link.get_absolute_url()))


def test_a_link_shows_what_was_checked_when_it_was_made(client: Client, run: Run) -> None:
    checked(run)
    text = shared(client, run)
    assert linked(text) == ["429.57", "00381"]
    assert "/evidence/" not in text
    assert "till.png" not in text


def test_what_is_checked_later_is_not_in_the_link(client: Client, run: Run) -> None:
    link = links.share(run, links.Choice())
    checked(run)
    EvidenceCheck.objects.update(asked_at=timezone.now() + timedelta(seconds=1))
    assert linked(markup(client.get(link.get_absolute_url()))) == []


def test_a_link_without_the_image_has_no_evidence(client: Client, run: Run) -> None:
    checked(run)
    image = Image.objects.get().pk
    text = shared(client, run, left_out=(image,))
    assert "429.57" in text
    assert linked(text) == []
    assert "Not found by the reader" not in text


def test_a_link_of_a_comparison_has_the_evidence_of_all_answers(
    client: Client, comparison: Comparison
) -> None:
    checked(*comparison.cells())
    assert linked(shared(client, comparison)) == ["429.57", "46.03", "429.75", "46.03"]
