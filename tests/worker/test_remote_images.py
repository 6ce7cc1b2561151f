"""Image addresses: fetched once by the worker and kept, or passed on when that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.runs.status import RunStatus
from playground.submission import create, repeat
from playground.submission.request import AttachedImage, Options, RunRequest
from playground.worker import execution
from tests.conftest import FLASH, GPT, HAIKU, form, png
from tests.images.test_safe_fetch import Host, answer
from tests.imaging.pdf_makers import pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"


@pytest.fixture
def host(settings: SettingsWrapper) -> Iterator[Host]:
    """A web server that the operator's switch allows."""
    host = Host()
    host.answers["/a.png"] = answer(png())
    settings.FETCH_PORTS, settings.FETCH_PRIVATE_NETWORKS = [host.port], True
    yield host
    host.close()


def at(url: str, *, as_address: bool = False) -> AttachedImage:
    return AttachedImage(url=url, as_address=as_address)


def test_an_address_is_fetched_kept_and_sent_as_an_upload(
    host: Host, upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(at(f"{host.url}/a.png"),))
    entry = run.images.get()
    assert (run.status, entry.image.width) == (RunStatus.COMPLETED, 40)
    assert upstream.submissions[0].body["images"][0].startswith(upstream.url)


def test_the_page_stays_true_and_names_where_the_image_came_from(
    host: Host, upstream: FakeWaveSpeed, carried: Press, client: Client
) -> None:
    run = carried(images=(at(f"{host.url}/a.png"),))
    host.answers.clear()
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert run.images.get().image.preview_url in page
    assert f"from {host.url}/a.png" in page


def test_a_comparison_fetches_an_address_once(host: Host, upstream: FakeWaveSpeed) -> None:
    asked = RunRequest(prompt="?", models=(FLASH, GPT, HAIKU), images=(at(f"{host.url}/a.png"),))
    comparison = create.submit(asked)
    assert isinstance(comparison, Comparison)
    for run in comparison.cells():
        execution.execute(run.pk)
    assert (host.connections, len(upstream.uploads), len(upstream.submissions)) == (1, 1, 3)


def test_a_refused_address_fails_the_run_and_sends_nothing(
    host: Host, upstream: FakeWaveSpeed, carried: Press, client: Client
) -> None:
    host.answers["/page"] = answer(b"<html>", Content_Type="text/html")
    run = carried(images=(at(f"{host.url}/page"),))
    assert (run.status, run.error_kind) == (RunStatus.FAILED, "address")
    assert upstream.submissions == []
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert "Nothing was charged." in page
    assert "/page: a web page (text/html) came instead of an image." in page


def test_a_picture_that_cannot_be_read_says_so_for_every_run_of_the_form(
    host: Host, upstream: FakeWaveSpeed
) -> None:
    host.answers["/half"] = answer(png()[:60])
    asked = RunRequest(prompt="?", models=(FLASH, GPT), images=(at(f"{host.url}/half"),))
    for run in create.submit(asked).cells():
        execution.execute(run.pk)
    details = set(Run.objects.values_list("error_detail", flat=True))
    assert host.connections == len(details) == 1
    assert "what came is cut off or damaged" in details.pop()


def test_without_the_operators_switch_loopback_is_refused(
    host: Host, upstream: FakeWaveSpeed, carried: Press, settings: SettingsWrapper
) -> None:
    settings.FETCH_PRIVATE_NETWORKS = False
    run = carried(images=(at(f"{host.url}/a.png"),))
    assert (run.error_kind, host.connections) == ("address", 0)


def test_an_address_may_be_passed_on_as_it_is(
    host: Host, upstream: FakeWaveSpeed, carried: Press
) -> None:
    url = f"{host.url}/a.png"
    carried(images=(at(url, as_address=True),))
    assert (upstream.submissions[0].body["images"], host.connections) == ([url], 0)


def test_the_browser_never_loads_an_address(client: Client, ask: Press) -> None:
    url = "https://images.example.org/a.png"
    run = ask(images=(at(url, as_address=True),))
    for page in (f"/runs/{run.pk}/", "/runs/", f"/?from={run.pk}"):
        assert f'src="{url}"' not in client.get(page).content.decode()


def test_a_retry_sends_the_copy_that_was_kept(
    host: Host, upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(at(f"{host.url}/a.png"),))
    attempt = repeat.retry(run, "again")
    execution.execute(attempt.pk)
    assert (host.connections, attempt.images.get().image_id) == (1, run.images.get().image_id)


def test_a_form_takes_both_kinds_of_address(client: Client) -> None:
    url = "https://images.example.org/a.png"
    client.post("/runs/", form(tray=[url, f"address:{url}"]))
    assert [entry.as_address for entry in Run.objects.get().images.all()] == [False, True]


@pytest.mark.parametrize(("max_edge", "sent"), [(0, (3000, 1500)), (1024, (1024, 512))])
def test_the_chosen_size_is_what_the_provider_gets(
    upstream: FakeWaveSpeed, carried: Press, max_edge: int, sent: tuple[int, int]
) -> None:
    from playground.images import store

    picture = store.store(png(size=(3000, 1500)))
    run = carried(images=(AttachedImage(image=picture),), options=Options(max_edge=max_edge))
    variant = store.variant(picture, max_edge)
    assert (variant.width, variant.height) == sent
    assert upstream.uploads[0].sha256 == variant.sha256
    assert ("1024×512" in run.images.get().sent_note) == bool(max_edge)


@pytest.mark.parametrize(
    ("mark", "name"),
    [("", "page 1 of a b.pdf, 150 dpi"), ("#page=2", "page 2 of a b.pdf, 150 dpi")],
)
def test_the_address_of_a_pdf_is_a_page_of_it(
    host: Host, upstream: FakeWaveSpeed, carried: Press, mark: str, name: str
) -> None:
    host.answers["/a%20b.pdf"] = answer(pdf(2), Content_Type="application/pdf")
    run = carried(images=(at(f"{host.url}/a%20b.pdf{mark}"),))
    entry = run.images.get()
    assert (run.status, entry.name, entry.image.width) == (RunStatus.COMPLETED, name, 1240)


def test_a_page_that_a_pdf_does_not_have_fails_the_run(
    host: Host, upstream: FakeWaveSpeed, carried: Press
) -> None:
    host.answers["/a.pdf"] = answer(pdf(2))
    run = carried(images=(at(f"{host.url}/a.pdf#page=3"),))
    assert (run.error_kind, upstream.submissions) == ("address", [])
    assert "is a PDF without a page 3" in run.error_detail
