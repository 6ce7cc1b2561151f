"""One style sheet and one script out of the many small files, without a build step.

Each is its parts one behind the other. The modules of a script become one scope, in the order in
which its own file imports them; `import`, `export` and comments of a line stand at its beginning.
"""

import re

from playground.config.locations import STATIC

SHEETS = """
tokens base layout controls marks composer result prose chart table overlay images playground
compare blind matrix history run permalink exchange viewer settings projects share models
evidence print
"""  # in the order of the page; each fills a layer, tokens names them
STYLES = tuple(f"css/{name}.css" for name in SHEETS.split())
HTMX = "vendor/htmx-4.0.1.min.js"
SCRIPT = "js/app.js"
# As deep as css/ is, so that addresses in style sheets stay right.
STYLE_BUNDLE, SCRIPT_BUNDLE = "bundle/app.css", "bundle/app.js"
# Pages of share links hold nothing but text and pictures: no forms, no polls, no htmx.
SHARED_SCRIPT, SHARED_BUNDLE = "js/shared.js", "bundle/shared.js"

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def bundles() -> dict[str, str]:
    return {
        STYLE_BUNDLE: _lines(COMMENT.sub("", "".join(map(_read, STYLES)))),
        SCRIPT_BUNDLE: f"{_read(HTMX)};\n{_joined(SCRIPT)}",
        SHARED_BUNDLE: _joined(SHARED_SCRIPT),
    }


def modules(script: str) -> list[str]:
    """Return what the file imports, in its order."""
    imports = (line for line in _read(script).splitlines() if line.startswith("import "))
    return ["js" + line.split('"')[1].removeprefix(".") for line in imports]


def _joined(script: str) -> str:
    body = _lines("".join(map(_read, modules(script))), left_out=("import ", "//"))
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'


def _lines(text: str, left_out: tuple[str, ...] = ()) -> str:
    """Without what only people read: a fifth of what would cross the wire."""
    bare = (line.strip().removeprefix("export ") for line in text.splitlines())
    return "\n".join(line for line in bare if line and not line.startswith(left_out))


def _read(name: str) -> str:
    return (STATIC / name).read_text()
