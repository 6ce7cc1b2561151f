"""The look of the product inside a file: styles with their fonts, and the icons that are used."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString

from playground.web.bundles import COMMENT

SHEETS = ["tokens", "base", "layout", "controls", "marks", "composer", "result", "prose"]
SHEETS += ["compare", "run", "exchange", "evidence", "document"]
ICONS = ["check", "chevron-right", "circle-alert", "circle-check", "clock", "eye-off", "link"]
ICONS += ["loader-circle", "monitor", "trophy", "x"]
_ADDRESS = re.compile(r'url\("\.\./(fonts/[\w.-]+\.woff2)"\)')
_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)".*?</symbol>', re.DOTALL)


def _static(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


@cache
def styles() -> SafeString:
    """Return one sheet that needs nothing else."""
    text = "\n".join(_static(f"css/{name}.css").decode() for name in SHEETS)
    whole = COMMENT.sub("", _ADDRESS.sub(_as_data, text))
    return SafeString(re.sub(r"\n\s*\n+", "\n", whole))


def _as_data(match: re.Match[str]) -> str:
    return f'url("data:font/woff2;base64,{base64.b64encode(_static(match[1])).decode()}")'


@cache
def policy() -> str:
    """Return the Content-Security-Policy of a file: its own styles and pictures, nothing else."""
    digest = base64.b64encode(hashlib.sha256(styles().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


# Of pages whose styles and pictures are files beside them: opened from a disk, or served.
POLICY_BESIDE = (
    "default-src 'none'; style-src 'self' file:; img-src 'self' file: data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


@cache
def icons() -> SafeString:
    """Return the symbols that a document's marks refer to."""
    symbols = _SYMBOL.finditer(_static("icons.svg").decode())
    return SafeString("".join(one[0] for one in symbols if one[1] in ICONS))
