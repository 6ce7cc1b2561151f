"""What a run asks a provider for, and what is remembered of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.catalog import entries
from playground.connections import refused_parameters
from playground.providers.base import ErrorKind, PredictionRequest
from playground.providers.parameters.listed import PARAMETERS, refused_in
from playground.runs.exchange import exchange_of

if TYPE_CHECKING:
    from playground.providers.base import ProviderError
    from playground.runs.models.run import Run


def request_of(run: Run, addresses: tuple[str, ...]) -> PredictionRequest:
    """Return the question of the run, its images at these addresses."""
    return PredictionRequest(
        model=entries.find(run.model_id).wire_id,
        prompt=run.prompt,
        system_prompt=run.system_prompt,
        images=addresses,
        reasoning=run.reasoning,
        priority=run.priority,
        temperature=run.temperature,
        max_tokens=run.max_tokens,
        parameters=run.parameters,
        exchange=exchange_of(run),
    )


def note_refused_parameters(run: Run, error: ProviderError) -> None:
    """Remember which parameters of the run the server refused, where it says so."""
    if error.kind not in {ErrorKind.INVALID, ErrorKind.REWORDED} or not run.parameters:
        return
    names = refused_in(run.parameters, error.detail)
    if error.kind is ErrorKind.INVALID:  # of a server that takes schemas, but not this one
        names = [name for name in names if not PARAMETERS[name].is_checked]
    refused_parameters.note(run.provider, entries.find(run.model_id).wire_id, names)
