"""Every parameter beside the prompt, under the one name that it has everywhere.

Read by the form and its fold, sweeps, experiments, `manage.py run`, the API, links, presets, files,
the code of a run and what differs between runs: a further parameter is a further entry in here.
What is not set is not in a run's `parameters` and is not sent. Only servers that speak chat
completions take these; any-llm/vision takes what it documents and nothing else. What is done to the
images before they are sent goes with any of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.providers.parameters.kinds import (
    MAX_SAFE_INTEGER,
    Choice,
    Edge,
    Kind,
    Number,
    Object,
    Schema,
    Texts,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Body = dict[str, Any]

FROM_FORM = "model, messages and stream come from the form"
ONE = "one answer is read, and each is paid for"
OWN = "it has a field of its own"
REFUSED = dict.fromkeys(("model", "messages", "stream", "stream_options"), FROM_FORM)
# Some servers go on to these in the place of the model, and LiteLLM merges the last one.
REFUSED |= dict.fromkeys(("models", "fallbacks", "extra_body"), FROM_FORM)
REFUSED |= {"n": ONE}
REFUSED |= dict.fromkeys(("temperature", "max_tokens", "max_completion_tokens"), OWN)
REFUSED |= dict.fromkeys(("top_p", "seed", "stop"), OWN)
MAX_EXTRA_LENGTH, MAX_SCHEMA_LENGTH = 10_000, 20_000  # characters


@dataclass(frozen=True)
class Parameter:
    """name: in forms, the API, files. label: beside its field. flag: on the command line.

    send: puts a value into the body of chat completions. wire: what the server calls it, by which
    it may refuse it. said: how a value is said in a line. example: of values to try in turn.
    is_file: whether the command line names a file. is_checked: whether it means something without
    being sent, as the answer is checked by it.
    """

    name: str
    label: str
    kind: Kind
    send: Callable[[Body, Any], Body]
    flag: str
    wire: tuple[str, ...]
    said: str
    example: str
    help: str = ""
    is_ours: bool = False  # done to the images before they are sent: whatever they go to
    is_file: bool = False
    is_checked: bool = False

    @property
    def is_sent_alone(self) -> bool:
        """Whether it means nothing to a provider that does not take it."""
        return not self.is_ours and not self.is_checked

    @property
    def flag_options(self) -> dict[str, Any]:
        """How argparse takes it; what is a list may be given several times."""
        several = {"action": "append"} if isinstance(self.kind, Texts) else {}
        return {
            "dest": self.name,
            "help": self.help or f"{self.kind.words}; otherwise not sent",
        } | several

    @property
    def is_structured(self) -> bool:
        """Whether several values can only be told apart as JSON."""
        return self.is_json or isinstance(self.kind, Texts)

    @property
    def is_json(self) -> bool:
        """Whether a value is an object of JSON, of many lines."""
        return isinstance(self.kind, Object)

    def words_for(self, value: Any) -> str:
        """Return a value in a few words, as `seed 42`."""
        return self.said.format(self.kind.written(value))

    def refusal(self, reason: Exception) -> str:
        """Return the sentence for a value that does not fit."""
        said = str(reason)
        known = said and "invalid literal" not in said
        return said if known else f"{self.label} is {self.kind.words}. Set one, or choose Not sent."


def _response_format(body: Body, value: Body) -> Body:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", str(value.get("title", "")))[:64].strip("-")
    wanted = {"name": name or "answer", "schema": value}
    return body | {"response_format": {"type": "json_schema", "json_schema": wanted}}


def _plainly(name: str) -> Callable[[Body, Any], Body]:
    return lambda body, value: body | {name: value}


def _effort(body: Body, value: Any) -> Body:
    """A word goes as `reasoning_effort`, a number of tokens as OpenRouter and others take it."""
    if isinstance(value, str):
        return body | {"reasoning_effort": value}
    rest = {name: one for name, one in body.items() if name != "reasoning_effort"}
    return rest | {"reasoning": {"max_tokens": value}}


def _detail(body: Body, value: str) -> Body:
    return body | {"messages": [_detailed(one, value) for one in body["messages"]]}


def _detailed(message: Body, value: str) -> Body:
    parts = message["content"]
    if isinstance(parts, str):
        return message
    return message | {"content": [_with_detail(part, value) for part in parts]}


def _with_detail(part: Body, value: str) -> Body:
    picture = part.get("image_url")
    return part | {"image_url": picture | {"detail": value}} if picture else part


PARAMETERS: dict[str, Parameter] = {
    one.name: one
    for one in (
        Parameter(
            "top_p",
            "Top p",
            Number(0, 1),
            _plainly("top_p"),
            flag="--top-p",
            wire=("top_p",),
            said="top p {}",
            example="0.5, 0.9, 1",
        ),
        Parameter(
            "seed",
            "Seed",
            Whole(-MAX_SAFE_INTEGER),
            _plainly("seed"),
            flag="--seed",
            wire=("seed",),
            said="seed {}",
            example="1, 2, 3",
        ),
        Parameter(
            "stop",
            "Stop",
            Texts(4),
            _plainly("stop"),
            flag="--stop",
            wire=("stop",),
            said="stop texts",
            example='["END"], ["---"]',
            help="a text that ends the answer; up to 4, repeatable",
        ),
        Parameter(
            "reasoning_effort",
            "Reasoning effort",
            Choice(("low", "medium", "high"), Whole(1), "a whole number of tokens"),
            _effort,
            flag="--effort",
            wire=("reasoning_effort", "reasoning"),
            said="effort {}",
            example="low, medium, high",
        ),
        Parameter(
            "image_detail",
            "Image detail",
            Choice(("auto", "low", "high")),
            _detail,
            flag="--detail",
            wire=("detail",),
            said="detail {}",
            example="low, high",
        ),
        Parameter(
            "jpeg_quality",
            "JPEG quality",
            Whole(1, 100, "a whole number from 1 to 100"),
            lambda body, _: body,
            flag="--jpeg-quality",
            wire=(),
            said="JPEG quality {}",
            example="90, 60, 30",
            help="1 to 100: images are sent as JPEG of this quality; otherwise as they are",
            is_ours=True,
        ),
        Parameter(
            "response_schema",
            "Answer schema",
            Schema(MAX_SCHEMA_LENGTH),
            _response_format,
            flag="--schema",
            wire=("response_format", "json_schema"),
            said="answer schema",
            example='{"type": "object"}, not sent',
            help="a file with a JSON schema that the answer has to fit",
            is_file=True,
            is_checked=True,
        ),
        Parameter(
            "extra_body",
            "Free JSON",
            Object(MAX_EXTRA_LENGTH, tuple(REFUSED.items())),
            lambda body, value: body | value,
            flag="--extra",
            wire=(),
            said="free JSON",
            example='{"min_p": 0.05}, {"min_p": 0.1}',
            help="an object of JSON that is merged into the request last",
        ),
    )
}


TEMPERATURE = Parameter(
    "temperature",
    "Temperature",
    Number(0, 2),
    _plainly("temperature"),
    flag="--temperature",
    wire=("temperature",),
    said="temperature {}",
    example="0, 0.5, 1",
)
EDGES = (0, 256, 512, 768, 1024, 1536, 2048)  # pixels; 0: images as they came
MAX_EDGE = Parameter(
    "max_edge",
    "Image size",
    Edge(EDGES),
    lambda body, _: body,
    flag="--max-edge",
    wire=(),
    said="image size {}",
    example="original, 1024, 512",
    is_ours=True,
)
BY_VALUES = {TEMPERATURE.name: TEMPERATURE, **PARAMETERS}  # a list of what each may be
SWEPT = {**BY_VALUES, MAX_EDGE.name: MAX_EDGE}  # what a sweep may go over


def sent_with(body: Body, parameters: Mapping[str, Any]) -> Body:
    """Return the body of chat completions with what was set, the free JSON last."""
    for name, one in PARAMETERS.items():
        if name in parameters:
            body = one.send(body, parameters[name])
    return body


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set of these values, each as it is kept. Raises ValueError by the first."""
    return {
        name: one.kind.check(values[name])
        for name, one in PARAMETERS.items()
        if values.get(name) is not None
    }


def written(parameters: Mapping[str, Any], name: str) -> str:
    """Return a value as its field has it; blank where it is not set."""
    return PARAMETERS[name].kind.written(parameters[name]) if name in parameters else ""


def refused_in(parameters: Mapping[str, Any], refusal: str) -> list[str]:
    """Return the names of what was set and a server's refusal speaks of."""
    said = set(_words(refusal))
    return [
        name
        for name, one in PARAMETERS.items()
        if name in parameters and said.intersection(one.wire)
    ]


def _words(text: str) -> list[str]:
    letters = "".join(one if one.isalnum() or one == "_" else " " for one in text.lower())
    return letters.split()
