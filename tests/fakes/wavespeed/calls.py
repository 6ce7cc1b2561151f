"""Calls about a prediction, signed as the provider signs them."""

from __future__ import annotations

import hashlib
import hmac


def sign(body: bytes, *, at: float, call: str = "call-1", key: str = "only-for-tests") -> dict:
    stamp = str(int(at))
    signed = b".".join([call.encode(), stamp.encode(), body])
    digest = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    return {"webhook-id": call, "webhook-timestamp": stamp, "webhook-signature": f"v3,{digest}"}
