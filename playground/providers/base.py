"""What every provider of predictions looks like to the rest of the product.

Knows nothing of Django, rows or pages. A provider turns a PredictionRequest into HTTP (or, for the
demo, into arithmetic) and answers with values; what failed is a ProviderError that says whether
the submission may have been accepted, because that decides whether money may have been spent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

MAX_RECEIVED_BYTES = 8 * 1024 * 1024  # of one answer, kept as it came

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from decimal import Decimal

    from playground.providers.abort import Abort


class ErrorKind(StrEnum):
    """Why a call to a provider gave no result. The words shown to people are chosen elsewhere."""

    NOT_SENT = "not_sent"  # name not resolved, connection refused, TLS failed: no byte went out
    UNKNOWN = "unknown_outcome"  # a submission began and how it ended cannot be known
    TEMPORARY = "temporary"  # a read failed and may be repeated: network, 429, 5xx
    SERVER = "server"  # it was removed from this playground
    KEY = "key"  # missing, invalid or not allowed
    CREDIT = "credit"  # the account has no credit left
    RATE = "rate"  # 429; retry_after says how long to wait where the provider said so
    REWORDED = "reworded"  # surely refused for a field of ours that is left out the next time
    INVALID = "invalid"  # the provider refused the parameters
    NOT_FOUND = "not_found"  # no such model or prediction
    TOO_LARGE = "too_large"  # the upload is over the provider's limit
    MODERATION = "moderation"  # refused by the provider's content policy
    IMAGE = "image"  # the provider could not read one of the images
    ADDRESS = "address"  # an image address of the person gave no image to this server
    FAILED = "failed"  # the provider says that the prediction failed
    BROKEN = "broken_off"  # an answer began to arrive and did not end
    MALFORMED = "malformed"  # a read was answered with something that is not a prediction


@dataclass(frozen=True)
class Received:
    """What came as an answer, byte for byte, but for the key.

    body: at most MAX_RECEIVED_BYTES. size: bytes of all that came. withheld: the key is spread
    over it, so that nothing of it may be kept.
    """

    body: bytes = field(repr=False)
    size: int
    withheld: bool = False


class ProviderError(Exception):
    """A call that gave no result.

    detail: the provider's own words, at most 500 characters, without any key.
    retry_after: seconds, only where the provider asked for a wait.
    status: the HTTP status, 0 where there was none. body: what was received, if it was JSON.
    received: the same as it came.
    """

    def __init__(
        self,
        kind: ErrorKind,
        detail: str = "",
        *,
        retry_after: float | None = None,
        status: int = 0,
        body: Any = None,
        received: Received | None = None,
    ) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.status = status
        self.body = body
        self.received = received

    @property
    def may_have_been_accepted(self) -> bool:
        """Whether a submission that raised this may exist, and be billed, at the provider."""
        return self.kind is ErrorKind.UNKNOWN


class PredictionStatus(StrEnum):
    """A provider's own states, reduced to what a run can do next."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ImageFile:
    """One stored picture on its way to a provider: the bytes as they will be sent."""

    sha256: str
    content_type: str
    width: int
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Turn:
    """A question that was asked before, and what the model answered."""

    question: str
    answer: str


@dataclass(frozen=True)
class PredictionRequest:
    """What is asked of a model. None means that the field is not sent at all.

    parameters: see parameters/listed.py; only chat completions take them.
    exchange: what was asked and answered before, about the same images.
    """

    model: str
    prompt: str
    system_prompt: str = ""
    images: tuple[str, ...] = ()  # addresses in the order shown; for the demo `sha256:<hex>`
    reasoning: bool = False
    priority: str = "latency"
    temperature: float | None = None
    max_tokens: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    exchange: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Citation:
    """What an answer names as its source: an address of the web, and what is found there."""

    url: str
    title: str = ""


