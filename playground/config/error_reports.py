"""What Django's page for programming errors shows, with DEBUG=1 too: no key that was typed."""

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class AlwaysSafe(SafeExceptionReporterFilter):
    """Django itself hides what a view marks as sensitive only where DEBUG is off."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True
