"""Which address does what: every route of the API that the product may call, and the control."""

from __future__ import annotations

import email
import json
import re
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.wavespeed.account import ENDPOINT
from tests.fakes.wavespeed.chat import Paced, completion_chunks, whole_completion
from tests.fakes.wavespeed.faults import Fault
from tests.fakes.wavespeed.oracle import LISTED, QUOTED, oracle_answer

if TYPE_CHECKING:
    from email.message import Message

    from tests.fakes.wavespeed.server import FakeWaveSpeed


@dataclass
class Asked:
    """A request as a route sees it."""

    fake: FakeWaveSpeed
    path: str
    headers: Message  # names in any case
    body: bytes = b""
    found: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body or b"{}")
        return value if isinstance(value, dict) else {}


@dataclass
class Reply:
    """An answer: payload is bytes, or goes out as JSON."""

    status: int = 200
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def done(data: Any) -> Reply:
    return Reply(200, {"code": 200, "message": "success", "data": data})


def refused(status: int, message: str) -> Reply:
    return Reply(status, {"code": status, "message": message, "data": None})


def submit(asked: Asked) -> Reply:
    if not asked.json.get("prompt"):
        return refused(400, "prompt is required")
    account = asked.fake.account
    made = account.submit(asked.json, asked.query.get("webhook", ""))
    if not account.sync:
        return done(account.just_created(made))
    asked.fake.wait_until(account.finished_at(made))
    return done(account.prediction(made))


def poll(asked: Asked) -> Reply:
    prediction = asked.fake.account.poll(asked.found[0])
    return done(prediction) if prediction else refused(404, "prediction not found")


def listing(asked: Asked) -> Reply:
    items = asked.fake.account.recent(asked.json)
    return done({"page": asked.json.get("page", 1), "items": items})


def delete(asked: Asked) -> Reply:
    return done({"deleted_count": asked.fake.account.delete(asked.json.get("ids", []))})


def balance(asked: Asked) -> Reply:
    return done({"balance": asked.fake.account.balance})


def price(asked: Asked) -> Reply:
    amount = asked.fake.account.quote(asked.json.get("inputs", {}))
    quote = {"price": amount, "discounted_price": amount, "discount_rate": 0, "currency": "USD"}
    return done({"model_id": ENDPOINT, **quote})


def billings(asked: Asked) -> Reply:
    items = asked.fake.account.billings(asked.json.get("prediction_uuids", []))
    return done({"page": 1, "total": len(items), "items": items})


def pricing(asked: Asked) -> Reply:
    amount = asked.fake.account.quote(asked.json.get("inputs", {}))
    return done({"unit_price": amount, "currency": "USD"})


def ticket(asked: Asked) -> Reply:
    wanted, token = asked.json, uuid.uuid4().hex
    fake = asked.fake
    headers = {"Content-Type": wanted.get("content_type", ""), "If-None-Match": "*"}
    fake.account.tickets[token] = {**wanted, "headers": headers, "written": False}
    target = {"method": "PUT", "url": f"{fake.url}/_storage/{token}?sig=a%2Fb", "headers": headers}
    address = f"{fake.url}/_media/{token}/{wanted.get('filename')}"
    return done({"type": "image", "download_url": address, "upload": target, **wanted})


def put(asked: Asked) -> Reply:
    """Storage: strict about everything a signature would cover."""
    given = asked.fake.account.tickets.get(asked.found[0])
    if given is None or "Authorization" in asked.headers:
        return Reply(403, b"<Error>SignatureDoesNotMatch</Error>")
    wanted = dict(given["headers"])
    if {name: asked.headers.get(name) for name in wanted} != wanted:
        return Reply(403, b"<Error>SignatureDoesNotMatch</Error>")
    if len(asked.body) != given["size"]:
        return Reply(400, b"<Error>EntityTooSmall</Error>")
    if given["written"]:
        return Reply(412, b"<Error>PreconditionFailed</Error>")
    given["written"] = True
    asked.fake.account.keep(given["filename"], wanted["Content-Type"], asked.body, "ticket")
    return Reply(200, b"")


def legacy(asked: Asked) -> Reply:
    head = f"Content-Type: {asked.headers.get('Content-Type')}\r\n\r\n".encode()
    parts: Any = email.message_from_bytes(head + asked.body).get_payload()
    for part in parts if isinstance(parts, list) else []:
        if part.get_param("name", header="content-disposition") == "file":
            data = part.get_payload(decode=True)
            name, kind = part.get_filename(), part.get_content_type()
            asked.fake.account.keep(name, kind, data, "legacy")
            address = f"{asked.fake.url}/_media/legacy/{name}"
            return done({"type": "image", "download_url": address, "filename": name})
    return refused(400, "no part named file")


