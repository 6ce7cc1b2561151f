"""The bar of a run: its geometry is in attributes, its numbers are in words beside it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from playground.web.charts import timing_chart

SECONDS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, float("inf"), float("nan")])


def read(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)  # noqa: S314 - our own, and it must be well-formed


def shapes(chart: str) -> dict[str, dict[str, str]]:
    return {shape.attrib["class"]: shape.attrib for shape in read(chart)}


def test_queue_and_inference_follow_each_other():
    bars = shapes(timing_chart(0.3, 2.2, 2.3, 12))
    assert (bars["wait"]["width"], bars["mark"]["x"], bars["mark"]["width"]) == (
        "2.5%",
        "2.5%",
        "18.3%",
    )


def test_the_median_is_a_line():
    assert shapes(timing_chart(0.3, 2.2, 2.3, 12))["median"]["x1"] == "19.2%"


def test_without_a_median_there_is_no_line():
    assert "median" not in shapes(timing_chart(0.3, 2.2, None, 12))


def test_the_numbers_are_said():
    label = read(timing_chart(0.3, 2.2, 2.3, 12)).attrib["aria-label"]
    assert label == "Queue 0.3 s, inference 2.2 s, the model’s median 2.3 s"


def test_it_is_one_picture_with_a_class_for_its_hue():
    chart = read(timing_chart(0, 1, None, 2, vendor="openai"))
    assert (chart.attrib["role"], chart.attrib["class"]) == ("img", "chart openai")


def test_a_hostile_vendor_is_escaped():
    assert "<script>" not in timing_chart(0, 1, None, 2, vendor='"><script>')


def test_it_may_stand_in_a_template_and_has_no_style():
    chart = timing_chart(0, 1, 1, 2)
    assert (isinstance(chart, SafeString), "style=" in chart) == (True, False)


@pytest.mark.parametrize("scale", [0, -1])
def test_without_a_scale_the_bar_is_empty(scale):
    assert shapes(timing_chart(1, 1, 1, scale))["mark"]["width"] == "0.0%"


@given(SECONDS, SECONDS, st.none() | SECONDS, SECONDS)
def test_nothing_is_drawn_beside_the_scale(queue, inference, median, scale):
    bars = shapes(timing_chart(queue, inference, median, scale))
    ends = [float(bars["mark"][side].rstrip("%")) for side in ("x", "width")]
    assert 0 <= min(ends) <= sum(ends) <= 100.11  # each is rounded to a tenth
