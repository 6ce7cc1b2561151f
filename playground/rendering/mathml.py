"""What math-core writes, fit for a page: no style attribute, and nothing that browsers ignore.

MathML Core has neither boxes, strokes nor lines between cells: they become classes, drawn by
`static/css/formulas.css`.
"""

import re
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

_ENTITIES = {"&ApplyFunction;": "\u2061"}
_ENCLOSED = {
    "box": "maths-box",
    "updiagonalstrike": "maths-up",
    "downdiagonalstrike": "maths-down",
    "updiagonalstrike downdiagonalstrike": "maths-up maths-down",
    "downdiagonalstrike updiagonalstrike": "maths-up maths-down",
    "horizontalstrike": "maths-through",
}
_CELLS = {
    "text-align:left": "maths-left",
    "text-align:right": "maths-right",
    "padding-left:0": "maths-flush-left",
    "padding-right:0": "maths-flush-right",
    "padding-left:1em": "maths-gap",
    "padding-top:0": "maths-tight",
    **{f"border-{side}:": f"maths-line-{side}" for side in ("top", "right", "bottom", "left")},
}
CLASSES = {
    "mrow": {name for value in _ENCLOSED.values() for name in value.split()},
    "mtd": set(_CELLS.values()),
}
_WORDS = {"b": "strong", "i": "em", "code": "code"}
_PADDING = re.compile(r"padding-(left|right):([\d.]+em)")
_LONG = re.compile(r"(\.\d{4})\d+")


def fit(mathml: str) -> str:
    """Return the formula as browsers draw it. Raises ValueError for what they would not draw."""
    for entity, character in _ENTITIES.items():
        mathml = mathml.replace(entity, character)
    try:
        root = fromstring(mathml)  # noqa: S314 - written by math-core: no entity, no declaration
    except ParseError as error:
        raise ValueError from error
    for element in list(root.iter()):
        _fit(element)
    return tostring(root, encoding="unicode", short_empty_elements=False)


def text_of(mathml: str) -> str:
    return "".join(fromstring(mathml).itertext()) if mathml else ""  # noqa: S314 - as above


def _fit(element: Element) -> None:
    style = element.attrib.pop("style", "").replace(" ", "")
    for name, value in element.attrib.items():
        element.set(name, _LONG.sub(r"\1", value))
    if element.tag == "menclose":
        _enclose(element)
    elif element.tag == "mtr":
        for cell in [one for one in element if _is_margin(one)]:
            element.remove(cell)
    elif element.tag == "mtd":
        _line(element, style)
    elif element.tag == "mpadded":
        _space(element, style)
    elif element.tag == "mtext" and len(element):
        _words(element)


def _enclose(element: Element) -> None:
    notation = element.attrib.pop("notation", "")
    if notation not in _ENCLOSED:
        raise ValueError(notation)
    for stroke in [one for one in element if one.get("class", "").startswith("menclose-")]:
        element.remove(stroke)
    element.tag = "mrow"
    element.set("class", _ENCLOSED[notation])


def _is_margin(cell: Element) -> bool:
    """An empty cell that only keeps a number at the edge: no formula here has one."""
    return "width:" in cell.get("style", "") and not len(cell) and not cell.text


def _line(cell: Element, style: str) -> None:
    given = style.split(";")
    names = [name for start, name in _CELLS.items() if any(_says(one, start) for one in given)]
    if names:
        cell.set("class", " ".join(names))


def _says(declaration: str, start: str) -> bool:
    return declaration.startswith(start) if start.endswith(":") else declaration == start


def _space(element: Element, style: str) -> None:
    """Spaces beside a word that is set as a relation or an operator."""
    element.tag = "mrow"
    for side, width in _PADDING.findall(style):
        space = Element("mspace", width=_LONG.sub(r"\1", width))
        element.insert(0 if side == "left" else len(element), space)


def _words(element: Element) -> None:
    for child in element.iter():
        child.attrib.pop("class", None)
        if child is not element:
            child.tag = _WORDS.get(child.tag, "span")
