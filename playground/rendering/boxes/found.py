"""What is drawn of an answer's boxes, points and outlines, and how their numbers were read.

A wrong box is worse than none: where two meanings fit and neither the model's makers nor the
reader have said which, nothing is drawn and the reader is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playground.rendering.boxes.readings import (
    PIXELS,
    READINGS,
    Reading,
    fitting,
    placed,
    preferred,
)
from playground.rendering.boxes.shapes import BOX, POINT, Shape, find_shapes


@dataclass(frozen=True)
class Drawn:
    """One shape as shares of the image's width and height, and what it is said to show.

    places: of a box its two corners, of a point one, of an outline all. image: from 1.
    """

    kind: str
    places: tuple[tuple[float, float], ...]
    label: str = ""
    image: int = 1

    @property
    def is_box(self) -> bool:
        return self.kind == BOX

    @property
    def is_point(self) -> bool:
        return self.kind == POINT

    @property
    def left(self) -> float:
        return self.places[0][0]

    @property
    def top(self) -> float:
        return self.places[0][1]

    @property
    def width(self) -> float:
        return self.places[1][0] - self.places[0][0]

    @property
    def height(self) -> float:
        return self.places[1][1] - self.places[0][1]

    @property
    def tag_x(self) -> str:
        """Where its letter stands, as a share that SVG reads."""
        return f"{self.places[0][0]:.2%}"

    @property
    def tag_y(self) -> str:
        return f"{self.places[0][1]:.2%}"

    @property
    def path(self) -> str:
        return " ".join(f"{x:.4f},{y:.4f}" for x, y in self.places)


@dataclass(frozen=True)
class Found:
    """What is drawn. readings: how it was read. choices: all that fit, where there are several."""

    drawn: list[Drawn] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    choices: list[Reading] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether something is not drawn before somebody says how it is meant."""
        return bool(self.choices) and not any(one in self.choices for one in self.readings)

    def of(self, image: int) -> list[Drawn]:
        return [one for one in self.drawn if one.image == image]


def find_boxes(
    answer: str, sizes: Sequence[tuple[int, int]], model_id: str = "", chosen: str = ""
) -> Found:
    """Return the boxes of an answer.

    sizes: width and height of each image as it was sent, in order. chosen: the code of the reading
    that somebody chose for this model.
    """
    if not sizes:
        return Found()
    found = Found()
    for shapes in _alike(find_shapes(answer, len(sizes))):
        fits = fitting(shapes, sizes, model_id)
        reading = _decided(fits, preferred(shapes[0].means, model_id), chosen)
        if len(fits) > 1 or not reading:
            found.choices.extend(one for one in fits if one not in found.choices)
        if not reading:
            continue
        if reading not in found.readings:
            found.readings.append(reading)
        for shape in shapes:
            places = placed(reading, shape, sizes[shape.image - 1])
            found.drawn.append(Drawn(shape.kind, places, shape.label, shape.image))
    return found


def _alike(shapes: list[Shape]) -> list[list[Shape]]:
    """Shapes that are written alike mean alike."""
    groups: dict[str, list[Shape]] = {}
    for shape in shapes:
        groups.setdefault(shape.means, []).append(shape)
    return list(groups.values())


def _decided(fits: list[Reading], known: Reading | None, chosen: str) -> Reading | None:
    # What lies outside by its makers' pixels may be pixels of another size as well.
    if len(fits) < 2 and (known is not PIXELS or known in fits):
        return fits[0] if fits else None
    if READINGS.get(chosen) in fits:
        return READINGS[chosen]
    return known if known in fits else None
