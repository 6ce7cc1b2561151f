"""What is hidden is in no byte of any representation, whatever the provider echoed."""

from __future__ import annotations

from typing import Any

import pytest

from playground.exports import (
    Manner,
    as_text,
    comparison_as_csv,
    comparison_as_json,
    comparison_as_markdown,
    run_as_json,
    run_as_markdown,
)
from playground.exports.documents import as_html, as_zip
from playground.exports.redaction import Shown, shown_comparison, shown_run
from playground.images import store
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.exports.documents.reading import files_in
from tests.exports.redaction.links import LinkAddresses

pytestmark = pytest.mark.django_db
HIDDEN = {"system_prompt": False, "costs": False, "reasoning": False, "flagged": False}
ECHO = {"input": "SECRET-system", "seen": ["SECRET-name.png"], "id": "SECRET-id"}
ECHO["cost"] = "7.654321"
SHAPES = {
    "wavespeed": {
        "code": 200,
        "message": "SECRET-system",
        "data": {"outputs": ["<think>SECRET-thought</think>Red."], "timings": ECHO, **ECHO},
    },
    "chat": {
        "choices": [{"message": {"content": "Red.", "reasoning": "SECRET-thought"}}],
        "usage": {"cost": 7.654321, "prompt_tokens": 7654321},
        **ECHO,
    },
    "odd": ["SECRET-system", ECHO],
}


@pytest.fixture(params=SHAPES)
def run(request: pytest.FixtureRequest, carried: Any) -> Run:
    """A run whose every part that can be hidden says SECRET."""
    pictures = (
        AttachedImage(image=store.store(png("red")), name="SECRET-name.png"),
        AttachedImage(image=store.store(png("blue"))),
    )
    run: Run = carried("Why?", system_prompt="SECRET-system", images=pictures)
    body = {**run.request, "messages": [{"role": "system", "content": "SECRET-system"}], **ECHO}
    Run.objects.update(
        request=body,
        response=SHAPES[request.param],
        output="<think>SECRET-thought</think>Red.",
        output_html="<p>SECRET-thought</p>",
        thoughts="SECRET-thought",
        partial="SECRET-system",
        error_detail="SECRET-system",
        prediction_id="SECRET-id",
        price="7.654321",
        charged="7.654321",
        tokens_in=7654321,
    )
    return Run.objects.get()


def secrets(run: Run) -> list[bytes]:
    first = run.images.all()[0]
    words = ["SECRET", "7.654321", "7654321", str(run.pk), run.pk.hex, str(run.comparison_id)]
    words += [str(first.image_id), first.sent_sha256]
    return [word.encode() for word in words] + [png("red")]


def hiding(run: Run) -> Shown:
    left_out = frozenset({str(run.images.all()[0].image_id)})
    return Shown(**HIDDEN, left_out=left_out, addresses=LinkAddresses())  # type: ignore[arg-type]


def test_a_run_keeps_its_secrets(run: Run) -> None:
    shown = shown_run(run, hiding(run))
    written = [as_text(run_as_json(shown)).encode(), run_as_markdown(shown).encode()]
    written += [b"".join(as_html(shown)), *files_in(shown).values(), b"".join(as_zip(shown))]
    assert [one for one in secrets(run) if any(one in whole for whole in written)] == []


def test_a_comparison_keeps_them_too(run: Run) -> None:
    run.comparison = Comparison.objects.create(title="A title")
    shown = shown_comparison(run.comparison, [run], hiding(run))
    written = [as_text(comparison_as_json(shown)), comparison_as_markdown(shown)]
    whole = [one.encode() for one in [*written, comparison_as_csv(shown, Manner.EXACT)]]
    whole += [b"".join(as_html(shown)), *files_in(shown).values()]
    assert [one for one in secrets(run) if any(one in text for text in whole)] == []


def test_a_flagged_answer_is_in_none_of_them(run: Run) -> None:
    Run.objects.update(flagged=True, output="DELICATE", output_html="<p>DELICATE</p>")
    shown = shown_run(Run.objects.get(), hiding(run))
    written = [as_text(run_as_json(shown)).encode(), run_as_markdown(shown).encode()]
    assert not any(b"DELICATE" in whole for whole in [*written, b"".join(as_html(shown))])
