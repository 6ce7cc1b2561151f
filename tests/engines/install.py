"""Finds the engines, or installs Debian's packages where this user may; `python -m` says which.

What is missing and cannot be installed is said in a line, and its flows are left out.
"""

from __future__ import annotations

from functools import cache

from tests.browser import chromium
from tests.servers.packages import MissingServerError, program

MINI_BROWSER = ("MiniBrowser", "webkit2gtk-driver", "usr/lib/*/webkit2gtk-*")
PROGRAMS = {
    "firefox": [("firefox-esr", "firefox-esr")],
    "webkit": [("WebKitWebDriver", "webkit2gtk-driver"), MINI_BROWSER, ("Xvfb", "xvfb")],
}


@cache
def missing(engine: str) -> str:
    """Say why the flows cannot run in an engine; nothing where they can."""
    if engine == "chromium":
        chromium.find() or chromium.install()
        return "" if chromium.find() else chromium.MISSING
    try:
        for wanted in PROGRAMS[engine]:
            program(*wanted)
    except MissingServerError as error:
        return str(error)
    return ""


ENGINES = ("chromium", *PROGRAMS)

if __name__ == "__main__":
    for name in ENGINES:
        print(f"{name}: {missing(name) or 'found'}")
