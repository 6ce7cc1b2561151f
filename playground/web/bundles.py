"""One style sheet and one script out of the many small files, without a build step.

`collectstatic` calls this. Style sheets are put one behind the other. Of JavaScript modules only
the part of the language is taken that the interface uses, and everything else is refused by name:

    import "./a.js";    import { b, c } from "./a.js";    export const|function|class name
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHEETS = """
tokens base layout controls marks composer result prose chart table overlay
playground compare blind matrix history run permalink viewer settings share models print
"""  # in the order of the page; each fills a layer, tokens names them
STYLES = tuple(f"css/{name}.css" for name in SHEETS.split())
HTMX = "vendor/htmx-4.0.1.min.js"
SCRIPT = "js/app.js"
# As deep as css/ is, so that addresses in style sheets stay right.
STYLE_BUNDLE, SCRIPT_BUNDLE = "bundle/app.css", "bundle/app.js"
# Pages of share links hold nothing but text and pictures: no forms, no polls, no htmx.
SHARED_SCRIPT, SHARED_BUNDLE = "js/shared.js", "bundle/shared.js"

IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|const|class) ([\w$]+))", re.MULTILINE)
FOREIGN = re.compile(r"^(?:import|export|await)\b.*|\bimport\s*[(.].*", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")
NAME = re.compile(r"[\w$]+")


class BundleError(ValueError):
    """A file holds what cannot be put into a bundle; says which and what."""


def style_bundle(read: Callable[[str], str]) -> str:
    """Put the style sheets one behind the other; the cascade is the same as of single files."""
    return "\n".join(f"/* {name} */\n{_checked(name, read(name))}" for name in STYLES)


def _checked(name: str, style: str) -> str:
    """Return a sheet without comments and indentation: a fifth of what would cross the wire."""
    if "@import" in style or "@charset" in style:
        raise BundleError(f"{name}: @import and @charset work only at the start of a file.")
    bare = INDENT.sub("\n", COMMENT.sub("", style))
    if bare.count("{") != bare.count("}"):
        raise BundleError(f"{name}: a brace is missing, or one is written inside a text.")
    return bare.strip()


def script_bundle(read: Callable[[str], str]) -> str:
    """Put htmx first, then the modules."""
    return "\n".join([f"/* {HTMX} */", read(HTMX) + ";", _joined(SCRIPT, read)])


def shared_bundle(read: Callable[[str], str]) -> str:
    return _joined(SHARED_SCRIPT, read)


def _joined(script: str, read: Callable[[str], str]) -> str:
    """Make each module a function of its own, after what it imports."""
    modules = dict(_modules(script, read, ()))
    exported = {name: EXPORT.findall(text) for name, text in modules.items()}
    parts = [_wrapped(name, text, exported) for name, text in modules.items()]
    start = '(() => {\n"use strict";\nconst modules = {};'
    return "\n".join([start, *parts, "})();\n"])


def _modules(
    name: str, read: Callable[[str], str], above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield name and text of a module and of all it imports, deepest first, some repeatedly."""
    if name in above:
        raise BundleError(f"{name}: imports itself by way of {', '.join(above)}.")
    text = read(name)
    for _, imported in IMPORT.findall(text):
        yield from _modules(f"js/{imported}", read, (*above, name))
    yield name, text


def _wrapped(name: str, text: str, exported: dict[str, list[str]]) -> str:
    def bound(found: re.Match[str]) -> str:
        names, module = found[1], f"js/{found[2]}"
        if names is None:
            return ""
        for one in filter(None, map(str.strip, names.split(","))):
            if not NAME.fullmatch(one) or one not in exported[module]:
                raise BundleError(f"{name}: {module} does not export “{one}”.")
        return f'const {{{names}}} = modules["{module}"];'

    body = EXPORT.sub("", IMPORT.sub(bound, text))
    if foreign := FOREIGN.search(body):
        raise BundleError(f"{name}: “{foreign[0].strip()}” cannot be bundled.")
    returned = f"return {{ {', '.join(exported[name])} }};"
    return f'modules["{name}"] = (() => {{\n{body.strip()}\n{returned}\n}})();'


BUNDLES = {
    STYLE_BUNDLE: style_bundle,
    SCRIPT_BUNDLE: script_bundle,
    SHARED_BUNDLE: shared_bundle,
}
