"""What every answer carries, also a static file, a redirect to https and an error.

SecurityMiddleware adds nosniff, the referrer and opener policies and HSTS; pages carry their own
Content-Security-Policy (settings.py). Nothing here replaces what a view decided.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

# What browsers know by name and no page here uses. A photo from a phone's camera comes through a
# file field, which needs no permission; copying needs one.
UNUSED = """
accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope hid
idle-detection local-fonts magnetometer microphone midi payment picture-in-picture screen-wake-lock
serial storage-access usb window-management xr-spatial-tracking
"""
USED = "clipboard-write publickey-credentials-create publickey-credentials-get"  # passkeys
PERMISSIONS = ", ".join(
    [*(f"{name}=()" for name in UNUSED.split()), *(f"{name}=(self)" for name in USED.split())]
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # For what is no page: a script or a picture opened by itself can load and run nothing.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    # Kept by no proxy, and asked for again.
    "Cache-Control": "private, no-cache",
}
# Back asks for a page anew: what was starred, deleted or answered since is shown as it is now.
OF_PAGES = {"Permissions-Policy": PERMISSIONS, "Cache-Control": "no-store, private"}
PRERENDERED = ("/runs/", "/compare/")
PRESS = "/runs/"
DRAWN_AHEAD = '"prefetchCache", "prerenderCache"'
RULES = "prerender.speculationrules"


class ResponseHeadersMiddleware:
    """Adds the headers that are not there yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        for name, value in (HEADERS | OF_PAGES if is_page else HEADERS).items():
            response.headers.setdefault(name, value)
        if request.path_info.startswith(PRERENDERED):
            _prerender(request, response, is_page=is_page)
        return response


def _prerender(request: HttpRequest, response: HttpResponse, *, is_page: bool) -> None:
    """Let a browser draw the page of a link that a pointer rests on, as the rules say.

    Whatever is changed is not shown as it was before; a press for new runs changes none.
    """
    if request.method not in ("GET", "HEAD"):
        if request.path_info != PRESS:
            response.headers.setdefault("Clear-Site-Data", DRAWN_AHEAD)
    elif is_page:
        response.headers["Speculation-Rules"] = f'"{static(RULES)}"'
