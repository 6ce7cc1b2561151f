"""What a link leaves out is in no byte of any address below its token."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from PIL import Image as Pillow

from playground.images import store
from playground.images.models import ImageVariant
from playground.runs.models.run import Run
from playground.sharing import links as sharing
from playground.sharing import opened
from playground.sharing.models import Share
from playground.submission.request import AttachedImage
from tests.sharing.conftest import SYSTEM_PROMPT
from tests.sharing.walking import addresses, body, everything, read
from tests.submission.test_follow_ups import followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from playground.runs.models.comparison import Comparison
    from tests.fakes.wavespeed import FakeWaveSpeed

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db


def test_what_is_not_left_out_is_there(client: Client, run: Run, link: Link) -> None:
    Run.objects.update(price="0.123456")
    found = everything(client, link(run))
    for text in (SYSTEM_PROMPT, "0.123456", "Reasoning", run.output):
        assert text.encode() in found


def test_a_hidden_system_prompt_is_in_no_byte(client: Client, run: Run, link: Link) -> None:
    assert b"pirate" not in everything(client, link(run, hide_system_prompt=True))


def test_hidden_costs_are_in_no_byte(client: Client, run: Run, link: Link) -> None:
    Run.objects.update(price="0.123456", units=3)
    found = everything(client, link(run, hide_costs=True))
    assert b"0.123456" not in found
    assert b"3 units" not in found


def test_hidden_reasoning_is_in_no_byte(client: Client, run: Run, link: Link) -> None:
    thought = {"output": "<think>hmm</think>Yes.", "output_html": "<p>hmm</p><p>Yes.</p>"}
    Run.objects.update(**thought, response={"data": {"outputs": [thought["output"]]}})
    assert b"hmm" in everything(client, link(run))
    assert b"hmm" not in everything(client, link(run, hide_reasoning=True))


def test_hidden_reasoning_that_was_parted_is_in_no_byte(
    client: Client, run: Run, link: Link
) -> None:
    whole = "<think>hmm</think>Yes."
    Run.objects.update(output="Yes.", output_html="<p>Yes.</p>", thoughts="hmm", raw_output=whole)
    Run.objects.update(response={"data": {"outputs": [whole]}})
    assert b"&lt;think&gt;hmm" in everything(client, link(run))
    assert b"hmm" not in everything(client, link(run, hide_reasoning=True))


def test_a_flagged_answer_is_left_out_unless_it_was_asked_for(
    client: Client, run: Run, link: Link
) -> None:
    Run.objects.update(flagged=True, output="grim", output_html="<p>grim</p>")
    assert b"grim" not in everything(client, link(run))
    assert b"grim" in everything(client, link(run, hide_flagged=False))


def test_a_left_out_picture_has_no_address_and_no_trace(
    client: Client, run: Run, link: Link
) -> None:
    first, second = run.images.order_by("position")
    share = link(run, left_out=(str(first.image_id),))
    hidden = ImageVariant.objects.get(image=first.image).sha256
    page = body(client, share.get_absolute_url())
    for trace in (hidden, str(first.image_id), first.name, first.sent_sha256):
        assert trace.encode() not in page
    shown = ImageVariant.objects.get(image=second.image).sha256
    for sha256, status in ((hidden, 404), (shown, 200)):
        below = [read(client, one).status for one in addresses(share.token) if sha256 in one]
        assert below == [status] * 3


def test_the_bytes_of_a_left_out_picture_are_in_no_file(
    client: Client, run: Run, link: Link
) -> None:
    first = run.images.order_by("position")[0]
    with ImageVariant.objects.get(image=first.image).file.open("rb") as file:
        data = file.read()
    inside = base64.b64encode(data)
    found = everything(client, link(run))
    assert data in found
    assert inside in found
    found = everything(client, link(run, left_out=(str(first.image_id),)))
    assert data not in found
    assert inside not in found


def test_a_left_out_picture_is_not_in_the_preview(client: Client, run: Run, link: Link) -> None:
    first, second = run.images.order_by("position")
    pixels = []
    for left_out in (first, second):
        share = link(run, left_out=(str(left_out.image_id),))
        data = body(client, f"/s/{share.token}/preview.png")
        red, _, blue = Pillow.open(io.BytesIO(data)).convert("RGB").getpixel((1100, 300))
        pixels.append("maroon" if red > blue else "teal")
    assert pixels == ["maroon", "teal"]


def test_neither_the_id_of_the_run_nor_of_the_prediction_is_in_any_byte(
    client: Client, run: Run, link: Link
) -> None:
    found = everything(client, link(run))
    for secret in (str(run.pk), run.pk.hex, run.short_id, run.prediction_id):
        assert secret.encode() not in found


def test_no_id_of_a_comparison_is_in_any_byte(
    client: Client, comparison: Comparison, link: Link
) -> None:
    found = everything(client, link(comparison))
    ids = [comparison.pk, *comparison.cells().values_list("pk", flat=True)]
    assert not [one for one in ids if str(one).encode() in found or one.hex.encode() in found]


def test_where_a_photo_was_taken_does_not_travel_with_the_link(
    client: Client, upstream: FakeWaveSpeed, carried: Callable[..., Run], link: Link
) -> None:
    photo, file = Pillow.new("RGB", (40, 30), "navy"), io.BytesIO()
    exif = Pillow.Exif()
    exif[0x010F] = "GPS-Maker"
    photo.save(file, "JPEG", exif=exif)
    image = store.store(file.getvalue())
    share = link(carried(images=(AttachedImage(image=image),)))
    assert b"GPS-Maker" in store.read(image)
    found = everything(client, share)
    assert b"GPS-Maker" not in found
    assert base64.b64encode(b"GPS-Maker") not in found


def test_changing_the_choice_changes_all_addresses(client: Client, run: Run, link: Link) -> None:
    share = link(run)
    sharing.change(share, sharing.Choice(hide_system_prompt=True))
    assert b"pirate" not in everything(client, share)


def test_a_picture_that_cannot_be_drawn_anew_is_not_shown_as_it_was(
    client: Client, run: Run, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = link(run)

    def fail(_: object) -> bytes:
        raise OperationalError

    monkeypatch.setattr(opened.preview, "draw", fail)
    with pytest.raises(OperationalError):
        sharing.change(share, sharing.Choice(hide_system_prompt=True))
    assert read(client, f"/s/{share.token}/preview.png").status == 404


def test_a_picture_that_was_drawn_of_an_earlier_choice_is_not_kept(
    client: Client, run: Run, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, choice = link(run), sharing.Choice(hide_system_prompt=True)
    sharing.change(Share.objects.get(), choice)
    later = body(client, f"/s/{share.token}/preview.png")
    monkeypatch.setattr(opened.preview, "draw", lambda _: b"earlier")
    opened.draw_preview(share)  # by whoever read the link before that change
    assert body(client, f"/s/{share.token}/preview.png") == later


def test_a_link_leaves_out_of_the_exchange_what_it_leaves_out(
    client: Client, run: Run, link: Link, upstream: FakeWaveSpeed
) -> None:
    upstream.configure(answer={run.model_id: "It is."})
    Run.objects.filter(pk=run.pk).update(flagged=True, output="A secret sentence.")
    run.refresh_from_db()
    second = followed(run, "And now?")
    assert b"secret sentence" in everything(client, link(second, hide_flagged=False))
    found = everything(client, link(second))
    assert b"secret sentence" not in found
    assert b"What is this?" in found
    assert run.pk.hex.encode() not in found
    assert str(run.pk).encode() not in found


def test_a_chat_server_was_told_no_more_than_a_link_shows(
    client: Client, local_server: FakeWaveSpeed, carried: Callable[..., Run], link: Link
) -> None:
    run = carried("One?", model="vis@local")
    Run.objects.filter(pk=run.pk).update(output="<think>hmm</think>Yes.")
    run.refresh_from_db()
    second = followed(run, "Two?")
    assert b"hmm" in everything(client, link(second))
    found = everything(client, link(second, hide_reasoning=True))
    assert b"hmm" not in found
    assert b"Yes." in found
