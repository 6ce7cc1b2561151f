"""What the servers that people run at home say of their models beside `/v1/models`.

Ollama, LM Studio, llama.cpp and LiteLLM say in APIs of their own what sees, LiteLLM also what
tokens cost; vLLM says nothing. Only reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from playground.providers.openai.model_list import price_of

if TYPE_CHECKING:
    from playground.providers.base import OfferedModel


class Ask(Protocol):
    """Asks the server, at a path that begins where `/v1` would; None where nothing comes."""

    def __call__(self, method: str, path: str, asked: dict[str, Any] | None = None) -> Any: ...


MAX_MODELS_ASKED = 100  # models that are asked about one by one
OLLAMA, LM_STUDIO, LLAMA_CPP, VLLM = "Ollama", "LM Studio", "llama.cpp", "vLLM"
LITELLM = "LiteLLM"
MADE_BY_LITELLM = 1677610602  # it says of every model that it was created then
OWNERS = {"library": OLLAMA, "organization_owner": LM_STUDIO, "llamacpp": LLAMA_CPP, "vllm": VLLM}


def who_answers(entries: list[Any]) -> str:
    """Return what wrote this list, by whom it calls the owner of a model, or nothing."""
    known = [one for one in entries if isinstance(one, dict)]
    if known and all(one.get("created") == MADE_BY_LITELLM for one in known):
        return LITELLM
    owners = {str(one.get("owned_by")) for one in known}
    return next((OWNERS[one] for one in sorted(owners & OWNERS.keys())), "")


def with_capabilities(name: str, models: list[OfferedModel], ask: Ask) -> list[OfferedModel]:
    """Return the models with what the server of this name says of them elsewhere."""
    ways = {OLLAMA: _ollama, LM_STUDIO: _lm_studio, LLAMA_CPP: _llama_cpp, LITELLM: _litellm}
    return ways[name](models, ask) if name in ways else models


def _ollama(models: list[OfferedModel], ask: Ask) -> list[OfferedModel]:
    """One by one; a proxy that passes on `/v1` alone is asked once."""
    known: list[OfferedModel] = []
    for listed in models[:MAX_MODELS_ASKED]:
        shown = ask("POST", "/api/show", {"model": listed.id})
        if not isinstance(shown, dict):
            break
        known.append(_shown(listed, shown.get("capabilities")))
    return [*known, *models[len(known) :]]


def _shown(model: OfferedModel, said: Any) -> OfferedModel:
    """Older ones do not say what a model can do."""
    if not isinstance(said, list):
        return model
    return replace(model, vision="vision" in said, reasoning="thinking" in said)


def _lm_studio(models: list[OfferedModel], ask: Ask) -> list[OfferedModel]:
    listed = ask("GET", "/api/v0/models")
    entries = listed.get("data") if isinstance(listed, dict) else None
    known = [one for one in entries or [] if isinstance(one, dict)]
    kinds = {one.get("id"): one.get("type") for one in known}
    return [
        replace(one, vision=kinds[one.id] == "vlm") if kinds.get(one.id) else one for one in models
    ]


def _llama_cpp(models: list[OfferedModel], ask: Ask) -> list[OfferedModel]:
    said = ask("GET", "/props")
    modalities = said.get("modalities") if isinstance(said, dict) else None
    vision = modalities.get("vision") if isinstance(modalities, dict) else None
    return [replace(one, vision=vision) if isinstance(vision, bool) else one for one in models]


def _litellm(models: list[OfferedModel], ask: Ask) -> list[OfferedModel]:
    """Of several deployments of one name the first is taken."""
    listed = ask("GET", "/model/info")
    entries = listed.get("data") if isinstance(listed, dict) else None
    known: dict[str, dict[str, Any]] = {}
    for one in entries or []:
        info = one.get("model_info") if isinstance(one, dict) else None
        if isinstance(info, dict):
            known.setdefault(str(one.get("model_name")), info)
    return [_informed(model, known.get(model.id, {})) for model in models]


def _informed(model: OfferedModel, info: dict[str, Any]) -> OfferedModel:
    sees = info.get("supports_vision")
    return replace(
        model,
        vision=sees if isinstance(sees, bool) else model.vision,
        input_price=price_of(info.get("input_cost_per_token")),
        output_price=price_of(info.get("output_cost_per_token")),
    )
