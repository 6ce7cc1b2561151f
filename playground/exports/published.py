"""The published JSON, version 1: each field of a run, and what it says (a comparison's beside it).

docs/schemas/ and docs/openapi.json are made of these types (playground/api/describing.py). A field
may be added within a version; one that goes or changes its meaning counts FORMAT up.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypedDict

from msgspec import Meta, structs

from playground.exports.published_evidence import EvidenceValue
from playground.submission.option_fields import AskedOptions

FORMAT: Final = 1

Version = Literal[1]
Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Count = Annotated[int, Meta(ge=0)]
Place = Annotated[int, Meta(ge=1)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Dollars = Annotated[str, Meta(pattern=r"^\d+(\.\d+)?$")]
Status = Literal[
    "queued", "submitting", "processing", "completed", "failed", "cancelled", "unknown"
]
Hideable = Literal["system_prompt", "costs", "reasoning", "flagged", "images"]
Hidden = Annotated[list[Hideable], Meta(extra_json_schema={"uniqueItems": True})]


class Image(TypedDict):
    """One image of the request."""

    number: Place
    """Its place in the request, from 1, also when others are left out."""
    name: str | None
    """What the person's file was called."""
    address: str | None
    """Where it was fetched, or the address that was passed on."""
    passed_on: bool
    """Whether the provider got the address as it is; then no copy is kept."""
    picture: str | None
    """Where the playground's copy is found, as long as it is kept; in a ZIP, its file in there."""
    sha256: Sha256 | None
    """Of the bytes as they came in."""
    sent_sha256: Sha256 | None
    """Of the bytes that were handed to the provider."""
    sent_as: str | None
    """What was changed before sending, in words. Null: sent as it came, or not sent."""
    format: str | None
    """For example PNG."""
    width: int | None
    """Pixels, as seen: after its orientation."""
    height: int | None
    """Pixels, as seen: after its orientation."""
    size: int | None
    """Bytes."""


class Project(TypedDict):
    """A project."""

    id: Place
    """Its number, by which lists of runs are filtered."""
    name: str
    """What its keepers call it."""


class Note(TypedDict):
    """What somebody wrote below a run or a comparison."""

    id: Uuid | None
    """Null in what a link shows."""
    by: str | None
    """The username of who wrote it. Null in what a link shows, and where nobody signs in."""
    text: str
    """Markdown."""
    written_at: Moment
    edited_at: Moment | None
    """When its writer changed it last."""


class Citation(TypedDict):
    """What an answer names as its source."""

    url: str
    title: str | None


class SchemaError(TypedDict):
    """Where an answer does not fit the schema that it was asked with."""

    path: str
    """Names and numbers with points between them, as items.2.price; blank: the whole answer."""
    reason: str


class Failure(TypedDict):
    """Why there is no answer."""

    kind: str
    """One of a few words, for programs."""
    title: str | None
    """The same for people."""
    detail: str | None
    """The provider's own words."""


Tokens = TypedDict("Tokens", {"in": Count | None, "out": Count | None})


class Times(TypedDict):
    """When it was pressed, sent, accepted and over."""

    created_at: Moment | None
    submit_started_at: Moment | None
    submitted_at: Moment | None
    finished_at: Moment | None


class Received(TypedDict):
    """The last answer byte for byte, but for the key; a stream is its events."""

    bytes: Count
    """How many came in all."""
    kept: Count
    """How many of them are kept: the first ones, at most 8,388,608."""
    withheld: bool
    """Whether nothing is kept, because the key was spread over what came."""
    text: str | None
    """What came, where it is UTF-8; null for a run of a comparison that holds too much."""
    base64: str | None
    """What came, where it is not UTF-8."""


if TYPE_CHECKING:
    RunOptions = dict[str, Any]

    class VariantOptions(TypedDict):
        """Each option of a press."""
else:
    _options = structs.fields(AskedOptions)
    VariantOptions = TypedDict("VariantOptions", {one.name: one.type for one in _options})
    RunOptions = TypedDict("RunOptions", {one.name: one.type | None for one in _options})
    VariantOptions.fields_of = RunOptions.fields_of = AskedOptions
    RunOptions.__doc__ = "What goes with the prompt. Null: not sent, or hidden."


class Around(TypedDict):
    """What stands around a run or a comparison."""

    project: Project | None
    """The project that it is in, for those who see it there. Null: in none, and in what a link
    shows."""
    notes: list[Note] | None
    """What people wrote below it, in the order they wrote it. Null: a link does not show notes."""


