"""The picture of a link: its size, what it leaves out, and texts that its fonts cannot draw."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageColor

from playground.sharing.preview import Card, ModelLine, draw
from playground.sharing.preview.card import ACCENT, CANVAS, INK, MUTED
from playground.sharing.preview.lettering import Lettering, lines
from tests.conftest import png

MODELS = [ModelLine(f"model-{n}", "openai", "O") for n in range(7)]
ARABIC = "ما المكتوب على هذه اللافتة؟"


def photograph() -> bytes:
    """More colours than a palette has."""
    file = io.BytesIO()
    hue, light = Pillow.linear_gradient("L"), Pillow.radial_gradient("L")
    Pillow.merge("RGB", (hue, light, hue.rotate(90))).save(file, "PNG")
    return file.getvalue()


def drawn(prompt: str, picture: bytes | None = None) -> Pillow.Image:
    card = Card(prompt, "A question to 1 model", MODELS[:1], picture)
    return Pillow.open(io.BytesIO(draw(card)))


@pytest.mark.parametrize("prompt", ["", "Hi", "word " * 20_000, "W" * 100_000, ARABIC, "\x00\n🚪"])
def test_any_prompt_gives_a_picture_of_the_right_size(prompt: str) -> None:
    assert (drawn(prompt, png()).size, drawn(prompt).size) == ((1200, 630), (1200, 630))


def test_colours_are_chosen_by_few_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all pixels of a photograph it took seconds of the web process."""
    looked_at, quantize = [], Pillow.Image.quantize

    def noted(image: Pillow.Image, colors: int = 256, *given: Any, **named: Any) -> Pillow.Image:
        if named.get("palette") is None:
            looked_at.append(image.width * image.height * (1 + named.get("kmeans", 0)))
        return quantize(image, colors, *given, **named)

    monkeypatch.setattr(Pillow.Image, "quantize", noted)
    drawn("Hi", photograph())
    assert sum(looked_at) <= 50_000


def test_our_own_colours_stay_what_they_are_beside_a_photograph() -> None:
    image = drawn("Hi", photograph()).convert("RGB")
    shown = {colour for _, colour in image.getcolors(image.width * image.height) or []}
    assert shown >= {ImageColor.getrgb(one) for one in (CANVAS, INK, MUTED, ACCENT)}


def test_more_models_than_fit_are_drawn_as_a_number() -> None:
    three, seven = (draw(Card("Hi", "", MODELS[:count])) for count in (3, 7))
    assert three != seven


def test_what_is_no_picture_is_left_out() -> None:
    assert drawn("Hi", b"no picture").tobytes() == drawn("Hi").tobytes()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Où est l’œuf? 3 × 4 = 12 €", "Où est l’œuf? 3 × 4 = 12 €"),
        ("Read the sign 出口 and say where it leads", "Read the sign and say where it leads"),
        (ARABIC, ""),
        ("看图说话", ""),
        ("a \u202e b\x00\u200b", "a b"),
    ],
)
def test_what_the_fonts_lack_is_left_out(text: str, kept: str) -> None:
    assert Lettering().drawable(text) == kept


def test_lines_fit_and_the_last_says_that_there_is_more() -> None:
    font = Lettering().font(40)
    found = lines("one two three four five six " * 9, font, 300, 3)
    assert len(found) == 3
    assert found[-1].endswith("…")
    assert max(map(font.getlength, found)) <= 300


def test_a_summary_stands_in_for_a_prompt_in_another_script() -> None:
    assert drawn(ARABIC).tobytes() == drawn("A question to 1 model").tobytes()
