"""The published scoring of the HTTP Observatory (MDN), for answers instead of a public host.

100 points; penalties first; bonuses only where at least 90 are left; 100 and more are an A+. A host
that is on the preload list of browsers would earn 5 more: that is not ours to claim here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_552_000  # seconds; what the scoring really asks for
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
GRADES = {90: "A", 85: "A-", 80: "B+", 70: "B", 65: "B-", 60: "C+", 50: "C", 45: "C-", 40: "D+"}


@dataclass
class Answer:
    """One answer over https, and where the same address led over http."""

    headers: dict[str, str]
    cookies: list[str] = field(default_factory=list)  # values of Set-Cookie
    body: str = ""
    http_status: int = 301
    http_location: str = ""


def grade(answer: Answer) -> str:
    points = score(answer)
    if points >= 100:
        return "A+"
    return next((name for least, name in GRADES.items() if points >= least), "below D+")


def score(answer: Answer) -> int:
    """Return the points of one host."""
    parts = list(modifiers(answer))
    least = 100 + sum(part for part in parts if part < 0)
    return least + sum(part for part in parts if part > 0) if least >= 90 else max(least, 0)


def modifiers(answer: Answer) -> Iterator[int]:
    """Yield the points of each test, in the order of the published table."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    policy = _policy(headers.get("content-security-policy", ""))
    hsts = _hsts(headers.get("strict-transport-security", ""))
    yield _csp(policy)
    yield _cookies(answer.cookies, hsts=hsts == 0)
    yield _sharing(headers)
    yield _redirection(answer)
    yield _referrer(headers.get("referrer-policy"))
    yield hsts
    yield _scripts(answer.body)
    yield 0 if headers.get("x-content-type-options") == "nosniff" else -5
    yield _framing(policy, headers.get("x-frame-options", ""))
    yield _resources(headers.get("cross-origin-resource-policy"))


def _policy(header: str) -> dict[str, set[str]]:
    parts = [part.split() for part in header.lower().split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def _csp(policy: dict[str, set[str]]) -> int:
    if not policy:
        return -25
    everything = policy.get("default-src", {"*"})
    script, style = policy.get("script-src", everything), policy.get("style-src", everything)
    active = set().union(*(v for k, v in policy.items() if k not in {"img-src", "media-src"}))
    passive = policy.get("img-src", everything) | policy.get("media-src", everything)
    if script & (BROAD | INLINE) or policy.get("object-src", everything) & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if everything == {"'none'"} else 5


def _cookies(cookies: list[str], *, hsts: bool) -> int:
    """The worst cookie counts."""
    found = [morsel for text in cookies for morsel in SimpleCookie(text).values()]
    worst = [_cookie(morsel.key.lower(), morsel, hsts=hsts) for morsel in found]
    if not found or min(worst) < 0:
        return min(worst, default=0)
    return 5 if all(morsel["samesite"] for morsel in found) else 0


def _cookie(name: str, flags: object, *, hsts: bool) -> int:
    given = dict(flags)  # type: ignore[call-overload]
    session = "login" in name or "sess" in name
    if session and not given["secure"]:
        return -10 if hsts else -40
    if session and not given["httponly"]:
        return -30
    if "csrf" in name and not given["samesite"]:
        return -20
    if given["samesite"] and given["samesite"].lower() not in {"lax", "strict", "none"}:
        return -20
    if not given["secure"]:
        return -5 if hsts else -20
    return 0


def _sharing(headers: dict[str, str]) -> int:
    shared = headers.get("access-control-allow-origin") not in {None, "*"}
    return -50 if shared and headers.get("access-control-allow-credentials") == "true" else 0


def _redirection(answer: Answer) -> int:
    """The first step from http has to lead to https; that the host stays is a test of its own."""
    if answer.http_status not in {301, 302, 303, 307, 308}:
        return -20
    return 0 if urlsplit(answer.http_location).scheme == "https" else -20


def _referrer(header: str | None) -> int:
    if header is None:
        return 0
    return 5 if {part.strip() for part in header.split(",")} <= PRIVATE else -5


def _hsts(header: str) -> int:
    age = re.search(r"max-age=(\d+)", header)
    if not age:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def _scripts(body: str) -> int:
    """Scripts of our own host need no integrity; those of others do, over https."""
    sources = re.findall(r'<script[^>]*\bsrc="([^"]+)"', body)
    if any(source.startswith(("//", "http:")) for source in sources):
        return -50
    return -5 if any(source.startswith("https:") for source in sources) else 0


def _framing(policy: dict[str, set[str]], header: str) -> int:
    if "frame-ancestors" in policy:
        return 5
    return 0 if header.lower() in {"deny", "sameorigin"} else -20


def _resources(header: str | None) -> int:
    if header in {None, "cross-origin"}:
        return 0
    return 10 if header in {"same-origin", "same-site"} else -5
