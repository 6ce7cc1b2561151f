"""What the API alone answers, beside the published JSON: each field, and what it says."""

from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from playground.exports.published import Count, Moment, Place, Project, Status, Uuid, Version


class Item(TypedDict):
    """A run or a comparison in a list."""

    kind: Literal["run", "comparison"]
    id: Uuid
    url: str
    """Its page."""
    api_url: str
    """Its JSON."""
    title: str
    """What a person called it, or the first line of its prompt."""
    created_at: Moment
    models: list[str] | None
    """Each once. Null: a blind comparison whose names are still hidden."""
    runs: Place
    """How many runs it has; a retry is no further one."""
    ended: bool
    """Whether all of them ended."""
    status: Status | None
    """Of a run. Null: a comparison."""
    starred: bool
    project: Project | None
    """The project that it is in. Null: in none."""


class Runs(TypedDict):
    """A page of runs and comparisons: what GET /api/runs/ answers."""

    format: Version
    """The version of this format."""
    kind: Literal["runs"]
    items: list[Item]
    """Runs and comparisons, each once, about 30."""
    next: str | None
    """The address of the next page. Null: this is the last."""


class Sealed(TypedDict):
    """A blind comparison that was started: its JSON is read once its names are revealed."""

    format: Version
    """The version of this format."""
    kind: Literal["sealed"]
    id: Uuid
    url: str
    """The page on which people vote and reveal."""
    api_url: str
    """Its JSON, refused with 409 (`sealed`) until then."""


class KeptImage(TypedDict):
    """An image that was kept."""

    id: str
    """The SHA-256 of the file."""
    name: str
    width: int
    height: int


class KeptImages(TypedDict):
    """What was kept, in its order."""

    format: Version
    """The version of this format."""
    kind: Literal["images"]
    items: list[KeptImage]


class Cost(TypedDict):
    """What an experiment would be. Nothing was started."""

    format: Version
    """The version of this format."""
    kind: Literal["cost"]
    words: str
    """What the runs are: 40 cases × 6 variants."""
    runs: int
    units: int
    amount: str | None
    """About how many US dollars. Null: a price is not known."""
    is_free: bool


class Link(TypedDict):
    """A share link."""

    id: Place
    url: str
    """Whoever has this address sees what the link shows."""
    created_at: Moment
    expires_at: Moment | None
    """When it ends. Null: not by itself."""
    opens: Count
    """How often it was opened."""


class Links(TypedDict):
    """The links to a run or a comparison that open."""

    format: Version
    """The version of this format."""
    kind: Literal["shares"]
    items: list[Link]


class OwnProject(TypedDict):
    """A project that somebody is in."""

    id: Place
    name: str
    role: Literal["look", "work", "keep"]
    """What they may do in it."""


class Projects(TypedDict):
    """The projects that somebody is in."""

    format: Version
    """The version of this format."""
    kind: Literal["projects"]
    items: list[OwnProject]


class PresetBrief(TypedDict):
    """A preset, without its texts."""

    id: Place
    """What `preset` of a new run takes."""
    name: str
    link: str | None
    """What the address of its link ends with; `preset` of anybody's new run takes it too. Null: it
    is not shared."""
    version: Place
    saved_at: Moment
    """When this version was saved."""
    project: Project | None
    """Whose members see it. Null: only its owner."""
    models: list[str]
    variables: list[str]
    """What `variables` of a new run has to hold."""


class Presets(TypedDict):
    """The presets that somebody sees, newest first."""

    format: Version
    """The version of this format."""
    kind: Literal["presets"]
    items: list[PresetBrief]


class Preset(PresetBrief):
    """A preset with all that it fills in."""

    format: Version
    """The version of this format."""
    kind: Literal["preset"]
    prompt: str
    system_prompt: str
    options: dict[str, Any]
    """What it sets, by the names that a new run has."""


class Refusal(TypedDict):
    """What is wrong."""

    code: str
    """A word for programs: bad_request, json, unauthorised, forbidden, not_found,
    method_not_allowed, key_reused, sealed, length_required, too_large, media_type, invalid, limit,
    fault or busy."""
    message: str
    """What happened and what to do, for people."""
    fields: dict[str, Annotated[list[str], Meta(min_length=1)]]
    """What is wrong, by the name of the field; empty where it is about no field; the first 20 of
    them, and the message says how many more there are. __all__: about all of them together."""


class Error(TypedDict):
    """A refusal: what every address below /api/ answers where it refuses."""

    error: Refusal
