"""Reads what is said of the fields of a class: the text that stands below each in its source."""

import ast
import inspect
import sys
from collections.abc import Iterator
from itertools import pairwise


def said_of_fields(kind: type) -> dict[str, str]:
    """Return the texts by field, those of the classes it is made of too."""
    if "fields_of" in kind.__dict__:  # made of the fields of another class
        return said_of_fields(kind.__dict__["fields_of"])
    try:
        (tree,) = ast.parse(inspect.getsource(kind)).body
    except (OSError, TypeError):
        return {}  # made by a call
    said: dict[str, str] = {}
    if isinstance(tree, ast.ClassDef):
        for base in _bases(tree, kind):
            said |= said_of_fields(base)
        said |= dict(_said(tree, kind))
    return said


def _bases(tree: ast.ClassDef, kind: type) -> Iterator[type]:
    """Give the bases as they are written: a TypedDict does not know its own."""
    module = sys.modules[kind.__module__]
    for base in tree.bases:
        found = getattr(module, base.id, None) if isinstance(base, ast.Name) else None
        if isinstance(found, type) and found.__module__.startswith("playground."):
            yield found


def _said(tree: ast.ClassDef, kind: type) -> Iterator[tuple[str, str]]:
    inner = getattr(kind, "__struct_fields__", ())
    names = dict(zip(inner, getattr(kind, "__struct_encode_fields__", ()), strict=True))
    for one, below in pairwise(tree.body):
        if not (isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)):
            continue
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            yield names.get(one.target.id, one.target.id), " ".join(str(below.value.value).split())