class Turn(TypedDict):
    """A question that was asked before a run, and what the model answered."""

    run: Uuid | None
    """Which run it was. Null for who was given a link."""
    question: str
    answer: str | None
    """Null where it was flagged and is not shown."""


class Outcome(TypedDict):
    """What became of a run."""

    output: str | None
    """The answer of a completed run, as the model wrote it."""
    output_cut: bool
    """Whether the answer was too long to be kept whole."""
    reasoning: str | None
    """What the model gave as its reasoning, where the provider gives it apart from the answer. Null
    where it is hidden."""
    citations: list[Citation]
    """What the answer names as its sources: addresses of the web, in order."""
    partial: str | None
    """What had arrived of an answer that is still growing, or that broke off."""
    finish_reason: str | None
    """Why the model stopped, in the provider's word."""
    answer_state: Literal["empty", "cut_off", "refused"] | None
    """What the answer looks like. cut_off and refused are guesses."""
    schema_valid: bool | None
    """Whether the answer fits its schema. Null: it has none, or was not checked."""
    schema_errors: list[SchemaError] | None
    """What does not fit, 50 at most. Null where nothing was checked."""
    evidence: list[EvidenceValue] | None
    """Where the images say what the answer says, in the order in which it does, as the text reader
    read them. Null: the answer was not checked, or a link does not show that."""
    flagged: bool
    """Whether the provider flagged the answer as sensitive."""
    withheld: bool
    """Whether the answer is left out because it is flagged."""
    error: Failure | None
    """Why there is no answer."""


class Run(Outcome, Around):
    """A run: what GET /runs/<id>.json and GET /s/<token>.json of a run answer."""

    format: Version
    """The version of this format."""
    kind: Literal["run"]
    url: str
    """The page of this run; of a cell of a shared comparison, its place on that page."""
    hidden: Hidden
    """What this representation may leave out. A field that is null for that reason was not
    necessarily unset."""
    id: Uuid | None
    """The run. Null for who was given a link."""
    comparison: Uuid | None
    """The comparison it is a cell of."""
    retry_of: Uuid | None
    """The run of which this is another attempt."""
    rerun_of: Uuid | None
    """The run that this one repeats, perhaps much later."""
    follows: Uuid | None
    """The run whose exchange this one goes on with. Null also where that run is gone."""
    prediction_id: str | None
    """What the provider calls it."""
    provider: str
    """wavespeed, or demo: then no model looked at the images."""
    model: str
    """vendor/name, as the provider knows it."""
    prompt: str
    """As it was typed."""
    system_prompt: str | None
    """As it was typed; empty without one, null where it is hidden."""
    exchange: list[Turn]
    """What was asked and answered before this run, oldest first, as the model was told it. Empty
    where it follows no run."""
    images: list[Image]
    """In the order they were sent."""
    images_left_out: Count
    """How many images of the request are not in `images`."""
    options: RunOptions
    status: Status
    """unknown: the provider may have accepted and billed it; it is never sent again by itself."""
    units: Count | None
    """Of a standard run. Null where costs are hidden."""
    price_estimate_usd: Dollars | None
    """US dollars, as the provider quoted them. Null: unknown or hidden."""
    charged_usd: Dollars | None
    """US dollars, where the provider says what the run has cost. Null where costs are hidden."""
    tokens: Tokens
    """As the provider counted them. Null: not told, or costs are hidden."""
    image_tokens: Count | None
    """About how many tokens of the question are its images, counted beside the same run without
    them. Null: not measured, or costs are hidden."""
    times: Times
    inference_ms: Count | None
    """Milliseconds, as the provider measured them."""
    first_token_ms: Count | None
    """Milliseconds from the submission to the first piece of text. Null: it did not arrive in
    pieces."""
    tokens_per_second: float | None
    """Tokens after the first one by the time they took. Null: not known, or costs are hidden."""
    request: Any
    """The body that was sent, exactly; null before that. For a link, and where something is hidden,
    the fields known to be fit to show; images are then named by the addresses of the link."""
    response: Any
    """What came back last, exactly; null before that, and where it repeats something hidden."""
    received: Received | None
    """The last answer byte for byte, but for the key, which is written [key]; a stream is its
    events. Null where none came, for a link, and where something is hidden."""
