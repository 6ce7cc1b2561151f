"""The options of a press as programs name them: in a request, in a variant, in the published JSON.

Those of providers/parameters/listed.py are among them by themselves.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct, defstruct

from playground.providers.parameters.listed import EDGES, PARAMETERS
from playground.submission.request import MAX_OUTPUT_TOKENS, PRIORITY_NAMES

if TYPE_CHECKING:
    from playground.providers.parameters.listed import Parameter


class OptionFields(Struct, kw_only=True):
    """What goes with the prompt."""

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """0 to 2. Null or left out: not sent, the model decides."""
    max_tokens: Annotated[int, Meta(ge=1, le=MAX_OUTPUT_TOKENS)] | None = None
    """How long the answer may be. Null or left out: not sent, the model decides."""
    reasoning: bool = False
    """Whether the answer includes the model's reasoning."""
    priority: Literal[PRIORITY_NAMES] = "latency"  # type: ignore[valid-type]
    """What the provider attends to first, where it knows the difference."""
    max_edge: Literal[EDGES] = 0  # type: ignore[valid-type]
    """The longer edge of an image in pixels, at most; 0: as they come."""


FIXED = OptionFields.__struct_fields__


def _of(parameter: "Parameter") -> Any:
    """Return the type of a parameter: anything that its kind lets through."""
    kind = parameter.kind
    said = f"{parameter.help or kind.words}. Null or left out: not sent."
    described = Meta(
        description=f"{said[0].upper()}{said[1:]}",
        extra_json_schema=kind.schema,
        extra={"words": kind.words, "check": kind.check},
    )
    return Annotated[Any, described] | None


if TYPE_CHECKING:
    AskedOptions = OptionFields
else:
    AskedOptions = defstruct(
        "AskedOptions",
        [(name, _of(one), None) for name, one in PARAMETERS.items()],
        bases=(OptionFields,),
        namespace={"fields_of": OptionFields},
        kw_only=True,
    )
