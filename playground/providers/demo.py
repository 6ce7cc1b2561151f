"""The provider that needs no key and no network: it measures pictures and says so.

No model is involved. What `upload` measures travels in the address that it returns, so nothing is
kept in a process and a worker may be restarted between upload and submission.
"""

from __future__ import annotations

import re
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from playground.imaging import PictureRefused
from playground.imaging.measurement import Measured, colour_name, measure
from playground.providers.at_once import AnswersAtOnce, lasting
from playground.providers.base import (
    ErrorKind,
    Prediction,
    PredictionStatus,
    ProviderError,
)
from playground.providers.endpoint import DEMO
from playground.providers.wavespeed.predictions import submission_of

if TYPE_CHECKING:
    from playground.providers.base import ImageFile, PredictionRequest, UploadedImage

PREFIX = "demo:"
FIRST_WORDS = "**No model looked at this.**"
_COLOUR = re.compile(r"([0-9a-f]{6})-(\d{1,3})")


class Demo(AnswersAtOnce):
    """Answers every submission at once, with measurements instead of a model's words."""

    name = DEMO

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        """Return the body that the real provider would get for the same request."""
        return submission_of(request)

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Answer with a completed prediction. Safe to repeat: it costs nothing. Calls nobody."""
        started = time.perf_counter()
        answer = _answer(body)
        inference_ms = round((time.perf_counter() - started) * 1000)
        prediction_id, now = f"demo-{uuid.uuid4().hex}", datetime.now(UTC)
        return Prediction(
            id=prediction_id,
            status=PredictionStatus.COMPLETED,
            outputs=(answer,),
            inference_ms=inference_ms,
            created_at=now,
            raw=_envelope(prediction_id, answer, now, inference_ms),
        )

    def upload(self, image: ImageFile) -> UploadedImage:
        """Measure the picture and return an address that carries what was measured."""
        try:
            measured = measure(image.data)
        except PictureRefused as refused:
            raise ProviderError(ErrorKind.IMAGE, refused.reason) from refused
        return lasting(_address(measured))


def _envelope(prediction_id: str, answer: str, now: datetime, inference_ms: int) -> dict[str, Any]:
    return {
        "code": 200,
        "message": "success",
        "data": {
            "id": prediction_id,
            "model": "demo",
            "outputs": [answer],
            "has_nsfw_contents": [],
            "status": "completed",
            "created_at": now.isoformat(),
            "error": "",
            "timings": {"inference": inference_ms},
        },
    }


def _address(measured: Measured) -> str:
    fields = {
        "width": measured.width,
        "height": measured.height,
        "format": measured.label,
        "transparent": int(measured.transparent),
        "grey": int(measured.grey),
        "brightness": measured.brightness,
        "colours": "_".join(f"{colour}-{share}" for colour, share in measured.colours),
    }
    return PREFIX + urlencode(fields)


def _measured(address: str) -> Measured:
    """Return the measurements in an address of ours; raises ProviderError for any other."""
    fields = dict(parse_qsl(address.removeprefix(PREFIX)))
    try:
        return Measured(
            width=int(fields["width"]),
            height=int(fields["height"]),
            label=re.sub(r"[^A-Za-z]", "", fields["format"]),
            transparent=fields["transparent"] == "1",
            grey=fields["grey"] == "1",
            brightness=int(fields["brightness"]),
            colours=tuple((c, int(s)) for c, s in _COLOUR.findall(fields.get("colours", ""))),
        )
    except (KeyError, ValueError) as error:
        raise ProviderError(ErrorKind.IMAGE, "not an address of the demo") from error


def _answer(body: dict[str, Any]) -> str:
    images = body.get("images") or []
    blocks = [f"{FIRST_WORDS} This is the demo provider: it measures pictures and cannot see them."]
    blocks += [_about_image(number, address) for number, address in enumerate(images, 1)]
    if not images:
        blocks.append("No image was sent.")
    blocks.append(_about_prompt(str(body.get("prompt", ""))))
    blocks.append("To get real answers, set a key in Settings, or `WAVESPEED_API_KEY` and restart.")
    return "\n\n".join(blocks)


def _about_image(number: int, address: str) -> str:
    if address.startswith(("http://", "https://")):
        return (
            f"Image {number} was given as an address. The demo opens no address, "
            "so nothing was measured."
        )
    measured = _measured(address)
    transparency = "has transparency" if measured.transparent else "no transparency"
    brightness = f"{measured.brightness} % on average" if measured.colours else "not measurable"
    rows = (
        (f"Image {number}", "Measured"),
        ("---", "---"),
        ("Size", f"{measured.width} × {measured.height} pixels"),
        ("Format", f"{measured.label}, {transparency}"),
        ("Main colours", _colours(measured)),
        ("Brightness", brightness),
    )
    return "\n".join(f"| {left} | {right} |" for left, right in rows)


def _colours(measured: Measured) -> str:
    named = [f"{colour_name(c)} `#{c}` {share} %" for c, share in measured.colours]
    if not named:
        return "none, it is fully transparent"
    return ", ".join(named) + ("; greyscale" if measured.grey else "")


def _about_prompt(prompt: str) -> str:
    words, characters = len(prompt.split()), len(prompt)
    return (
        f"The prompt has {characters:,} character{'' if characters == 1 else 's'} in "
        f"{words:,} word{'' if words == 1 else 's'}. It was counted, not understood."
    )
