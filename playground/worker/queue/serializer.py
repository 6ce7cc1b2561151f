"""Messages of the queue, signed. Huey signs with SHA-1, which is not fit for that any more."""

import hashlib
import hmac
from typing import Any

from huey.serializer import SignedSerializer


class Sha256Serializer(SignedSerializer):  # type: ignore[misc] # Huey has no types
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._key = hashlib.sha256(self.salt + self.secret).digest()

    def _signature(self, message: bytes) -> bytes:
        return hmac.new(self._key, message, hashlib.sha256).hexdigest().encode()
