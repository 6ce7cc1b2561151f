"""The provider that reads what is written in images, on this machine: no key, no network, free.

No model answers: the prompt is not even looked at, and templates/runs/_no_model.html says so.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playground.providers.abort import Abort
from playground.providers.at_once import AnswersAtOnce, lasting
from playground.providers.base import (
    ErrorKind,
    Prediction,
    PredictionStatus,
    ProviderError,
)
from playground.providers.endpoint import THIS_MACHINE
from playground.reading.as_markdown import as_markdown
from playground.reading.process import NAME, ReadingError, ReadingStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.providers.base import ImageFile, PredictionRequest, UploadedImage
    from playground.reading.lines import Reading
    from playground.reading.process import Arm

    Read = Callable[[str, Arm], Reading]

STORED = "sha256:"


@dataclass(frozen=True)
class _Read:
    """What became of one image: its Markdown and JSON, the seconds, and why it was not read."""

    text: str
    json: dict[str, Any]
    seconds: float = 0.0
    why_not: str = ""


class TextReader(AnswersAtOnce):
    """Answers with the lines of each image, as they are read.

    read: reads a stored picture, by the hash of its bytes.
    """

    name = THIS_MACHINE

    def __init__(self, read: Read) -> None:
        self._read = read

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        """Return what is looked at: images, and no prompt."""
        return {"model": request.model, "images": list(request.images)}

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Read all images. Safe to repeat: it costs nothing. Calls nobody."""
        return deque(self.stream(body, Abort()), maxlen=1)[0]

    def stream(self, body: dict[str, Any], abort: Abort) -> Iterator[Prediction]:
        """Yield the answer as it grows by the lines of one image after the other."""
        last = Prediction(f"reader-{uuid.uuid4().hex}", PredictionStatus.RUNNING)
        yield last
        parts: list[_Read] = []
        for address in body["images"]:
            try:
                parts.append(self._part(address, abort))
            except ReadingStopped as stopped:
                yield _failed(last, ErrorKind.BROKEN, str(stopped))
                return
            last = _so_far(last, parts, len(body["images"]))
            yield last
        yield _ended(last, parts)

    def _part(self, address: str, abort: Abort) -> _Read:
        if not address.startswith(STORED):
            return _unread("It was given as an address, and the reader opens none.")
        try:
            reading = self._read(address.removeprefix(STORED), abort.arm)
        except ReadingStopped:
            raise
        except ReadingError as error:
            return _unread(str(error))
        except ProviderError as error:
            return _unread(error.detail)
        return _Read(as_markdown(reading), reading.to_json(), reading.seconds)

    def upload(self, image: ImageFile) -> UploadedImage:
        """Return the address of a picture that stays where it is."""
        return lasting(f"{STORED}{image.sha256}")


def _unread(why_not: str) -> _Read:
    return _Read(f"Not read. {why_not}", {"why_not": why_not}, why_not=why_not)


def _so_far(last: Prediction, parts: list[_Read], images: int) -> Prediction:
    texts = [part.text for part in parts]
    if images > 1:
        texts = [f"## Image {number}\n\n{text}" for number, text in enumerate(texts, 1)]
    return replace(
        last,
        outputs=("\n\n".join(texts),),
        inference_ms=round(1000 * sum(part.seconds for part in parts)),
        raw={"model": NAME, "images": [part.json for part in parts]},
    )


def _ended(last: Prediction, parts: list[_Read]) -> Prediction:
    if not parts:
        return replace(
            last,
            status=PredictionStatus.COMPLETED,
            outputs=("No image was sent. The reader reads images.",),
        )
    if all(part.why_not for part in parts):
        return _failed(replace(last, outputs=()), ErrorKind.FAILED, parts[0].why_not)
    return replace(last, status=PredictionStatus.COMPLETED)


def _failed(last: Prediction, kind: ErrorKind, detail: str) -> Prediction:
    return replace(last, status=PredictionStatus.FAILED, error_kind=kind, error_detail=detail)
