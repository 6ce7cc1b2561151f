"""An experiment of a playground elsewhere: what the command asks its API, with a token."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from urllib3.filepost import encode_multipart_formdata

from playground.experiments.document.images import SHA256, name_of
from playground.experiments.document.reading import WrittenNumber, as_text
from playground.operations.experiments.files import FolderFiles, refusal
from playground.operations.experiments.printing import Plan, Seen
from playground.providers.transport import Timeouts, TransportError, send
from playground.spending.prices import Estimate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playground.experiments import published

TOKEN = "PLAYGROUND_TOKEN"  # noqa: S105 - where it is read: who lists processes reads arguments
NO_TOKEN = f"Give the token of that playground in {TOKEN}. Its page /tokens/ makes one."
MAX_IMAGES = 16  # of a request
POLL_SECONDS = 2.0
MAX_FAILURES = 30  # looks in a row; an experiment goes on while its server starts anew
TIMEOUTS = Timeouts(connect=10, read=60, total=300)


class Elsewhere:
    """url: of the playground, such as https://host."""

    def __init__(self, url: str) -> None:
        self.url, self.token = url.rstrip("/"), os.environ.get(TOKEN, "")
        if not re.fullmatch(r"https?://[^\s?#]+", self.url):
            raise refusal(f"{url} is no address of a playground, such as https://host.")
        if not self.token:
            raise refusal(NO_TOKEN)
        self.address, self.failures = "", 0
        self.seen: dict[str, Any] = {}

    def ask(self, value: Any, folder: Path) -> Plan:
        """Send the images, and have the document checked. Raises CommandError."""
        if isinstance(value, dict):  # what is anything else is refused there
            value = value | {"idempotency_key": value.get("idempotency_key") or str(uuid.uuid4())}
            for case in _cases_of(value):
                _keep_numbers(case)
            self._send_images(value, FolderFiles(folder))
        self.document = json.dumps(value, default=as_text).encode()
        cost = self._call("POST", "/api/experiments/cost/", self.document)
        amount = None if cost["amount"] is None else Decimal(cost["amount"])
        estimate = Estimate(cost["runs"], cost["units"], amount, cost["is_free"])
        return Plan(cost["words"], estimate)

    def start(self) -> str:
        """Return the address of what was started; its key makes a second try harmless."""
        self.seen = self._call("POST", "/api/experiments/", self.document, tries=3)
        self.address = f"/api/experiments/{self.seen['id']}/"
        return str(self.seen["url"])

    def look(self) -> Seen:
        try:
            self.seen = self._call("GET", self.address)
            self.failures = 0
        except TransportError as error:
            self.failures += 1
            if self.failures > MAX_FAILURES:
                raise refusal(f"{self.url}: {error.reason}. The experiment goes on.") from None
        return Seen(*(self.seen[one] for one in ("state", "ended", "total", "why")))

    def result(self) -> published.Experiment:
        return cast("published.Experiment", self.seen)

    def pass_time(self) -> None:
        time.sleep(POLL_SECONDS)

    def _send_images(self, value: dict[str, Any], files: FolderFiles) -> None:
        """Put the ids of stored images in the place of the names of files."""
        lists = [one["images"] for one in _cases_of(value) if isinstance(one.get("images"), list)]
        names = list(dict.fromkeys(one for some in lists for one in some if _is_file(one)))
        for name in names:
            if problem := files.problem(name):
                raise refusal(f"{problem}\nNothing was started.")
        ids: dict[str, str] = {}
        for at in range(0, len(names), MAX_IMAGES):
            some = names[at : at + MAX_IMAGES]
            parts = [("images", (name_of(one), files.read(one))) for one in some]
            body, kind = encode_multipart_formdata(parts)
            items = self._call("POST", "/api/images/", body, kind)["items"]
            ids |= {name: item["id"] for name, item in zip(some, items, strict=True)}
        for images in lists:
            images[:] = [ids.get(one, one) for one in images]

    def _call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "application/json",
        tries: int = 1,
    ) -> Any:
        """Return what the API answers. Raises CommandError where it refuses, TransportError."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        headers |= {"Content-Type": kind} if body else {}
        try:
            url = self.url + path
            answer = send(method, url, headers=headers, body=body, timeouts=TIMEOUTS)
            value = answer.json()
        except TransportError as error:
            if tries > 1:
                return self._call(method, path, body, kind, tries - 1)
            if method == "GET":
                raise
            raise refusal(f"{self.url}: {error.reason}.") from None
        except ValueError:
            raise refusal(f"{self.url} answered {answer.status} and no JSON.") from None
        if not answer.ok:
            raise refusal(_said(value))
        return value


def _cases_of(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cases = value.get("cases")
    yield from (one for one in cases if isinstance(one, dict)) if isinstance(cases, list) else ()


def _keep_numbers(case: dict[str, Any]) -> None:
    """Have expected numbers sent as they are written: 9.60 is not 9.6."""
    variables = case.get("variables")
    for part in (case, variables if isinstance(variables, dict) else {}):
        written = {name: one.text for name, one in part.items() if isinstance(one, WrittenNumber)}
        part |= written


def _is_file(reference: Any) -> bool:
    if not isinstance(reference, str) or reference[:5].lower() == "data:":
        return False
    return not SHA256.fullmatch(reference)


def _said(value: Any) -> str:
    """Return what the API says of a refusal: its sentence, and each wrong field."""
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return "It was refused, without a word of why."
    fields = (f"{name}: {' '.join(words)}" for name, words in error["fields"].items())
    return "\n".join([error["message"], *fields])