@dataclass(frozen=True)
class Prediction:
    """The provider's side of a run, as last heard of.

    id: the provider's; only letters, digits, `_` and `-`, at most 100. outputs: texts in order.
    nsfw: one flag an output, may be empty. inference_ms and created_at: None where not given.
    error_kind and error_detail: set when status is FAILED or CANCELLED. raw: the whole response.
    reasoning: what the model thought aloud, apart from its answer. finish_reason: the provider's
    word, see ends.py. refused: the model says that it does not answer. cost: US dollars that were
    charged. citations: what the answer is said to rest on. received: the answer as it came.
    first_token_ms: from the submission to its first piece of text, where it arrived in pieces.
    """

    id: str
    status: PredictionStatus
    outputs: tuple[str, ...] = ()
    nsfw: tuple[bool, ...] = ()
    inference_ms: int | None = None
    created_at: datetime | None = None
    error_kind: ErrorKind | None = None
    error_detail: str = ""
    raw: Any = None
    reasoning: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None
    refused: bool = False
    citations: tuple[Citation, ...] = ()
    received: Received | None = None
    first_token_ms: int | None = None


@dataclass(frozen=True)
class OfferedModel:
    """A model that a provider lists. None: the list does not say.

    input_price and output_price: US dollars a token. max_images: of one request. temperature and
    reasoning: whether it takes them.
    """

    id: str
    vision: bool | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    max_images: int | None = None
    temperature: bool | None = None
    reasoning: bool | None = None


@dataclass(frozen=True)
class UploadedImage:
    """Where the provider keeps a picture, and until when it surely does."""

    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Price:
    """What the provider quotes for one run. An estimate: what is charged may differ."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Balance:
    """What is left on the account."""

    amount: Decimal
    currency: str


class Provider(Protocol):
    """The seam. Every method but `body` may raise ProviderError; all of them may block.

    account: tells accounts at the provider apart, where what one uploads is not for others.
    """

    name: str
    account: str

    def body(self, request: PredictionRequest) -> dict[str, Any]:
        """Return the exact JSON body that `submit` sends for this request. Opens nothing."""

    def submit(self, body: dict[str, Any], webhook: str = "") -> Prediction:
        """Send one submission, once, never repeated. Not safe to call twice: it may cost twice.

        webhook: an address that the provider calls when the prediction ends, where it can.
        """

    def result(self, prediction_id: str) -> Prediction:
        """Read a prediction. Safe to repeat; raises TEMPORARY or RATE when that is worth it."""

    def upload(self, image: ImageFile) -> UploadedImage:
        """Hand over one picture and return the address that goes into `images`."""

    def balance(self) -> Balance | None:
        """Return what is left on the account, or None where there is no such thing."""

    def price(self, request: PredictionRequest) -> Price | None:
        """Return the provider's quote for this request, or None where it quotes nothing."""


@runtime_checkable
class Listing(Protocol):
    """A provider that can also list what it was sent. Evidence where an outcome is unknown."""

    def recent(self, after: datetime, before: datetime | None = None) -> list[Prediction]:
        """Return the predictions made between two moments, newest first. Safe to repeat."""


@runtime_checkable
class Charging(Protocol):
    """A provider that can be asked afterwards what predictions were charged."""

    def charged(self, prediction_ids: Collection[str]) -> dict[str, Decimal]:
        """Return US dollars of those whose final amount is known; 50 at most. Safe to repeat."""


@runtime_checkable
class Choosy(Protocol):
    """A provider whose models may read fewer kinds of pictures than the playground sends."""

    def reads(self, model: str) -> Collection[str] | None:
        """Return the content types that are known to be read; None for all. Opens nothing."""


@runtime_checkable
class Streaming(Protocol):
    """A provider whose answer arrives piece by piece, in the call that submits it."""

    def stream(self, body: dict[str, Any], abort: Abort) -> Iterator[Prediction]:
        """Send one submission, once, and yield the prediction as it grows.

        The first one comes as soon as the provider surely accepted; all but the last are RUNNING
        and hold the text so far; the last has ended. Raises ProviderError before the first only.
        abort: called from another thread, it ends the call at once.
        """


@runtime_checkable
class Offering(Protocol):
    """A provider that lists its models."""

    def offered(self) -> list[OfferedModel]:
        """Return what the provider offers now. Safe to repeat; may raise ProviderError."""
