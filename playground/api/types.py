"""What the API takes: each field once, with its type and what it says; replies.py has its answers.

The documents are made of these types (describing.py), and bodies are read by them (bodies.py). A
field of a new run is a line here, with what it says below it, or an entry of `PARAMETERS`
(providers/parameters/listed.py) where a server takes it; `RunForm` checks the value under the same
name, or the one in `FORM_NAMES` of starting.py. Then `make apidocs` writes it into docs/.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from playground.composer.fields import MAX_LISTED, MAX_MODELS, MAX_PROMPT_LENGTH
from playground.composer.parameters import AXES
from playground.composer.tray import MAX_LOOKED_AT, MAX_NAME, MAX_URL_LENGTH
from playground.experiments.document.fields import Key, ProjectId, Variable
from playground.experiments.document.images import MAX_NEW_IMAGES
from playground.exports.published import Uuid
from playground.history.forms import KINDS, STATUSES
from playground.imaging.limits import MAX_IMAGES
from playground.imaging.pdf import DEFAULT_DPI, DPIS
from playground.providers.parameters.listed import SWEPT
from playground.runs.models.note import MAX_NOTE_LENGTH
from playground.submission.option_fields import AskedOptions
from playground.submission.size import MAX_COLUMNS
from playground.submission.variables import MAX_VARIABLES

# What the form says in more words is described here alone.
File = Annotated[str, Meta(extra_json_schema={"format": "binary"})]
Prompt = Annotated[str, Meta(extra_json_schema={"maxLength": MAX_PROMPT_LENGTH})]
Address = Annotated[str, Meta(extra_json_schema={"format": "uri", "maxLength": MAX_URL_LENGTH})]
Written = Annotated[str, Meta(extra_json_schema={"pattern": r"\S"})]
Day = Annotated[
    str,
    Meta(
        extra_json_schema={
            "anyOf": [
                {"type": "string", "format": one, "pattern": "^[2-8]"}
                for one in ("date", "date-time")
            ]
        }
    ),
]
Pages = Annotated[str, Meta(extra={"words": "pages of a PDF as a text, such as 1-4, 7"})]
ANY: dict[str, Any] = {
    "items": {}
}  # generators of clients leave out an array that does not say what is in it
Dpi = Literal[DPIS]  # type: ignore[valid-type]
IMAGE = '{"data": "<base64>", "name": "a.jpg"}'


class NewImage(Struct, kw_only=True, forbid_unknown_fields=True):
    """An image of a new run."""

    data: Annotated[str, Meta(extra_json_schema={"contentEncoding": "base64"})]
    """The file as base64, with or without data:image/png;base64, before it."""
    name: Annotated[str, Meta(extra_json_schema={"maxLength": MAX_NAME})] = ""
    """What the file is called."""


class NewSweep(Struct, kw_only=True, forbid_unknown_fields=True):
    """Each model once with each of some values of one option."""

    over: Literal[tuple(SWEPT)]  # type: ignore[valid-type]
    """The name of the option."""
    values: Annotated[list[Any], Meta(min_length=1, max_length=MAX_COLUMNS, extra_json_schema=ANY)]
    """Its values, null where it is not sent."""


class NewRun(AskedOptions, kw_only=True, forbid_unknown_fields=True):
    """What to run. One model makes a run, several make a comparison. A field that is null counts as
    left out. As multipart/form-data the fields are the same: lists by repeating a field, images as
    files, anything else that is no text as JSON."""

    prompt: Annotated[Prompt, Meta(extra_json_schema={"minLength": 1, "pattern": r"\S"})] = ""
    """The question. There is one, unless a preset fills it in."""
    system_prompt: Prompt = ""
    """Context or instructions for every model."""
    models: Annotated[
        list[str],
        Meta(
            max_length=MAX_MODELS,
            extra={"words": f"a list of model ids, {MAX_MODELS} at most"},
            extra_json_schema={"minItems": 1, "uniqueItems": True},
        ),
    ] = []
    """Ids such as google/gemini-2.0-flash-001, or id@server for a server that was set up. Each
    once. At least one, unless a preset fills them in or a run is followed."""
    preset: (
        Annotated[int | str, Meta(extra={"words": "a preset's id, or what its link ends with"})]
        | None
    ) = None
    """The id of a preset, or what its link ends with: it fills in prompts, models and options as it
    does in the form. A field that is given beside it counts instead; its project does not."""
    variables: Annotated[
        dict[Variable, str],
        Meta(
            max_length=MAX_VARIABLES,
            extra={"words": f"an object of at most {MAX_VARIABLES} texts by their variables"},
        ),
    ] = {}
    """What stands in place of {{names}} in the prompts, each of them. Without a preset and without
    this, braces are sent as they are."""
    follows: Uuid = ""
    """The id of a run to go on from: the question is sent with its images, model and settings, and
    with all that was asked and answered before. With it goes idempotency_key alone."""
    images: Annotated[
        list[NewImage],
        Meta(
            max_length=MAX_LOOKED_AT,
            extra={"words": f"a list of {MAX_LOOKED_AT} objects at most, such as {IMAGE}"},
        ),
    ] = []
    """Images, in the order they are sent; image_urls follow. A PDF becomes an image a page. A JSON
    body has at most 32 MB."""
    pages: Pages = ""
    """Which pages of each PDF among the images become images, such as 1-4, 7. Left out: the first
    ones, as many as a run takes."""
    dpi: Dpi = DEFAULT_DPI
    """At how many dots an inch pages of a PDF are drawn."""
    image_urls: Annotated[
        list[Address],
        Meta(
            max_length=MAX_LISTED,
            extra={"words": f"a list of http or https addresses, {MAX_LISTED} at most"},
        ),
    ] = []
    """http or https addresses. Each is fetched once, when the run is sent, and kept."""
    each_image: bool = False
    """Each image in runs of its own, a row of a grid, in place of all images in one run."""
    sweep: Annotated[
        NewSweep | Annotated[list[NewSweep], Meta(min_length=1, max_length=len(AXES))] | None,
        Meta(
            extra={"words": 'such as {"over": "temperature", "values": [0, 0.5]}, or two of them'}
        ),
    ] = None
    """Each model once with each of some values of one option, in place of its one value; of two
    options, with each value of the one and each of the other."""
    repeats: Annotated[int, Meta(ge=1, le=MAX_COLUMNS)] = 1
    """How often each model is asked the same."""
    blind: bool = False
    """Several models: hide which gave which answer until somebody reveals it on the page."""
    project: ProjectId | None = None
    """The number of a project to start it in, whose members see it. Null or left out: only you see
    it."""
    idempotency_key: Key = ""
    """The same key with the same content is the same press: it starts nothing again and answers
    what was started. Without a key every request is a press."""


class NewExperimentForm(Struct, kw_only=True, forbid_unknown_fields=True):
    """An experiment with its images."""

    experiment: Annotated[str, Meta(extra_json_schema={"contentMediaType": "application/json"})]
    """The JSON of a NewExperiment."""
    images: Annotated[list[File], Meta(max_length=MAX_NEW_IMAGES)] = []
    """Files that cases name. Whatever their fields are called, their file names count."""


class NewImages(Struct, kw_only=True, forbid_unknown_fields=True):
    """Images to keep."""

    images: Annotated[list[File], Meta(min_length=1, max_length=MAX_IMAGES)]
    """The files. A PDF becomes an image a page."""
    pages: Pages = ""
    """Which pages of each PDF become images, such as 1-4, 7. Left out: the first ones."""
    dpi: Dpi = DEFAULT_DPI
    """At how many dots an inch pages of a PDF are drawn."""


class NewNote(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note, in Markdown."""

    text: Annotated[
        str,
        Meta(extra_json_schema={"minLength": 1, "maxLength": MAX_NOTE_LENGTH, "pattern": r"\S"}),
    ]
    """At most 100 notes are below one run or comparison."""


