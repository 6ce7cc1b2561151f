"""What a model takes: how many images, a temperature, reasoning. Only what somebody says.

The catalogue's own data comes first, then what the provider lists. What nobody says is sent as it
was asked, and the provider answers for itself. The composer's form says it field by field; what
asks again what a run was asked (columns, retries, reruns) is refused by `refuse_unfit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils import timezone
from django.utils.formats import date_format

from playground.catalog import entries, offered
from playground.connections.models import ListedModel, RefusedParameter
from playground.connections.refused_parameters import known_of
from playground.imaging.limits import MAX_IMAGES
from playground.providers.endpoint import WAVESPEED
from playground.providers.parameters.listed import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from playground.runs.models.run import Run

NOTHING = "Nothing was sent."
SPELLED = {1: "one image", 2: "two images", 3: "three images"}


class UnfitError(Exception):
    """A model cannot be asked this. Its text says why; nothing was started."""


class Set(Protocol):
    """What was chosen beside the prompt: the options of a form, or those of a run."""

    @property
    def temperature(self) -> float | None: ...
    @property
    def reasoning(self) -> bool: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Accepts:
    """None: not known. max_images: of one request; 0 for a model that reads none.

    parameters: whether its provider takes those of providers/parameters/listed.py. refused: which
    of them its server refused, in a sentence.
    """

    name: str
    max_images: int | None = None
    temperature: bool | None = None
    reasoning: bool | None = None
    parameters: bool = True
    refused: str = ""

    def images_refused(self, count: int) -> str:
        """Say why so many images of one request cannot be sent; empty where they can."""
        most = self.max_images
        if most is None or count <= most:
            return ""
        sent = f"You sent {count}."
        if not most:
            return f"{self.name} reads no images. {sent} Remove them, or choose another model."
        takes = f"{self.name} takes {SPELLED.get(most, f'{most} images')} per request."
        remove = "one" if count - most == 1 else str(count - most)
        return f"{takes} {sent} Remove {remove}, or run the images separately."

    def in_short(self) -> str:
        """What it takes less than others, as `vis: one image, no temperature`, or nothing."""
        said = []
        if self.max_images is not None and self.max_images < MAX_IMAGES:
            most = self.max_images
            said.append(SPELLED.get(most, f"{most} images") if most else "no images")
        said += ["no temperature"] if self.temperature is False else []
        said += ["no reasoning"] if self.reasoning is False else []
        return f"{self.name}: {', '.join(said)}" if said else ""

    def options_refused(self, options: Set, *, swept: Collection[str] = ()) -> dict[str, str]:
        """Return, by field, what was set that the model does not take.

        swept: the names of what several values are to be tried of.
        """
        refused = {}
        tries = options.temperature is not None or "temperature" in swept
        if tries and self.temperature is False:
            refused["temperature"] = f"{self.name} takes no temperature. Choose Model default."
        if options.reasoning and self.reasoning is False:
            refused["reasoning"] = f"{self.name} has no reasoning to ask for. Switch it off."
        named = () if self.parameters else dict.fromkeys([*options.parameters, *swept])
        return refused | {
            name: f"{self.name} takes no {PARAMETERS[name].label.lower()}: any-llm/vision has no "
            "such field. Choose Not sent, or another model."
            for name in named
            if name in PARAMETERS and PARAMETERS[name].is_sent_alone
        }


def refuse_unfit(run: Run, model_ids: Iterable[str]) -> None:
    """Raise UnfitError where one of these models cannot be asked what this run was asked."""
    chosen, images = list(model_ids), run.images.count()
    if not chosen:
        raise UnfitError(f"Choose at least one model. {NOTHING}")
    for one in chosen:
        if not offered.may_run(one):
            raise UnfitError(f"{one} cannot be run here. Choose another model. {NOTHING}")
    for model in accepts(chosen):
        options = model.options_refused(run).values()
        for words in filter(None, [model.images_refused(images), *options]):
            raise UnfitError(f"{words} {NOTHING} To change what is asked, edit it as a new run.")


def accepts(model_ids: Iterable[str]) -> list[Accepts]:
    """Return what is known of each model, in one query."""
    models = [entries.find(one) for one in model_ids]
    wanted = [(model.server or WAVESPEED, model.wire_id) for model in models]
    providers, ids = {provider for provider, _ in wanted}, {wire_id for _, wire_id in wanted}
    listed = ListedModel.objects.filter(provider__in=providers, model_id__in=ids)
    rows = {(row.provider, row.model_id): row for row in listed}
    refused = known_of({model.server for model in models if model.server})
    return [
        _of(model, rows.get(key), refused.get(key, []))
        for model, key in zip(models, wanted, strict=True)
    ]


def _of(
    model: entries.Model, row: ListedModel | None, refused: Sequence[RefusedParameter]
) -> Accepts:
    listed = row or ListedModel()
    most = model.max_images
    if most is None:
        most = 0 if listed.vision is False else listed.max_images
    return Accepts(
        model.name,
        most,
        listed.temperature if model.temperature is None else model.temperature,
        listed.reasoning if model.reasoning is None else model.reasoning,
        parameters=bool(model.server),
        refused=" ".join(_refused_words(model, one) for one in refused),
    )


def _refused_words(model: entries.Model, refused: RefusedParameter) -> str:
    label = PARAMETERS[refused.name].label if refused.name in PARAMETERS else refused.name
    on = date_format(timezone.localtime(refused.refused_at), "j F Y")
    return f"{model.name} refused {label.lower()} on {on}."
