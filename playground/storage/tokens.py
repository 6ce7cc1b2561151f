"""Secrets that nobody guesses."""

import secrets


def new_token() -> str:
    """Return 192 random bits in 32 characters that need no escaping in an address."""
    return secrets.token_urlsafe(24)