def media(asked: Asked) -> Reply:
    for upload in reversed(asked.fake.account.uploads):
        if upload.filename == asked.found[0]:
            return Reply(200, upload.data, {"Content-Type": upload.content_type})
    return Reply(404, b"")


def control(asked: Asked) -> Reply:
    """GET state; POST settings, faults, reset. Only where the fake was told to allow it."""
    what = asked.found[0]
    if not asked.fake.has_control:
        return Reply(404, b"")
    if what == "settings":
        asked.fake.configure(**asked.json)
    elif what == "faults":
        asked.fake.fault(**{**asked.json, "fault": Fault(**asked.json["fault"])})
    elif what == "reset":
        asked.fake.reset()
    return Reply(200, asked.fake.state())


def state_of(fake: FakeWaveSpeed) -> dict[str, Any]:
    account = fake.account
    with account.lock:
        uploads = [{k: v for k, v in vars(u).items() if k != "data"} for u in account.uploads]
        submissions = [
            asdict(made) | {"finished_at": account.finished_at(made)}
            for made in account.submissions
        ]
        counts = {
            "submissions": len(submissions),
            "uploads": len(uploads),
            "polls": account.polls,
            "requests": fake.request_count,
        }
    return {"counts": counts, "submissions": submissions, "uploads": uploads}


def chat(asked: Asked) -> Reply:
    """Chat completions, streamed word by word over the account's delay, or whole."""
    body, account = asked.json, asked.fake.account
    if not body.get("messages"):
        return refused(400, "messages are required")
    account.chats.append(asked.body)
    made = account.submit(body)
    words = account.words_of(made)
    if not body.get("stream"):
        return Reply(200, whole_completion(made, words))
    pieces = list(completion_chunks(made, words))
    pause = account.delay_of(made) / len(pieces)
    return Reply(200, Paced(pieces, pause), {"Content-Type": "text/event-stream"})


def oracle(asked: Asked) -> Reply:
    if not asked.json.get("question"):
        return refused(400, "a question is required")
    account = asked.fake.account
    return Reply(200, oracle_answer(account, account.submit(asked.json)))


def models(asked: Asked) -> Reply:
    return Reply(200, {"object": "list", "data": asked.fake.account.offered})


def endpoints(asked: Asked) -> Reply:
    """The platform's list, of which the one endpoint matters; without `listed` it names none."""
    listed = asked.fake.account.listed
    properties: dict[str, Any] = {"images": {"type": "array", "maxItems": 16}}
    if listed is not None:
        properties["model"] = {"type": "string", "enum": listed}
    schema = {"type": "model_run", "request_schema": {"properties": properties}}
    entry = {"model_id": ENDPOINT, "api_schema": {"api_schemas": [schema]}}
    return done([{"model_id": "acme/other"}, entry])


# method, address, name in faults, route, whether the key is asked for
ROUTES = (
    ("POST", re.compile(rf"/api/v3/{ENDPOINT}"), "submit", submit, True),
    ("GET", re.compile(r"/api/v3/predictions/([\w-]+)/result"), "poll", poll, True),
    ("POST", re.compile(r"/api/v3/predictions"), "list", listing, True),
    ("POST", re.compile(r"/api/v3/predictions/delete"), "", delete, True),
    ("GET", re.compile(r"/api/v3/models"), "models", endpoints, True),
    ("GET", re.compile(r"/api/v3/balance"), "balance", balance, True),
    ("POST", re.compile(r"/api/v3/model/price"), "price", price, True),
    ("POST", re.compile(r"/api/v3/billings/search"), "billings", billings, True),
    ("POST", re.compile(r"/api/v3/model/pricing"), "pricing", pricing, True),
    ("POST", re.compile(r"/api/v3/media/uploads"), "ticket", ticket, True),
    ("POST", re.compile(r"/api/v3/media/upload/binary"), "legacy", legacy, True),
    ("PUT", re.compile(r"/_storage/(\w+)"), "put", put, False),
    ("POST", re.compile(r"/v1/chat/completions"), "chat", chat, True),
    ("GET", re.compile(r"/v1/models"), "models", models, True),
    ("POST", re.compile(r"/oracle/answers"), "oracle", oracle, True),
    ("GET", re.compile(r"/oracle/models"), "", lambda _: Reply(200, LISTED), True),
    ("POST", re.compile(r"/oracle/prices"), "", lambda _: Reply(200, {"usd": QUOTED}), True),
    ("GET", re.compile(r"/_media/\w+/([\w.-]+)"), "", media, False),
    ("GET", re.compile(r"/_control/(state)"), "", control, False),
    ("POST", re.compile(r"/_control/(settings|faults|reset)"), "", control, False),
)