class RunFilters(Struct, kw_only=True, rename={"from_": "from"}, forbid_unknown_fields=True):
    """What of History is listed."""

    q: Written = ""
    """A search in prompts and answers: words, "phrases", beginnings*. Cut after 200 characters."""
    model: Annotated[Written, Meta(extra_json_schema={"maxLength": 200})] = ""
    """Only with this model."""
    provider: Annotated[Written, Meta(extra_json_schema={"maxLength": 50})] = ""
    """wavespeed, demo, or the name of a server."""
    status: Literal[tuple(dict(STATUSES))] = ""  # type: ignore[valid-type]
    """Only with a run that is like this."""
    kind: Literal[tuple(dict(KINDS))] = ""  # type: ignore[valid-type]
    """Only single runs, or only comparisons."""
    starred: Literal["true"] = "true"
    """Only starred ones."""
    shared: Literal["true"] = "true"
    """Only those with a link that works."""
    tag: Annotated[Written, Meta(extra_json_schema={"maxLength": 40})] = ""
    """Only with this tag."""
    from_: Day = ""
    """From the beginning of this day in the playground's own zone, or from this time with its zone;
    2000 or later."""
    to: Day = ""
    """To the end of this day in the playground's own zone, or to this time with its zone, which is
    within."""
    order: Literal["best"] = "best"
    """With q: the best match first, instead of the newest."""
    after: Written = ""
    """Where the page before ended; `next` carries it."""
    project: Annotated[str, Meta(extra_json_schema={"pattern": "^(none|[1-9][0-9]{0,17})$"})] = ""
    """Only what is in this project, by its number; none: what is in no project."""


class ExperimentFilters(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which page of experiments is listed."""

    after: Written = ""
    """Where the page before ended; `next` carries it."""


class NewShare(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a link leaves out, and when it ends. Without any of it, flagged answers and notes."""

    hide_system_prompt: bool = False
    """Leave out the system prompt."""
    hide_costs: bool = False
    """Leave out prices and tokens."""
    hide_reasoning: bool = False
    """Leave out what models gave as their reasoning."""
    show_flagged: bool = False
    """Show answers that the provider flagged as sensitive."""
    show_notes: bool = False
    """Show the notes that are there now, without names."""
    leave_out: Annotated[list[str], Meta(max_length=MAX_LISTED)] = []
    """Images to leave out: by their SHA-256, or by their address where no copy is kept."""
    ends_after_days: Literal[1, 7, 30] | None = None
    """Null or left out: it does not end by itself."""
