"""The fields of a document, and what each may hold. What is null counts as left out.

docs/openapi.json is made of these types. `AskedOptions` brings what goes with a prompt.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from playground.experiments.models.test_set import MAX_CASE_IMAGES, MAX_CASES, MAX_NAME_LENGTH
from playground.experiments.plan import MAX_RULES, MAX_VARIANTS
from playground.experiments.rules.parse import KINDS
from playground.runs.models.tag import MAX_TAG_LENGTH
from playground.runs.tagging import MAX_TAGS_PER_RUN
from playground.submission.option_fields import AskedOptions
from playground.submission.variables import MAX_VARIABLES
from playground.web.params import MAX_TOKEN_LENGTH

MAX_TEXT_LENGTH = 100_000  # characters of a prompt, and of what a case says

LongText = Annotated[str, Meta(max_length=MAX_TEXT_LENGTH)]
ProjectId = Annotated[int, Meta(ge=1, le=10**18 - 1, extra={"words": "the number of a project"})]
Key = Annotated[str, Meta(min_length=1, max_length=MAX_TOKEN_LENGTH)]
# No line end follows the name either, before which `$` stands as well.
Variable = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$(?!\n)")]


class NewMark(Struct):
    """A rule that marks, with the options of its kind."""

    rule: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    """What it does with an answer. Its other fields are the options of its kind."""


class NewVariant(AskedOptions, kw_only=True, forbid_unknown_fields=True):
    """A column: what is asked of each case."""

    model: Annotated[str, Meta(min_length=1, max_length=200, extra={"words": "the id of a model"})]
    """An id such as google/gemini-2.0-flash-001, or id@server for a server that was set up."""
    prompt: LongText = ""
    """Instead of the prompt of all."""
    system_prompt: LongText = ""
    """Instead of the system prompt of all."""


class NewCase(Struct, kw_only=True, forbid_unknown_fields=True):
    """A row: it has an image, a variable or a question."""

    images: Annotated[list[str], Meta(max_length=MAX_CASE_IMAGES)] = []
    """In the order they are sent: data URIs, ids (SHA-256) of images that are stored here and
    yours, or names of files that are sent beside the JSON."""
    variables: Annotated[
        dict[Variable, LongText | int | float | bool],
        Meta(
            max_length=MAX_VARIABLES,
            extra={
                "words": f"an object of at most {MAX_VARIABLES} texts, each name a word of letters "
                "and digits"
            },
        ),
    ] = {}
    """What is filled into the prompts, by name."""
    question: LongText = ""
    """Instead of the prompts."""
    expected: Any = None
    """The right answer: a text, a number, or JSON."""
    tags: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=MAX_TAG_LENGTH)]],
        Meta(
            max_length=MAX_TAGS_PER_RUN,
            extra={
                "words": f"a list of at most {MAX_TAGS_PER_RUN} texts of 1 to {MAX_TAG_LENGTH} "
                "characters"
            },
        ),
    ] = []
    """Words by which the outcome is looked at apart."""
    note: LongText = ""
    """For people."""


class NewExperiment(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to ask: every case with every variant. A field that is null counts as left out."""

    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH)] = ""
    """Otherwise the prompt's first line, or the name of the test set."""
    prompt: LongText = ""
    """The question of all variants that have none of their own. {{names}} are filled with the
    variables of each case."""
    system_prompt: LongText = ""
    """Of all variants that have none of their own."""
    variants: Annotated[list[NewVariant], Meta(min_length=1, max_length=MAX_VARIANTS)]
    """The columns."""
    repeats: Annotated[int, Meta(ge=1, le=MAX_VARIANTS)] = 1
    """How often each case is asked. Repeats are no further cases."""
    marks: Annotated[list[NewMark], Meta(min_length=1, max_length=MAX_RULES)] = []
    """The rules that mark; the first decides what is right. Without any: equals."""
    cases: Annotated[list[NewCase], Meta(min_length=1, max_length=MAX_CASES)] = []
    """The rows; they become a test set."""
    test_set: Annotated[str, Meta(extra_json_schema={"format": "uuid"})] = ""
    """The id of a kept test set, as it is now, in place of cases."""
    project: ProjectId | None = None
    """The number of a project to start it in, whose members see it. Null or left out: only you see
    it."""
    idempotency_key: Key = ""
    """The same key with the same content is the same press: it starts nothing again and answers
    what was started. Without a key every request is a press."""
