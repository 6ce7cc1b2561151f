"""A chat server whose answers come word by word, and end where they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.simulation import wire

if TYPE_CHECKING:
    from tests.simulation.provider import Accepted, Provider

REFUSED = {"refused", "429", "500"}  # before anything was accepted


class Chat:
    def __init__(self, provider: Provider) -> None:
        self._provider, self._world = provider, provider.world

    def answer(self, body: dict[str, Any]) -> Any:
        fault = self._world.fault("chat")
        what = fault.what if fault else ""
        if what == "kill":
            self._world.kill_current()
        if what in REFUSED:
            return self._provider.unaccepted(what)
        made = self._provider.accept(str(body["messages"][-1]["content"]), "local")
        if what == "cut":
            wire.cut()
        if what == "hang":
            wire.time_out(self._world.clock, 60.0)
        if what == "kill after":
            self._world.kill_current()
        headers = {"Content-Type": "text/event-stream"}
        return wire.Response(200, headers, wire.Raw(self._world.clock, self._words(made, what)))

    def _words(self, made: Accepted, what: str) -> Any:
        late = self._world.fault("words")
        told = what or (late.what if late else "")
        words = made.outputs[0].split(" ")
        sent = b""
        for place, word in enumerate(words):
            yield 0.4
            if place == 1 and told:
                yield from self._midway(told, late.size if late else 0.0)
            delta = {"content": word if not place else f" {word}"}
            piece = _event(made.id, [{"index": 0, "delta": delta, "finish_reason": None}])
            sent += piece
            yield piece
        end = _event(made.id, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        end += b"data: [DONE]\n\n"
        made.bodies.append(sent + end)
        yield end

    def _midway(self, told: str, seconds: float) -> Any:
        if told == "kill midway":
            self._world.kill_current()
        if told == "cut midway":
            yield wire.BrokenBodyError("midway")
        if told == "hang midway":
            yield 300.0
            yield wire.late_piece()
        yield min(seconds, 100.0)


def _event(prediction: str, choices: list[Any]) -> bytes:
    data = {"id": prediction, "object": "chat.completion.chunk", "model": "m", "choices": choices}
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
