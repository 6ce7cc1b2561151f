"""Tables of what the API, a gateway or the network can answer, shared by the tests of all calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.providers.base import ErrorKind, ProviderError
from tests.fakes.wavespeed import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

NOTHING_TO_GO_BY = [
    pytest.param(Fault.reset(), id="reset"),
    pytest.param(Fault.truncated(), id="truncated JSON"),
    pytest.param(Fault.short(), id="shorter than announced"),
    pytest.param(Fault.empty(), id="empty"),
    pytest.param(Fault.html(200), id="page under 200"),
    pytest.param(Fault.html(502), id="page under 502"),
    pytest.param(Fault.answer(408), id="408"),
    pytest.param(Fault.answer(500), id="500"),
    pytest.param(Fault.answer(503), id="503"),
    pytest.param(Fault.answer(504, ""), id="empty 504"),
    pytest.param(Fault.answer(302, headers={"Location": "/elsewhere"}), id="redirect"),
    pytest.param(Fault.envelope(500), id="500 in the envelope"),
    pytest.param(Fault.envelope(5000), id="5000 in the envelope"),
    pytest.param(Fault.answer(200, "[" * 10_000 + "]" * 10_000), id="nested 10,000 deep"),
]

REFUSALS = [
    pytest.param(Fault.answer(400), ErrorKind.INVALID, id="400"),
    pytest.param(Fault.answer(401), ErrorKind.KEY, id="401"),
    pytest.param(Fault.answer(402), ErrorKind.CREDIT, id="402"),
    pytest.param(Fault.answer(403), ErrorKind.KEY, id="403"),
    pytest.param(Fault.answer(404), ErrorKind.NOT_FOUND, id="404"),
    pytest.param(Fault.answer(413), ErrorKind.TOO_LARGE, id="413"),
    pytest.param(Fault.answer(422), ErrorKind.INVALID, id="422"),
    pytest.param(Fault.answer(429), ErrorKind.RATE, id="429"),
    pytest.param(Fault.html(403), ErrorKind.KEY, id="page under 403"),
    pytest.param(Fault.empty(401), ErrorKind.KEY, id="empty 401"),
    pytest.param(
        Fault.answer(403, {"code": 403, "message": "Please TOP-UP first"}),
        ErrorKind.CREDIT,
        id="403 top-up",
    ),
    pytest.param(
        Fault.answer(400, {"code": 1407, "message": "no"}), ErrorKind.CREDIT, id="400 with 1407"
    ),
    pytest.param(
        Fault.envelope(400, "Insufficient credits."), ErrorKind.CREDIT, id="credit under 200"
    ),
    pytest.param(Fault.envelope(400, "bad"), ErrorKind.INVALID, id="400 under 200"),
    pytest.param(Fault.envelope("401"), ErrorKind.KEY, id="401 as text under 200"),
    pytest.param(Fault.envelope(429), ErrorKind.RATE, id="429 under 200"),
    pytest.param(Fault.envelope(1200), ErrorKind.MODERATION, id="1200 under 200"),
    pytest.param(Fault.envelope(1401), ErrorKind.INVALID, id="1401 under 200"),
    pytest.param(Fault.envelope(1402), ErrorKind.IMAGE, id="1402 under 200"),
]


def refusal(call: Callable[..., object], *asked: object) -> ProviderError:
    """Return with what this call is refused."""
    with pytest.raises(ProviderError) as caught:
        call(*asked)
    return caught.value
