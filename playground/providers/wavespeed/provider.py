"""WaveSpeed as a provider: which call each method of the seam makes.

A submission is sent once, on a connection of its own, and never in the API's synchronous mode: the
id is known, and can be stored, before anything is waited for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playground.providers.base import Balance, ErrorKind, Price, ProviderError
from playground.providers.endpoint import WAVESPEED
from playground.providers.http_errors import SUBMITTING
from playground.providers.sanitising import amount_of
from playground.providers.transport import Timeouts
from playground.providers.wavespeed import charges
from playground.providers.wavespeed.api import Api
from playground.providers.wavespeed.envelopes import is_prediction_id
from playground.providers.wavespeed.model_list import offered_models
from playground.providers.wavespeed.predictions import prediction_of, submission_of
from playground.providers.wavespeed.uploads import upload

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from playground.providers.base import (
        ImageFile,
        OfferedModel,
        Prediction,
        PredictionRequest,
        UploadedImage,
    )

MODEL = "wavespeed-ai/any-llm/vision"
BASE_URL = "https://api.wavespeed.ai"

READ_TIMEOUTS = Timeouts(connect=10, read=30, total=60)
SUBMIT_TIMEOUTS = Timeouts(connect=10, read=60, total=90)
UPLOAD_TIMEOUTS = Timeouts(connect=10, read=120, total=300)


class WaveSpeed:
    """One account. Cheap to make, holds no connection, may be shared by threads."""

    name = WAVESPEED

    def __init__(
        self,
        api_key: str,
        base_url: str = BASE_URL,
        *,
        account: str = "",
        read_timeouts: Timeouts = READ_TIMEOUTS,
        submit_timeouts: Timeouts = SUBMIT_TIMEOUTS,
        upload_timeouts: Timeouts = UPLOAD_TIMEOUTS,
    ) -> None:
        self.account = account
        self._api = Api(api_key, base_url)
        self._reading = read_timeouts
        self._submitting = submit_timeouts
        self._uploading = upload_timeouts

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        return submission_of(request)

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Send one submission, once. Raises UNKNOWN whenever a prediction may exist."""
        path = f"/api/v3/{MODEL}"
        if webhook:
            path += f"?webhook={quote(webhook, safe='')}"
        answer, received = self._api.post_as_it_came(
            path, body, self._submitting, SUBMITTING, fresh=True
        )
        data = answer.get("data")
        if not isinstance(data, dict) or not is_prediction_id(data.get("id")):
            detail = "the submission was answered without an id"
            raise ProviderError(
                ErrorKind.UNKNOWN, detail, status=200, body=answer, received=received
            )
        return replace(prediction_of(data, data["id"], answer), received=received)

    def result(self, prediction_id: str) -> Prediction:
        """Read a prediction at our own address: the one in the answer could name any host."""
        if not is_prediction_id(prediction_id):
            raise ProviderError(ErrorKind.NOT_FOUND, "That is not the id of a prediction.")
        path = f"/api/v3/predictions/{prediction_id}/result"
        answer, received = self._api.get_as_it_came(path, self._reading)
        data = answer.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("status"), str):
            raise _malformed("the answer holds no prediction", answer)
        return replace(prediction_of(data, prediction_id, answer), received=received)

    def upload(self, image: ImageFile) -> UploadedImage:
        """Hand over one picture and return its address, good for six days."""
        return upload(self._api, image, self._uploading)

    def balance(self) -> Balance:
        """Return what is left. Also the cheapest way to learn whether the key is good."""
        answer = self._api.get("/api/v3/balance", self._reading)
        data = _data(answer)
        amount = amount_of(data.get("balance"))
        if amount is None:
            raise _malformed("the answer holds no balance", answer)
        return Balance(amount, _currency(data))

    def price(self, request: PredictionRequest) -> Price | None:
        """Return the quote for exactly this request: with fewer inputs it would be the floor."""
        payload = {"model_id": MODEL, "inputs": submission_of(request)}
        data = self._quote("/api/v3/model/price", payload)
        if data is None:
            data = self._quote("/api/v3/model/pricing", payload) or {}
        full, discounted = amount_of(data.get("price")), amount_of(data.get("discounted_price"))
        if full is None:
            full = amount_of(data.get("unit_price"))
        amount = discounted if full and discounted and discounted < full else full
        return None if amount is None or amount < 0 else Price(amount, _currency(data))

    def offered(self) -> list[OfferedModel]:
        """Return the models that the endpoint takes, from the platform's list (some 2 MB)."""
        answer = self._api.get("/api/v3/models", self._reading)
        endpoints = answer.get("data")
        found = offered_models(endpoints, MODEL) if isinstance(endpoints, list) else None
        if found is None:
            raise ProviderError(ErrorKind.MALFORMED, "the list names no models", status=200)
        return found

    def recent(self, after: datetime, before: datetime | None = None) -> list[Prediction]:
        """Return the account's latest predictions of this model, newest first, at most 100.

        Evidence for a submission whose outcome is unknown. Reaches back 7 days; includes what was
        run elsewhere with this account; inputs are not part of it.
        """
        query: dict[str, Any] = {"page": 1, "page_size": 100, "model": MODEL}
        query["created_after"] = _iso(after)
        if before is not None:
            query["created_before"] = _iso(before + timedelta(seconds=1))  # _iso cuts it off
        answer = self._api.post("/api/v3/predictions", query, self._reading)
        items = _data(answer).get("items")
        if not isinstance(items, list):
            raise _malformed("the answer holds no list", answer)
        known = [item for item in items if isinstance(item, dict)]
        return [
            prediction_of(item, item["id"], item)
            for item in known
            if is_prediction_id(item.get("id"))
        ]

    def charged(self, prediction_ids: Collection[str]) -> dict[str, Decimal]:
        """Return final amounts where there are any, for `charges.MAX_PREDICTIONS` at most."""
        query = charges.question(prediction_ids)
        items = _data(self._api.post(charges.PATH, query, self._reading)).get("items")
        return charges.charges_in(items, prediction_ids) if isinstance(items, list) else {}

    def _quote(self, path: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return _data(self._api.post(path, payload, self._reading))
        except ProviderError as error:
            if error.kind is ErrorKind.NOT_FOUND:
                return None
            raise


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _malformed(detail: str, answer: dict[str, Any]) -> ProviderError:
    return ProviderError(ErrorKind.MALFORMED, detail, status=200, body=answer)


def _currency(data: dict[str, Any]) -> str:
    value = data.get("currency")
    return value if isinstance(value, str) and 0 < len(value) <= 8 else "USD"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
