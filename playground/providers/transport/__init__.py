"""HTTP for providers. Knows no provider, follows no redirect, repeats nothing."""

from playground.providers.transport.events import Event, EventReader, TooLongError
from playground.providers.transport.requests import Answer, Timeouts, TransportError, send
from playground.providers.transport.sessions import close, tls_context
from playground.providers.transport.streams import Stream, open_stream

__all__ = [
    "Answer",
    "Event",
    "EventReader",
    "Stream",
    "Timeouts",
    "TooLongError",
    "TransportError",
    "close",
    "open_stream",
    "send",
    "tls_context",
]
