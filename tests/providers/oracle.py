"""A provider written from docs/providers.md alone: this module, and one entry in `KINDS`.

Its API is made up: `POST /answers` answers at once, `GET /models` lists, `POST /prices` quotes.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from playground.providers.base import (
    ErrorKind,
    OfferedModel,
    Prediction,
    PredictionStatus,
    Price,
    ProviderError,
    UploadedImage,
)
from playground.providers.http_errors import READING, SUBMITTING, Verdicts, kind_of, message_of
from playground.providers.sanitising import clean_json, clean_text
from playground.providers.transport import Timeouts, TransportError, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.providers.base import Balance, ImageFile, PredictionRequest
    from playground.providers.endpoint import Server

STORED = "sha256:"
PATIENT = Timeouts(connect=5, read=60, total=120)


class Oracle:
    name: str
    account = ""

    def __init__(
        self,
        server: Server,
        picture: Callable[[str], ImageFile],
        timeouts: Timeouts = PATIENT,
    ) -> None:
        self.name = server.slug
        self._server, self._picture, self._timeouts = server, picture, timeouts

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        body: dict[str, Any] = {"model": request.model, "question": request.prompt}
        if request.system_prompt:
            body["manner"] = request.system_prompt
        if request.images:
            body["pictures"] = list(request.images)
        return body

    def upload(self, image: ImageFile) -> UploadedImage:
        """The bytes go with the question; until then the body names them by their hash."""
        kept = datetime.now(UTC) + timedelta(days=36500)
        return UploadedImage(f"{STORED}{image.sha256}", kept)

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        sent = body | {"pictures": [self._sent(one) for one in body.get("pictures", [])]}
        answer = self._call("POST", "/answers", sent, SUBMITTING)
        if not isinstance(answer, dict) or not isinstance(answer.get("answer"), str):
            raise ProviderError(ErrorKind.UNKNOWN, "answered without an answer", body=answer)
        into, out = answer["tokens"]
        return Prediction(
            id=answer["id"],
            status=PredictionStatus.COMPLETED,
            outputs=(answer["answer"],),
            tokens_in=into,
            tokens_out=out,
            cost=Decimal(str(answer["usd"])),
            raw=answer,
        )

    def result(self, prediction_id: str) -> Prediction:
        raise ProviderError(ErrorKind.NOT_FOUND, "it keeps no answers")

    def offered(self) -> list[OfferedModel]:
        listed = self._call("GET", "/models", None, READING)["data"]
        return [
            OfferedModel(one["id"], vision=True, max_images=one["pictures"], temperature=False)
            for one in listed
        ]

    def price(self, request: PredictionRequest) -> Price | None:
        quote = self._call("POST", "/prices", {"model": request.model}, READING)
        return Price(Decimal(str(quote["usd"])), "USD")

    def balance(self) -> Balance | None:
        return None

    def _sent(self, address: str) -> str:
        if not address.startswith(STORED):
            return address
        return base64.b64encode(self._picture(address.removeprefix(STORED)).data).decode()

    def _call(self, method: str, path: str, body: Any, verdicts: Verdicts) -> Any:
        headers = {"Authorization": f"Bearer {self._server.key}"}
        data = json.dumps(body).encode() if body else b""
        try:
            answer = send(
                method,
                f"{self._server.url}{path}",
                headers=headers,
                body=data,
                timeouts=self._timeouts,
                fresh=verdicts is SUBMITTING,
            )
        except TransportError as error:
            kind = verdicts.uncertain if error.maybe_sent else verdicts.not_sent
            raise ProviderError(kind, error.reason) from None
        return self._opened(answer, verdicts)

    def _opened(self, answer: Any, verdicts: Verdicts) -> Any:
        try:
            body = clean_json(answer.json(), self._without_key)
        except ValueError:
            body = None
        if answer.ok and body is not None:
            return body
        kind = kind_of(answer.status, message_of(body), verdicts.uncertain)
        raise ProviderError(
            kind,
            message_of(body) or f"HTTP {answer.status}",
            retry_after=answer.retry_after,
            status=answer.status,
            body=body,
        )

    def _without_key(self, text: str) -> str:
        return clean_text(text).replace(self._server.key or "\0", "[key]")
