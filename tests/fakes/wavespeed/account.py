"""The fake's memory: what was submitted and uploaded, and what becomes of it as time goes by."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ENDPOINT = "wavespeed-ai/any-llm/vision"


@dataclass(frozen=True)
class Submission:
    """One accepted submission: what a real account would have been billed for."""

    id: str
    model: str
    body: dict[str, Any]
    time: float
    webhook: str = ""
    image_tokens: int = 0  # that each image is counted as

    @property
    def created_at(self) -> str:
        moment = datetime.fromtimestamp(self.time, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789Z"


@dataclass(frozen=True)
class Upload:
    """One picture that arrived. way: ticket or legacy."""

    filename: str
    content_type: str
    size: int
    sha256: str
    way: str
    data: bytes


class Account:
    """Everything the fake knows. Settings are attributes and may be changed at any time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything and go back to the usual settings."""
        with self.lock:
            self.delay = 0.0
            self.queue_time = 0.0
            self.sync = False  # whether the submission itself is answered with the end
            self.delays: dict[str, float] = {}
            self.answer: Callable[[dict[str, Any]], Any] | dict[str, str] = {}
            self.balance: Any = 12.34
            self.prices: dict[str, float] = {}
            self.price = 0.05
            self.image_tokens = 0  # each, of those of chat completions
            self.per_image = 0.0  # added to the price of the model
            self.billing_state = "done"  # `pre` is provisional
            self.submissions: list[Submission] = []
            self.uploads: list[Upload] = []
            self.tickets: dict[str, dict[str, Any]] = {}
            self.offered: list[dict[str, Any]] = [{"id": "llava:7b"}, {"id": "qwen/qwen2.5-vl"}]
            self.listed: list[Any] | None = None  # models of the endpoint, as the platform says
            self.hung_up = 0  # streams that the other side closed before their end
            self.polls = 0
            self.chats: list[bytes] = []  # bodies of chat completions, as they came
            self.polls_of: Counter[str] = Counter()
            self._deleted: set[str] = set()
            self._by_id: dict[str, Submission] = {}

    def submit(self, body: dict[str, Any], webhook: str = "") -> Submission:
        model, count = str(body.get("model")), self.image_tokens
        made = Submission(uuid.uuid4().hex, model, body, time.time(), webhook, count)
        with self.lock:
            self.submissions.append(made)
            self._by_id[made.id] = made
        return made

    def just_created(self, made: Submission) -> dict[str, Any]:
        """How a submission is answered: without the end, whatever it will be."""
        blank = {"status": "created", "outputs": [], "has_nsfw_contents": [], "timings": {}}
        return {**self.prediction(made), **blank}

    def find(self, prediction_id: str) -> Submission | None:
        with self.lock:
            gone = prediction_id in self._deleted
            return None if gone else self._by_id.get(prediction_id)

    def count_poll(self, prediction_id: str) -> None:
        """Count a poll, also one that will be answered with a fault."""
        with self.lock:
            self.polls += 1
            self.polls_of[prediction_id] += 1

    def poll(self, prediction_id: str) -> dict[str, Any] | None:
        made = self.find(prediction_id)
        return self.prediction(made) if made else None

    def delete(self, ids: list[str]) -> int:
        with self.lock:
            gone = {i for i in ids if i in self._by_id} - self._deleted
            self._deleted |= gone
        return len(gone)

    def recent(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        after = (query.get("created_after") or "").rstrip("Z")
        before = (query.get("created_before") or "9").rstrip("Z")
        size, page = int(query.get("page_size", 100)), int(query.get("page", 1))
        with self.lock:
            made = [s for s in reversed(self.submissions) if s.id not in self._deleted]
        made = [s for s in made if after <= s.created_at <= before]
        if query.get("model") not in (None, ENDPOINT):
            made = []
        return [self.prediction(s) for s in made[(page - 1) * size : page * size]]

    def finished_at(self, made: Submission) -> float:
        """The moment at which a poll first finds it completed: what a page can be late by."""
        return made.time + self.delays.get(made.model, self.delay)

    def delay_of(self, made: Submission) -> float:
        return self.delays.get(made.model, self.delay)

    def words_of(self, made: Submission) -> str:
        """The answer as a stream gives it, whenever that is."""
        return "\n\n".join(map(str, self._outputs(made)))

    def quote(self, inputs: dict[str, Any]) -> float:
        price = self.prices.get(str(inputs.get("model")), self.price)
        return price + self.per_image * len(inputs.get("images") or [])

    def billings(self, ids: list[str]) -> list[dict[str, Any]]:
        """The records of these predictions, as the documentation shows them."""
        found = [made for made in map(self.find, ids) if made]
        return [self._billing(made, self.quote(made.body)) for made in found]

    def _billing(self, made: Submission, price: float) -> dict[str, Any]:
        order = {"uuid": f"order-{made.id}", "state": self.billing_state, "price": price}
        prediction = {"uuid": made.id, "model_uuid": ENDPOINT}
        return {
            "uuid": f"billing-{made.id}",
            "billing_type": "deduct",
            "price": price,
            "order": order,
            "prediction": {**prediction, "status": self.prediction(made)["status"]},
        }

    def keep(self, filename: str, content_type: str, data: bytes, way: str) -> Upload:
        sha256 = hashlib.sha256(data).hexdigest()
        upload = Upload(filename, content_type, len(data), sha256, way, data)
        with self.lock:
            self.uploads.append(upload)
        return upload

    def prediction(self, made: Submission) -> dict[str, Any]:
        """The wire's prediction object as it is at this moment."""
        age = time.time() - made.time
        delay = self.delays.get(made.model, self.delay)
        done = age >= delay
        status = "completed" if done else "created" if age < self.queue_time else "processing"
        return {
            "id": made.id,
            "model": ENDPOINT,
            "outputs": self._outputs(made) if done else [],
            "urls": {"get": f"https://elsewhere.invalid/{made.id}"},
            "has_nsfw_contents": [False] if done else [],
            "status": status,
            "created_at": made.created_at,
            "error": "",
            "code": 0,
            "timings": {"inference": round(delay * 1000) or 1} if done else {},
        }

    def _outputs(self, made: Submission) -> list[Any]:
        answer: Any = self.answer
        given = answer(made.body) if callable(answer) else answer.get(made.model)
        if given is None:
            asked = made.body.get("prompt") or made.body.get("messages", [{}])[-1].get("content")
            given = f'{made.model} was asked: "{asked}"'
        return given if isinstance(given, list) else [given]
