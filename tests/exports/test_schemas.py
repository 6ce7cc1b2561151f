"""The JSON of runs in every state is what docs/schemas/ says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from playground.accounts.models import Account
from playground.accounts.projects.models import Project
from playground.exports import as_text, comparison_as_json, run_as_json
from playground.exports.redaction import EVERYTHING, Shown, shown_comparison, shown_run
from playground.images import store
from playground.images.models import Image
from playground.rendering import RENDERER_VERSION
from playground.runs.models.comparison import Comparison
from playground.runs.models.note import Note
from playground.runs.models.run import Run
from playground.runs.models.run_image import RunImage
from playground.runs.status import RunStatus
from playground.submission.request import AttachedImage
from tests.conftest import png
from tests.exports.redaction.links import LinkAddresses
from tests.exports.schemas import schema, undocumented, validator

if TYPE_CHECKING:
    from django.test import Client

    from tests.fakes.wavespeed import FakeWaveSpeed

RUN, COMPARISON = validator("run.v1.json"), validator("comparison.v1.json")
NOTHING = {"system_prompt": False, "costs": False, "reasoning": False, "flagged": False}
CHOICES = [EVERYTHING, Shown(**NOTHING), Shown(**NOTHING, addresses=LinkAddresses())]  # type: ignore[arg-type]
SHA = "ab" * 32
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
bodies = st.none() | st.fixed_dictionaries(
    {}, optional={"images": json_values, "prompt": texts, "data": json_values, "x": json_values}
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Rows as the database could hold them, without a database."""
    now = datetime(2026, 5, 1, tzinfo=UTC)
    status = draw(st.sampled_from(RunStatus.values))
    ended = status in RunStatus.ended()
    run = Run(
        provider=draw(st.sampled_from(["demo", "wavespeed"])),
        model_id=draw(st.sampled_from(["google/gemini-2.5-pro", "acme/gone", "odd"])),
        prompt=draw(texts),
        system_prompt=draw(texts),
        temperature=draw(st.none() | st.floats(0, 2)),
        max_tokens=draw(st.none() | st.integers(1, 2**31 - 1)),
        reasoning=draw(st.booleans()),
        units=draw(st.integers(1, 3)),
        price=draw(st.none() | st.decimals(0, 99, places=6)),
        max_edge=draw(st.sampled_from([0, 1024])),
        status=status,
        created_at=now,
        finished_at=now + timedelta(seconds=draw(st.integers(0, 999))) if ended else None,
        prediction_id=draw(st.sampled_from(["", "p-1"])),
        request=draw(bodies),
        response=draw(bodies),
        output=draw(texts) if status == "completed" else "",
        flagged=draw(st.booleans()),
        error_kind=draw(st.sampled_from(["", "key", "failed"])),
        error_detail=draw(texts),
        thoughts=draw(texts),
        partial=draw(texts),
        finish_reason=draw(st.sampled_from(["", "stop", "length"])),
        charged=draw(st.none() | st.decimals(0, 99, places=9)),
        tokens_in=draw(st.none() | st.integers(0, 10**6)),
        tokens_out=draw(st.none() | st.integers(0, 10**6)),
        inference_ms=draw(st.none() | st.integers(0, 10**9)),
    )
    loaded = {"images": draw(st.lists(entries(), max_size=2))}
    loaded |= {"notes": draw(st.lists(notes(), max_size=2))}
    run._prefetched_objects_cache = loaded  # type: ignore[attr-defined]
    run.project = draw(st.sampled_from([None, Project(pk=3, name="Receipts")]))
    return run


@st.composite
def notes(draw: st.DrawFn) -> Note:
    writer = draw(st.sampled_from([None, Account(username="mira")]))
    return Note(text=draw(texts), html="", renderer_version=RENDERER_VERSION, writer=writer)


@st.composite
def entries(draw: st.DrawFn) -> RunImage:
    image = Image(sha256=SHA, format="PNG", width=4, height=3, size=draw(st.integers(1, 999)))
    stored = draw(st.booleans())
    return RunImage(
        image=image if stored else None,
        url="" if stored else "https://example.org/a.png",
        name=draw(texts),
        sent_sha256=draw(st.sampled_from(["", SHA])),
    )


@given(run=runs(), shown=st.sampled_from(CHOICES))
def test_any_run_is_what_the_schema_says(run: Run, shown: Shown) -> None:
    value = json.loads(as_text(run_as_json(shown_run(run, shown))))
    RUN.validate(value)
    assert undocumented(value, schema("run.v1.json")) == set()


@limits(max_examples=40)  # of several runs each
@given(cells=st.lists(runs(), min_size=1, max_size=2), shown=st.sampled_from(CHOICES))
def test_any_comparison_is_what_the_schema_says(cells: list[Run], shown: Shown) -> None:
    comparison = Comparison(title="", best=cells[-1], best_why="Clear.")
    comparison._prefetched_objects_cache = cells[0]._prefetched_objects_cache  # type: ignore[attr-defined]
    value = json.loads(as_text(comparison_as_json(shown_comparison(comparison, cells, shown))))
    COMPARISON.validate(value)
    assert undocumented(value, schema("comparison.v1.json")) == set()


@pytest.mark.django_db
def test_a_run_over_http_is_what_the_schema_says(
    client: Client, upstream: FakeWaveSpeed, carried: Any
) -> None:
    attached = AttachedImage(image=store.store(png()), name="a.png")
    value = client.get(f"/runs/{carried(images=(attached,)).pk}.json").json()
    RUN.validate(value)
    described = schema("run.v1.json")["$defs"]["Image"]
    assert undocumented(value["images"][0], described) == set()


def test_the_schema_refuses_what_is_none() -> None:
    assert not RUN.is_valid({"format": 2, "kind": "run"})


def test_half_of_a_surrogate_pair_is_escaped() -> None:
    assert json.loads(as_text({"output": "a\ud83d"}).encode()) == {"output": "a\ud83d"}
