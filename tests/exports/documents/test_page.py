"""One HTML file with everything inside, made of what may be shown."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage

from playground.exports.documents import images as pictures
from playground.exports.redaction import EVERYTHING, Shown, shown_comparison, shown_run
from playground.images import store
from playground.images.models import ImageVariant
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage, Options
from tests.conftest import FLASH, GPT, one_line, png
from tests.exports.documents.reading import page_of, pictures_in
from tests.exports.redaction.links import LinkAddresses

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
STRANGER = Shown(addresses=LinkAddresses())


def attached(colour: str = "teal", name: str = "") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name=name)


def test_the_picture_inside_is_the_one_that_was_sent(carried: Any) -> None:
    run = carried(images=(attached(),))
    (kind, data), *more = pictures_in(page_of(shown_run(run, EVERYTHING)))
    assert (kind, more) == ("image/png", [])
    assert hashlib.sha256(data).hexdigest() == run.images.get().sent_sha256


def test_a_picture_in_two_cells_with_one_question_is_inside_once(carried: Any) -> None:
    cells = [carried(images=(attached(),)), carried(images=(attached(),))]
    page = page_of(shown_comparison(Comparison(), cells, EVERYTHING))
    assert len(pictures_in(page)) == 1


def test_cells_with_pictures_of_their_own_show_each(carried: Any) -> None:
    cells = [carried(images=(attached("red"),)), carried(images=(attached("blue"),))]
    page = page_of(shown_comparison(Comparison(), cells, EVERYTHING))
    assert len({data for _, data in pictures_in(page)}) == 2


def test_the_cells_of_one_picture_stand_together(carried: Any) -> None:
    red, blue = attached("red"), attached("blue")
    cells = [carried(images=(one,), model=model) for one in (red, blue) for model in (FLASH, GPT)]
    page = page_of(shown_comparison(Comparison(), cells, EVERYTHING))
    assert len(pictures_in(page)) == 2
    assert page.count('class="document-question"') == 2


def test_a_page_grows_no_further_than_its_bound(
    carried: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_IMAGES_BYTES", 150)
    run = carried(images=(attached("red"), attached("blue")))
    kinds = [kind for kind, _ in pictures_in(page_of(shown_run(run, EVERYTHING)))]
    assert kinds == ["image/png", "image/webp"]


def test_nothing_is_fetched_and_nothing_runs(carried: Any) -> None:
    page = page_of(shown_run(carried(images=(attached(),)), EVERYTHING))
    assert "<script" not in page
    assert "style=" not in page
    assert not re.findall(r'url\((?!"data:)', page)
    assert not re.findall(r'<(?:link|img|iframe)[^>]+(?:src|href)="(?!data:)', page)


def test_the_policy_allows_the_styles_by_their_hash(carried: Any) -> None:
    page = page_of(shown_run(carried(), EVERYTHING))
    sheet = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src &#x27;sha256-{digest}&#x27;" in page


def test_an_answer_is_put_in_as_it_was_stored(upstream: FakeWaveSpeed, carried: Any) -> None:
    upstream.configure(answer=lambda _: "<script>x</script> **b** ![a](http://evil.example/a.png)")
    run = carried()
    page = page_of(shown_run(run, EVERYTHING))
    assert run.output_html in page
    assert "<script" not in page


@pytest.mark.parametrize("status", RunStatus.values)
def test_a_run_in_any_state_has_a_file(ask: Any, status: str) -> None:
    from django.utils import timezone

    ended = timezone.now() if status in RunStatus.ended() else None
    run = ask()
    Run.objects.update(status=status, finished_at=ended, error_kind="failed")
    run.refresh_from_db()
    assert "</html>" in page_of(shown_run(run, EVERYTHING))


def test_a_large_picture_is_inside_at_a_smaller_size_and_that_is_said(
    carried: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_IMAGE_BYTES", 50)
    page = page_of(shown_run(carried(images=(attached(),)), EVERYTHING))
    assert pictures_in(page)[0][0] == "image/webp"
    assert "Smaller in this file: 40×30" in one_line(page)


def test_a_picture_that_is_gone_is_said_to_be(carried: Any) -> None:
    run = carried(images=(attached(),))
    image = run.images.get().image
    for name in (ImageVariant.objects.get().file.name, image.thumbnail_name(800)):
        default_storage.delete(name)
    assert "Image 1 is no longer kept" in page_of(shown_run(run, EVERYTHING))


def test_a_picture_that_goes_while_it_is_sent_leaves_its_words(carried: Any) -> None:
    from playground.exports.documents import as_html

    pieces = as_html(shown_run(carried(images=(attached(),)), EVERYTHING))
    default_storage.delete(ImageVariant.objects.get().file.name)
    page = b"".join(pieces).decode()
    assert 'src="data:,"' in page
    assert "</html>" in page


def test_what_is_hidden_is_nowhere_in_the_file(upstream: FakeWaveSpeed, carried: Any) -> None:
    upstream.configure(answer=lambda _: "<think>secret thought</think>Red.")
    run = carried(
        system_prompt="secret system",
        images=(attached("red", "secret-name.png"), attached("blue")),
        options=Options(reasoning=True),
    )
    Run.objects.update(price="0.987654")
    run.refresh_from_db()
    out = frozenset({str(run.images.all()[0].image_id)})
    shown = Shown(
        system_prompt=False,
        costs=False,
        reasoning=False,
        left_out=out,
        addresses=LinkAddresses(),
    )
    page = page_of(shown_run(run, shown))
    for secret in ("secret", "0.987654", str(run.pk), run.prediction_id, *out):
        assert secret not in page
    assert len(pictures_in(page)) == 1
    assert "1 of 2 images left out" in page


def test_a_flagged_answer_stays_closed(upstream: FakeWaveSpeed, carried: Any) -> None:
    run = carried()
    Run.objects.update(flagged=True)
    run.refresh_from_db()
    assert "<summary" in page_of(shown_run(run, EVERYTHING)).partition("flagged this answer")[2]
    assert "This answer is left out" in page_of(shown_run(run, Shown(flagged=False)))


@pytest.mark.parametrize("form", ["html", "zip"])
def test_the_file_is_sent_as_a_download(client: Client, carried: Any, form: str) -> None:
    run = carried("What is <this>?")
    response = client.get(f"/runs/{run.pk}.{form}")
    name = f"{run.created_at.date().isoformat()}-what-is-this.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(response.streaming_content)  # type: ignore[attr-defined]
