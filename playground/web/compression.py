"""Pages are compressed on the way out; pictures, streams and small fragments are not.

Secrets on a page cannot be read off its length: cross-site tokens are masked anew each time, and
Django adds up to 100 random bytes (docs/security.md).
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

MIN_BYTES = 1024  # bytes; below that a poll's fragment fits into one packet anyway
TYPES = ("text/", "application/json")


class TextCompressionMiddleware(GZipMiddleware):
    """Compress texts that are at hand as a whole."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or len(response.content) < MIN_BYTES:  # type: ignore[attr-defined]
            return response
        if not response.headers.get("Content-Type", "").startswith(TYPES):
            return response
        return super().process_response(request, response)
