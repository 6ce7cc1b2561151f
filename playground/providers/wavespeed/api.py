"""The calls to the API: who we say we are, how long we wait, and that the key goes nowhere else."""

import json
import platform
from typing import Any

from playground import VERSION
from playground.providers.base import MAX_RECEIVED_BYTES, ErrorKind, ProviderError, Received
from playground.providers.http_errors import READING, Verdicts
from playground.providers.sanitising import MIN_SECRET_LENGTH, SENDABLE, clean_text, without_secrets
from playground.providers.transport import Answer, Timeouts, TransportError, send
from playground.providers.wavespeed.envelopes import open_envelope

CLIENT_NAME = "vision-playground"
CLIENT_VERSION = VERSION


class Api:
    """One account at one address. Opens connections only in its calls; may be shared by threads."""

    def __init__(self, api_key: str, base_url: str) -> None:
        self._key = api_key.strip()
        self.base_url = base_url.strip().rstrip("/")

    def __repr__(self) -> str:
        return f"<Api {self.base_url}>"

    @property
    def is_secure(self) -> bool:
        """Whether the address demands TLS, and with it every address that the API hands out."""
        return not self.base_url.lower().startswith("http://")

    def get(self, path: str, timeouts: Timeouts) -> dict[str, Any]:
        """Read. Returns the body of a success, raises ProviderError otherwise; may be repeated."""
        return self._call("GET", path, b"", {}, timeouts, READING)[0]

    def get_as_it_came(self, path: str, timeouts: Timeouts) -> tuple[dict[str, Any], Received]:
        """Read, as `get` does; returns the body also as it came."""
        return self._call("GET", path, b"", {}, timeouts, READING)

    def post(self, path: str, payload: dict[str, Any], timeouts: Timeouts) -> dict[str, Any]:
        """Send JSON that may be repeated. Returns the body of a success, raises ProviderError."""
        return self.post_as_it_came(path, payload, timeouts)[0]

    def post_as_it_came(
        self,
        path: str,
        payload: dict[str, Any],
        timeouts: Timeouts,
        verdicts: Verdicts = READING,
        *,
        fresh: bool = False,
    ) -> tuple[dict[str, Any], Received]:
        """Send JSON, once, as `post` does; returns the body also as it came."""
        body = json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        return self._call("POST", path, body, headers, timeouts, verdicts, fresh=fresh)

    def post_raw(
        self, path: str, body: bytes, content_type: str, timeouts: Timeouts
    ) -> dict[str, Any]:
        """Send bytes of another type than JSON. Nothing that is billed."""
        headers = {"Content-Type": content_type}
        return self._call("POST", path, body, headers, timeouts, READING)[0]

    def tidy(self, text: str) -> str:
        """Return what was received in a form that can be stored, without the key."""
        cleaned = clean_text(text)
        if len(self._key) < MIN_SECRET_LENGTH:
            return cleaned
        return cleaned.replace(self._key, "[key]")

    def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        timeouts: Timeouts,
        verdicts: Verdicts,
        *,
        fresh: bool = False,
    ) -> tuple[dict[str, Any], Received]:
        everything = {**self._identity(), **headers}
        try:
            answer: Answer = send(
                method,
                self.base_url + path,
                headers=everything,
                body=body,
                timeouts=timeouts,
                fresh=fresh,
            )
        except TransportError as error:
            kind = verdicts.uncertain if error.maybe_sent else verdicts.not_sent
            raise ProviderError(kind, error.reason) from None
        received = self._received(answer)
        try:
            return open_envelope(answer, verdicts, self.tidy), received
        except ProviderError as refused:
            refused.received = received
            raise

    def _received(self, answer: Answer) -> Received:
        secrets = [self._key] if len(self._key) >= MIN_SECRET_LENGTH else []
        body = without_secrets(answer.arrived[:MAX_RECEIVED_BYTES], secrets)
        return Received(body, len(answer.arrived))

    def _identity(self) -> dict[str, str]:
        if not self._key:
            raise ProviderError(ErrorKind.KEY, "No API key is set.")
        if not SENDABLE.fullmatch(self._key):
            raise ProviderError(ErrorKind.KEY, "The API key has characters no key can have.")
        return {
            "Authorization": f"Bearer {self._key}",
            "X-Client-Name": CLIENT_NAME,
            "X-Client-Version": CLIENT_VERSION,
            "X-Client-OS": platform.system().lower(),
        }
