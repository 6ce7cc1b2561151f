"""What is hidden is not in the values that representations are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.exports.redaction import EVERYTHING, Shown, shown_comparison, shown_run
from playground.images import store
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage, Options
from tests.conftest import png
from tests.exports.redaction.links import LinkAddresses, text_of

if TYPE_CHECKING:
    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db
Press = "Callable[..., Run]"
SECRET = 'Speak like\na "pirate".'
STRANGER = Shown(addresses=LinkAddresses())


def stranger(**hidden: object) -> Shown:
    return Shown(addresses=LinkAddresses(), **hidden)  # type: ignore[arg-type]


def attached(colour: str, name: str = "") -> AttachedImage:
    return AttachedImage(image=store.store(png(colour)), name=name)


def change(run: Run, **values: object) -> Run:
    Run.objects.filter(pk=run.pk).update(**values)
    return Run.objects.get(pk=run.pk)


def test_the_owner_sees_request_and_response_as_they_were(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(system_prompt=SECRET)
    shown = shown_run(run, EVERYTHING)
    assert (shown.request, shown.response) == (upstream.submissions[0].body, run.response)


@pytest.mark.parametrize("shown", [Shown(system_prompt=False), stranger(system_prompt=False)])
def test_a_hidden_system_prompt_is_nowhere(
    upstream: FakeWaveSpeed, carried: Press, shown: Shown
) -> None:
    run = shown_run(carried(system_prompt=SECRET), shown)
    assert "pirate" not in text_of(run)
    assert "system_prompt" not in run.request


def test_an_echo_of_a_hidden_system_prompt_is_dropped(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    echo = {"code": 200, "message": f"ran: {SECRET}", "data": {"input": {"system": SECRET}}}
    run = change(carried(system_prompt=SECRET), response=echo, error_detail=f"bad: {SECRET}")
    assert "pirate" not in text_of(shown_run(run, Shown(system_prompt=False)))


@pytest.mark.parametrize("hidden", [{"system_prompt": False}, {"costs": False}])
def test_a_sentence_of_the_provider_may_repeat_what_is_hidden_cut_or_escaped(
    upstream: FakeWaveSpeed, carried: Press, hidden: dict[str, bool]
) -> None:
    said = r"no credit: $0.123456 for 'Speak like a\npir"
    failed = {"status": "failed", "error_detail": said, "response": {"message": said}}
    run = change(carried(system_prompt="Speak like a\npirate."), **failed)
    assert shown_run(run, stranger()).error_detail == said
    assert "no credit" not in text_of(shown_run(run, stranger(**hidden)))


def test_a_stranger_learns_no_address_that_the_provider_wrote(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    said = "no route to 'http://gpu.lan:11434/v1' (10.0.0.5:11434) after 3.5 s"
    run = change(carried(), status="failed", error_detail=said, response={"message": said})
    assert shown_run(run, Shown(costs=False)).error_detail == ""
    assert shown_run(run, EVERYTHING).error_detail == said
    found = shown_run(run, STRANGER)
    assert found.error_detail == "no route to '[address]' ([address]) after 3.5 s"
    assert found.response == {"message": found.error_detail}


def test_hidden_costs_are_nowhere(upstream: FakeWaveSpeed, carried: Press) -> None:
    run = carried()
    priced = {"code": 200, "data": {"outputs": ["x"], "price": 0.123456, "cost": "0.123456"}}
    shown = shown_run(change(run, price="0.123456", response=priced), Shown(costs=False))
    assert "0.123456" not in text_of(shown)
    assert (shown.units, shown.price) == (None, None)


def test_a_stranger_learns_no_id_and_no_address_of_the_provider(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(attached("red", "passport.png"),))
    text = text_of(shown_run(run, STRANGER))
    for secret in (str(run.pk), run.prediction_id, "passport", run.request["images"][0]):
        assert secret not in text
    assert f"/images/{run.images.get().image_id}" not in text


def test_the_request_names_the_pictures_where_the_link_has_them(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(attached("red"), attached("blue")))
    assert shown_run(run, STRANGER).request["images"] == ["/s/tok/images/0-0", "/s/tok/images/1-0"]


def test_a_picture_that_is_left_out_is_nowhere_and_the_others_keep_their_numbers(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    run = carried(images=(attached("red", "mine.png"), attached("blue")))
    first = run.images.all()[0]
    shown = shown_run(run, Shown(left_out=frozenset({str(first.image_id)})))
    text = text_of(shown)
    assert [image.number for image in shown.images] == [2]
    for secret in (first.image_id, first.sent_sha256, "mine.png", run.request["images"][0]):
        assert secret not in text


def test_an_address_can_be_left_out(carried: Press) -> None:
    address = "https://example.org/private.png"
    run = carried(images=(AttachedImage(url=address, as_address=True),))
    assert "private.png" not in text_of(shown_run(run, Shown(left_out=frozenset({address}))))


def test_where_a_kept_picture_came_from_is_not_told_to_strangers(carried: Press) -> None:
    run = carried(images=(attached("red"),))
    RunImage.objects.update(url="https://intranet.example/a.png?sig=abc")
    assert "sig=abc" not in text_of(shown_run(run, STRANGER))
    assert "sig=abc" in text_of(shown_run(Run.objects.get(), EVERYTHING))


def test_a_flagged_answer_is_withheld_where_flagged_ones_are_left_out(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.configure(answer=lambda _: "a delicate answer")
    run = change(carried(), flagged=True)
    shown = shown_run(run, Shown(flagged=False))
    assert (shown.withheld, shown.flagged, shown.output_html) == (True, True, "")
    assert "delicate" not in text_of(shown)
    assert "delicate" in text_of(shown_run(run, EVERYTHING))


def test_hidden_reasoning_leaves_the_answer_and_goes_from_the_response(
    upstream: FakeWaveSpeed, carried: Press
) -> None:
    upstream.configure(answer=lambda _: "<think>It is naive.</think>\n\nIt is **red**.")
    shown = shown_run(carried(options=Options(reasoning=True)), Shown(reasoning=False))
    assert (shown.output, shown.reasoning) == ("It is **red**.", None)
    assert "<strong>red</strong>" in shown.output_html
    assert "naive" not in text_of(shown)
    assert "reasoning" not in shown.request


def test_the_owner_of_a_link_is_told_what_happened_and_a_stranger_not_what_to_do(
    carried: Press,
) -> None:
    run = change(carried(), status=RunStatus.FAILED, error_kind="key", error_detail="")
    owner, other = shown_run(run, EVERYTHING), shown_run(run, STRANGER)
    assert owner.explanation
    assert "Settings" in owner.explanation.remedy
    assert other.explanation
    assert other.explanation.remedy == ""


def test_a_comparison_names_its_winner_by_number(carried: Press) -> None:
    from playground.runs.models.comparison import Comparison

    cells = [carried("a"), carried("b")]
    comparison = Comparison.objects.create(best=cells[1], best_why="Clear.")
    shown = shown_comparison(comparison, cells, STRANGER)
    assert (shown.best, shown.best_why, shown.winner) == (2, "Clear.", shown.cells[1])
    assert str(comparison.pk) not in text_of(shown)


def test_a_winner_that_is_not_shown_takes_its_reason_along(carried: Press) -> None:
    from playground.runs.models.comparison import Comparison

    cells = [carried("a"), carried("b")]
    comparison = Comparison.objects.create(best=cells[1], best_why="Clear.")
    assert "Clear." not in text_of(shown_comparison(comparison, cells[:1], STRANGER))
