"""HTTP for providers. Knows no provider, follows no redirect, repeats nothing."""

from playground.providers.transport.calls import Answer, Timeouts, TransportError, send
from playground.providers.transport.connections import close, tls_context
from playground.providers.transport.streams import Stream, open_stream

__all__ = [
    "Answer",
    "Stream",
    "Timeouts",
    "TransportError",
    "close",
    "open_stream",
    "send",
    "tls_context",
]
