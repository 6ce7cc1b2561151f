"""Reads a piece of an answer, or a whole one, in every shape that servers write it in.

Chat completions first; then what servers send that only resemble them: plain completions, Ollama's
own chat, Anthropic's messages, OpenAI's responses, Gemini, Cohere, DashScope, and envelopes.
"""

import re
from dataclasses import dataclass
from typing import Any

from playground.providers.sanitising import clean_text

# Where servers put what a model thought aloud; the first that holds something counts, since some
# write the same twice.
THOUGHTS = ["reasoning_content", "reasoning", "reasoning_text", "thinking", "thought", "thoughts"]
THOUGHTS += ["reasoning_details", "thinking_blocks", "thinking_content", "reasoning_summary"]
# And under names that nobody has listed: `thinkingContent`, `reasoning_output`, `cot`.
_LIKE_THOUGHTS = re.compile(
    r"(reasoning|reason_?content|think|thought|rationale|\Acot\Z)"
    r"(?!.*(tokens?|effort|id|signature|duration|time|ms|mode|budget|format|status|type)\Z)",
    re.IGNORECASE,
)
_TEXTS = ["text", "content", "summary", "thinking", "reasoning", "refusal", "value", "thought"]
_TEXTS += ["reasoningText"]
_SPOKEN = ("text", "content", "parts", "value", "refusal", "transcript")
_THINKING = {"thinking", "reasoning", "thought", "summary_text", "reasoning_text", "think"}
_REASONS = ["finish_reason", "finishReason", "stop_reason", "done_reason", "stopReason"]
_REASONS += ["native_finish_reason"]
_BARE = ("output_text", "text", "generated_text", "content", "completion", "response", "answer")
_RESULTS = ("output", "result", "reply")  # of others these hold numbers and flags
_WRAPPED = ("data", "output", "result", "response", "completion", "body")
_MAX_WRAPPINGS = 3


@dataclass
class Piece:
    """text and thoughts: to be added to what came before, or, where `whole`, all of it so far."""

    text: str = ""
    thoughts: str = ""
    reason: str = ""
    whole: bool = False
    refused: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.text or self.thoughts or self.reason)


def piece_of(chunk: dict[str, Any], depth: int = 0) -> Piece:
    """Return what this piece says; an empty one where no text is found in it."""
    if isinstance(chunk.get("choices"), list) and chunk["choices"]:
        return _of_choice(choice_of(chunk))
    for read in (_of_named_event, _of_gemini, _of_message, _of_responses):
        piece = read(chunk)
        if piece:
            return piece
    return _of_anything_else(chunk, depth)


