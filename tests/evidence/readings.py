"""Readings as the text reader gives them, made up: a receipt, and lines one below the other."""

from __future__ import annotations

from playground.evidence.matching.trace import Item, Trace, trace
from playground.reading.lines import Reading, ReadLine
from playground.rendering import render

RECEIPT = [
    ["KARLSSONS BAGERI"],
    ["Storgatan 14, Uppsala"],
    ["2026-11-14 09:42 #00318"],
    ["Sourdough loaf", "96.00"],
    ["2 x 48.00"],
    ["Cardamom bun", "144.00"],
    ["6 x 24.00"],
    ["Aged Gouda", "119.07"],
    ["0.412 kg x 289.00/kg"],
    ["Oat milk 1 l", "67.50"],
    ["3x22.50"],
    ["Paper bag", "3.00"],
    ["TOTAL SEK", "429.57"],
    ["VAT 12 %", "46.03"],
    ["CARD ****4417 APPROVED"],
    ["Tack och välkommen åter"],
]


def reading_of(rows: list[list[str]], *, tilt: float = 0.0, confidence: float = 0.98) -> Reading:
    """Return a reading of 800×600: the words of a row side by side. tilt: down to the right."""
    lines = [
        _line(text, 0.3 + 0.35 * place, 0.05 + 0.055 * row, tilt, confidence)
        for row, words in enumerate(rows)
        for place, text in enumerate(words)
    ]
    return Reading(tuple(lines), 800, 600, 1.9)


def _line(text: str, left: float, top: float, tilt: float, confidence: float) -> ReadLine:
    right = left + 0.014 * len(text)
    one, two = top + tilt * left, top + tilt * right
    corners = (left, one), (right, two), (right, two + 0.035), (left, one + 0.035)
    return ReadLine(text, confidence, corners)


def traced(answer: str, *rows: str) -> Trace:
    """Return the trace of an answer in Markdown to an image with these rows, or the receipt."""
    words = [row.split(" | ") for row in rows] or RECEIPT
    return trace({"v": render(answer).html}, [reading_of(words)])


def kinds(answer: str, *rows: str) -> dict[str, str]:
    return {item.text: item.kind for item in traced(answer, *rows).items}


def only(answer: str, *rows: str) -> Item:
    (item,) = traced(answer, *rows).items
    return item
