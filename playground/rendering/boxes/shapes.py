"""Finds boxes, points and outlines in an answer, as the numbers that are written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from playground.rendering.answer_json import MAX_CHARACTERS, read_json

MAX_SHAPES = 200
MAX_POINTS = 200  # of one outline
MAX_LABEL = 60
MAX_DEPTH = 12
MAX_NUMBER = 1e6

BOX, POINT, OUTLINE = "box", "point", "outline"
# What says how numbers are meant: the name they stand under, or the mark around them.
GOOGLE, CORNERS, NAMED, POINTS = "box_2d", "bbox", "named", "point"
LOC, PERCENT, MARKED = "loc", "percent", "mark"

# Names as `_plain` leaves them.
_GOOGLES = ("box2d", "boxes2d")
_BOXES = ("bbox2d", "bbox", "boundingbox", "boundingboxes", "bboxes", "box", "boxes")
_POINTS = ("point2d", "points2d", "point", "points")
_OUTLINES = ("polygon", "polygons", "segmentation", "contour", "outline")
_SIDES = (
    ("x1", "y1", "x2", "y2"),
    ("x0", "y0", "x1", "y1"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("left", "top", "right", "bottom"),
)
_EXTENTS = (("x", "y", "width", "height"), ("x", "y", "w", "h"), ("left", "top", "width", "height"))
_CORNER_NAMES = (("topleft", "bottomright"),)
_LABELS = ("label", "name", "text", "class", "category", "description", "object", "textcontent")
_IMAGES = ("image", "imagenumber", "imageindex", "imageid", "imageidx")
_SIZES = (("imagewidth", "imageheight"), ("imgwidth", "imgheight"))

_NUMBER = r"-?\d{1,7}(?:\.\d{1,10})?"
_NUMBERS = re.compile(_NUMBER)
_LOC = re.compile(r"(?:<loc(\d{4})>)(?:<loc(\d{4})>)<loc(\d{4})><loc(\d{4})>([^<;\n]{0,100})")
_LOC_LINE = re.compile(r"([^<>\n]{0,100})" + r"<loc_(\d{1,3})>" * 4)
_MARKS = re.compile(
    r"(?:<(?:\|object_ref_start\||\|ref\||ref)>([^<>]{0,200})<(?:\|object_ref_end\||\|/ref\||/ref)>)?"
    r"\s{0,5}<(?:(?:\|box_start\||\|det\||box|bbox)>|\|begin_of_box\|>(?=\s*\[))([\s\d.,;()\[\]-]{1,4000})"
    r"<(?:\|box_end\||\|/det\||\|end_of_box\||/box|/bbox)>"
)
_MOLMO = re.compile(r"<points?\s([^<>]{1,4000}?)(?:/>|>([^<>]{0,200})</points?>)")
_POINT_MARK = re.compile(rf"<point>\s{{0,5}}({_NUMBER})[\s,]{{1,5}}({_NUMBER})\s{{0,5}}</point>")
_COORDINATE = re.compile(rf"\b([xy])(\d{{0,3}})\s?=\s?[\"']\s?({_NUMBER})\s?[\"']")
_ALT = re.compile(r"""\balt\s?=\s?["']([^"']{0,200})["']""")
_SPEAKS_OF_BOXES = re.compile(r"box|bound|corner|coordinat|region|检测|坐标|框", re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """Pairs of numbers as they were written: two corners, one point, or an outline.

    means: what says how they are meant. image: which image of the run, from 1. size: width and
    height of the picture that the answer itself names.
    """

    kind: str
    pairs: tuple[tuple[float, float], ...]
    means: str
    label: str = ""
    image: int = 1
    size: tuple[float, float] | None = None


def find_shapes(answer: str, images: int) -> list[Shape]:
    """Return the shapes of an answer. images: how many the run has."""
    answer = answer[:MAX_CHARACTERS]
    shapes: list[Shape] = []
    for shape in _all(answer, images):
        shapes.append(shape)
        if len(shapes) == MAX_SHAPES:
            break
    return shapes


def _all(answer: str, images: int) -> Iterator[Shape]:
    marked = list(_marked(answer))
    if marked:
        yield from marked
        return
    values = read_json(answer)
    for value in values:
        yield from _in_value(value, images, None, 0)
    if _SPEAKS_OF_BOXES.search(answer) and all(isinstance(value, list) for value in values):
        for value in values:
            yield from _several(BOX, value, CORNERS, Shape(BOX, (), ""))


def _marked(answer: str) -> Iterator[Shape]:
    for match in _LOC.finditer(answer):
        top, left, bottom, right = (float(one) for one in match.groups()[:4])
        yield Shape(BOX, ((left, top), (right, bottom)), LOC, _short(match[5]))
    for match in _LOC_LINE.finditer(answer):
        left, top, right, bottom = (float(one) for one in match.groups()[1:])
        yield Shape(BOX, ((left, top), (right, bottom)), MARKED, _short(match[1]))
    for match in _MARKS.finditer(answer):
        numbers = [float(one) for one in _NUMBERS.findall(match[2])]
        for at in range(0, len(numbers) - len(numbers) % 4, 4):
            left, top, right, bottom = numbers[at : at + 4]
            yield Shape(BOX, ((left, top), (right, bottom)), MARKED, _short(match[1] or ""))
    for match in _MOLMO.finditer(answer):
        yield from _molmo(match[1], match[2] or "")
    for match in _POINT_MARK.finditer(answer):
        yield Shape(POINT, ((float(match[1]), float(match[2])),), MARKED)


def _molmo(attributes: str, words: str) -> Iterator[Shape]:
    alt = _ALT.search(attributes)
    label = _short(alt[1] if alt else words)
    places: dict[str, dict[str, float]] = {}
    for axis, number, value in _COORDINATE.findall(attributes):
        places.setdefault(number, {})[axis] = float(value)
    for place in places.values():
        if len(place) == 2:
            yield Shape(POINT, ((place["x"], place["y"]),), PERCENT, label)


def _in_value(
    value: Any, images: int, size: tuple[float, float] | None, depth: int
) -> Iterator[Shape]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        entry = _plain(value)
        size = _stated(entry) or size
        found = list(_in_entry(entry, _model(entry, images, size)))
        if found:
            yield from (one for one in found if one.image)
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _in_value(one, images, size, depth + 1)


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    """Names without case, underscores and hyphens; numbers that are written as text as numbers."""
    plain = {re.sub("[_ -]", "", name).lower(): value for name, value in entry.items()}
    return {name: value if name in _LABELS else _as_number(value) for name, value in plain.items()}


def _as_number(value: Any) -> Any:
    written = isinstance(value, str) and _NUMBERS.fullmatch(value.strip())
    return float(value) if written else value


def _model(entry: dict[str, Any], images: int, size: tuple[float, float] | None) -> Shape:
    """What all shapes of an entry have in common."""
    texts = (entry[name] for name in _LABELS if isinstance(entry.get(name), str))
    return Shape(BOX, (), "", _short(next(texts, "")), _image(entry, images), size)


def _image(entry: dict[str, Any], images: int) -> int:
    """Return which image an entry names, from 1; 0 where it names one that is not known.

    An index may begin at 0: of several images it names none for sure.
    """
    named = next((name for name in _IMAGES if entry.get(name) is not None), None)
    if named is None or images == 1:
        return 1
    given = entry[named]
    known = named in _IMAGES[:2] and _is_number(given) and given in range(1, images + 1)
    return int(given) if known else 0


def _in_entry(entry: dict[str, Any], model: Shape) -> Iterator[Shape]:
    names = [(BOX, GOOGLE, _GOOGLES), (BOX, CORNERS, _BOXES)]
    names += [(OUTLINE, CORNERS, _OUTLINES), (POINT, POINTS, _POINTS)]
    for kind, means, known in names:
        given = next((entry[name] for name in known if name in entry), None)
        if given is not None:
            yield from _several(kind, given, means, model)
            return
    corners = _corners(entry)
    if corners:
        yield _shape(BOX, corners, NAMED, model)


def _several(kind: str, given: Any, means: str, model: Shape) -> Iterator[Shape]:
    """One shape, or a list of some."""
    one = _pairs(kind, given)
    for each in [given] if one or not isinstance(given, list) else given[:MAX_SHAPES]:
        pairs = _pairs(kind, each)
        if pairs:  # sides that have names stand in no order
            yield _shape(kind, pairs, NAMED if isinstance(each, dict) else means, model)


def _shape(kind: str, pairs: list[tuple[float, float]], means: str, model: Shape) -> Shape:
    return Shape(kind, tuple(pairs), means, model.label, model.image, model.size)


def _pairs(kind: str, given: Any) -> list[tuple[float, float]] | None:
    if isinstance(given, dict):
        read = {BOX: _corners, POINT: _point}.get(kind)
        return read(_plain(given)) if read else None
    if isinstance(given, str):
        given = [float(one) for one in _NUMBERS.findall(given[:200])]
    numbers = _flat(given)
    if numbers is None or len(numbers) % 2:
        return None
    wanted = {BOX: len(numbers) == 4, POINT: len(numbers) == 2, OUTLINE: len(numbers) >= 6}
    if not wanted[kind] or len(numbers) > 2 * MAX_POINTS:
        return None
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _flat(given: Any) -> list[float] | None:
    """The numbers of a list, or of a list of pairs."""
    if not isinstance(given, list):
        return None
    given = [_of_axes(one) if isinstance(one, dict) else _as_number(one) for one in given]
    pairs = [one for one in given if isinstance(one, list) and len(one) == 2]
    if pairs and len(pairs) == len(given):
        given = [_as_number(number) for pair in pairs for number in pair]
    return given if given and all(map(_is_number, given)) else None


def _of_axes(given: dict[str, Any]) -> Any:
    return [given["x"], given["y"]] if given.keys() == {"x", "y"} else given


def _is_number(value: Any) -> bool:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return fits and abs(value) < MAX_NUMBER and isfinite(value)


def _corners(entry: dict[str, Any]) -> list[tuple[float, float]] | None:
    for names in _SIDES:
        if all(_is_number(entry.get(name)) for name in names):
            left, top, right, bottom = (entry[name] for name in names)
            return [(left, top), (right, bottom)]
    for names in _EXTENTS:
        if all(_is_number(entry.get(name)) for name in names):
            left, top, width, height = (entry[name] for name in names)
            return [(left, top), (left + width, top + height)]
    for first, last in _CORNER_NAMES:
        ends = [_point(entry.get(first)), _point(entry.get(last))]
        if ends[0] and ends[1]:
            return [*ends[0], *ends[1]]
    return None


def _point(given: Any) -> list[tuple[float, float]] | None:
    if isinstance(given, dict) and all(_is_number(given.get(axis)) for axis in "xy"):
        return [(given["x"], given["y"])]
    numbers = _flat(given)
    return [(numbers[0], numbers[1])] if numbers and len(numbers) == 2 else None


def _stated(entry: dict[str, Any]) -> tuple[float, float] | None:
    """The size of the picture that an answer names beside its boxes."""
    pair = _flat(entry.get("imagesize"))
    if pair and len(pair) == 2 and min(pair) > 0:
        return pair[0], pair[1]
    for names in _SIZES:
        sizes: list[Any] = [entry.get(name) for name in names]
        if all(_is_number(one) and one > 1 for one in sizes):
            return sizes[0], sizes[1]
    return None


def _short(label: str) -> str:
    return " ".join(label.split())[:MAX_LABEL]
