"""HTTP for providers. Knows no provider, follows no redirect, repeats nothing."""

from playground.providers.transport.calls import Answer, Timeouts, TransportError, send
from playground.providers.transport.connections import close, tls_context

__all__ = ["Answer", "Timeouts", "TransportError", "close", "send", "tls_context"]