def choice_of(chunk: dict[str, Any]) -> dict[str, Any]:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def usage_of(chunk: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of tokens: Moonshot has them in the choice, Groq in a field of its own."""
    inner = [chunk.get(name) for name in ("x_groq", "message", "response")]
    places = [chunk, choice_of(chunk), *(one for one in inner if isinstance(one, dict))]
    said = [place.get(name) for place in places for name in ("usage", "usageMetadata")]
    return next((one for one in said if isinstance(one, dict) and one), {})


def join_halves(chunk: dict[str, Any], half: str) -> str:
    """Put a half of a character before this piece's text; return the half that it ends with.

    Servers that count in UTF-16 cut their pieces within a character.
    """
    delta = choice_of(chunk).get("delta")
    said = delta.get("content") if isinstance(delta, dict) else None
    if not isinstance(delta, dict) or not isinstance(said, str) or not said:
        return half
    end = said[-1] if "\ud800" <= said[-1] <= "\udbff" else ""
    said = half + said.removesuffix(end)
    delta["content"] = said.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return end


def _of_choice(choice: dict[str, Any]) -> Piece:
    delta, message = choice.get("delta"), choice.get("message")
    growing = _said(delta) if isinstance(delta, dict) else Piece(text_of(delta))
    whole = _said(message) if isinstance(message, dict) else Piece(text_of(message))
    bare = text_of(choice.get("text")) or text_of(choice.get("content"))
    reason = _reason(choice) or growing.reason or whole.reason
    if growing.text or growing.thoughts or not (whole.text or whole.thoughts):
        text = growing.text or ("" if growing.thoughts else bare)
        return Piece(text, growing.thoughts, reason, refused=growing.refused)
    return Piece(whole.text, whole.thoughts, reason, whole=True, refused=whole.refused)


def _said(message: dict[str, Any]) -> Piece:
    content = message.get("content")
    text, refusal = (
        text_of(content) or text_of(message.get("text")) or text_of(message.get("audio")),
        text_of(message.get("refusal")),
    )
    return Piece(
        text or refusal,
        _own_thoughts(message) or _thoughts_among(content),
        _reason(message),
        refused=bool(refusal and not text),
    )


def _of_named_event(chunk: dict[str, Any]) -> Piece | None:
    """Read the events of Anthropic, Cohere and OpenAI's responses, which carry their name."""
    kind, delta = chunk.get("type"), chunk.get("delta")
    if not isinstance(kind, str):
        return None
    if isinstance(delta, str) and kind.endswith(".delta"):
        if "reasoning" in kind:
            return Piece(thoughts=clean_text(delta))
        spoken = kind in {"response.output_text.delta", "response.refusal.delta"}
        return Piece(clean_text(delta), refused="refusal" in kind) if spoken else Piece()
    if isinstance(delta, dict):
        inner = delta.get("message")
        piece = _said(inner if isinstance(inner, dict) else delta)
        piece.reason = piece.reason or _reason(delta)
        return piece
    if kind.startswith("response.") and kind.endswith((".done", ".added")):
        return Piece()  # the same again, in a shape for whoever did not follow
    if kind in {"content_block_start", "content-start"}:
        return _said(chunk.get("content_block") or {})
    return None


def _of_gemini(chunk: dict[str, Any]) -> Piece | None:
    candidates, feedback = chunk.get("candidates"), chunk.get("promptFeedback")
    if isinstance(candidates, list) and candidates and isinstance(candidates[0], dict):
        first = candidates[0]
        content = first.get("content")
        parts = content.get("parts") if isinstance(content, dict) else content
        return Piece(text_of(parts), _thoughts_among(parts), _reason(first))
    blocked = feedback.get("blockReason") if isinstance(feedback, dict) else None
    return Piece(reason="SAFETY") if blocked else None


def _of_message(chunk: dict[str, Any]) -> Piece | None:
    """Read Ollama's pieces and Cohere's whole answers: a message, and whether it is done."""
    message = chunk.get("message")
    if not isinstance(message, dict):
        return None
    piece = _said(message)
    done = "stop" if chunk.get("done") is True else ""
    piece.reason = _reason(chunk) or piece.reason or done
    return piece


def _of_responses(chunk: dict[str, Any]) -> Piece | None:
    """Read a whole answer of OpenAI's responses, or of Anthropic's messages."""
    answer = chunk.get("response") if isinstance(chunk.get("response"), dict) else chunk
    items = answer.get("output") if isinstance(answer, dict) else None
    texts = isinstance(items, list) and items and all(isinstance(one, str) for one in items)
    if isinstance(items, list) and isinstance(answer, dict) and not texts:
        known = [one for one in items if isinstance(one, dict)]
        spoken = "".join(
            text_of(one.get("content")) for one in known if one.get("type") != "reasoning"
        )
        thought = "".join(
            thoughts_of(one.get("content")) or thoughts_of(one.get("summary"))
            for one in known
            if one.get("type") == "reasoning"
        )
        return Piece(spoken, thought, _ended(answer), whole=True)
    content = chunk.get("content")
    if isinstance(content, list) and ("role" in chunk or "stop_reason" in chunk):
        return Piece(text_of(content), _thoughts_among(content), _reason(chunk), whole=True)
    return None


def _ended(answer: dict[str, Any]) -> str:
    details = answer.get("incomplete_details")
    why = details.get("reason") if isinstance(details, dict) else None
    return {"completed": "stop", "failed": "error"}.get(str(answer.get("status")), text_of(why))


def _of_anything_else(chunk: dict[str, Any], depth: int) -> Piece:
    token = chunk.get("token")
    if isinstance(token, dict) and isinstance(token.get("text"), str):  # text-generation-inference
        return Piece("" if token.get("special") is True else text_of(token["text"]))
    for name in _WRAPPED:
        inner = chunk.get(name)
        if isinstance(inner, dict) and depth < _MAX_WRAPPINGS:
            piece = piece_of(inner, depth + 1)
            if piece.says_something:
                piece.reason = piece.reason or _reason(chunk)  # Bedrock has it outside
                return piece
    said = [chunk.get(name) for name in _BARE]
    said += [one for one in map(chunk.get, _RESULTS) if isinstance(one, str | list)]
    bare = next(filter(None, map(text_of, said)), "")
    flags = [chunk.get("done"), chunk.get("stop")]
    reason = _reason(chunk) or ("stop" if True in flags else "")
    # Who says that it is not done sends pieces, which may repeat each other.
    return Piece(bare, _own_thoughts(chunk), reason, whole=False not in flags)


def _own_thoughts(chunk: dict[str, Any]) -> str:
    others = (name for name in chunk if name not in THOUGHTS and _LIKE_THOUGHTS.search(name))
    return next(filter(None, (thoughts_of(chunk.get(one)) for one in (*THOUGHTS, *others))), "")


def _reason(value: dict[str, Any]) -> str:
    said = [value.get(name) for name in _REASONS]
    said = [one.get("type") or one.get("reason") if isinstance(one, dict) else one for one in said]
    return next((one for one in said if isinstance(one, str) and one), "")


def text_of(value: object) -> str:
    """Return text, also of a list of parts; what was thought is left out."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # Cloudflare, of an answer that is a number
    if isinstance(value, dict):
        if _is_thinking(value):
            return ""
        return next(filter(None, (text_of(value.get(name)) for name in _SPOKEN)), "")
    if isinstance(value, list):
        return "".join(text_of(one) for one in value)
    return ""


def thoughts_of(value: object) -> str:
    """Return what was thought, in whatever parts it comes."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return next(filter(None, (thoughts_of(value.get(name)) for name in _TEXTS)), "")
    if isinstance(value, list):
        return "".join(thoughts_of(one) for one in value)
    return ""


def _thoughts_among(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return "".join(thoughts_of(one) for one in parts if isinstance(one, dict) and _is_thinking(one))


def _is_thinking(part: dict[str, Any]) -> bool:
    return part.get("thought") is True or part.get("type") in _THINKING
