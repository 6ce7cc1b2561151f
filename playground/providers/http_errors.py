"""What the refusals of an HTTP API mean, whoever the provider is."""

import json
import re
from dataclasses import dataclass
from typing import Any

from playground.providers.base import ErrorKind

MAX_DETAIL_LENGTH = 500

_HTTP_KINDS = {
    401: ErrorKind.KEY,
    402: ErrorKind.CREDIT,
    403: ErrorKind.KEY,
    404: ErrorKind.NOT_FOUND,
    413: ErrorKind.TOO_LARGE,
    429: ErrorKind.RATE,
}
_MAY_MEAN_CREDIT = {400, 401, 403, 422}
_CREDIT_WORDS = re.compile(r"\b(credits?|balance|top[- ]?up)\b", re.IGNORECASE)
# Words that mean money whatever the status: many answer an empty account with 429.
_NO_MONEY = re.compile(
    r"insufficient[ _-]?(quota|balance|credits?|funds?)|not[ _]enough[ _](credits?|balance|funds?)"
    r"|(billing|spend(ing)?)[ _](hard[ _])?(limit|not[ _]active)|billing_(hard_limit|not_active)"
    r"|exceeded[ _](your[ _])?current[ _]quota|out of (credits?|funds|quota)|no (more )?credits?\b"
    r"|credit balance|balance (is )?(too low|not enough|insufficient|exhausted)|arrearage"
    r"|payment[ _]required|quota[ _]exhausted|余额不足|欠费|请充值|额度(不足|已用|失败)"
    r"|budget[ _](has been )?exceeded|exceeded[ _]?(their )?budget|quota is not enough"
    r"|FreeTierOnly|free tier [\w ]{0,20}exhausted|monthly (quota|usage|limit)"
    r"|quota[\w ]{0,20}month",
    re.IGNORECASE,
)
# A quota that comes back by itself is a pause, whatever else is said of plans and billing.
_COMES_BACK = re.compile(
    r"(retry|try again)[^.]{0,30}\b(in|after)\b|per[- ](minute|second|hour|day)|\b[RT]P[MD]\b"
    r"|retryDelay",
    re.IGNORECASE,
)
_SURELY_MONEY = re.compile(r"insufficient[ _]quota|billing_(hard_limit|not_active)", re.IGNORECASE)
# 403 of OpenRouter, 400 of OpenAI and Azure: the input was looked at, and the key is good.
_MAY_MEAN_MODERATION = {400, 403, 422}
_MODERATION_WORDS = re.compile(
    r"requires moderation|content[ _]?(policy|filter)|content management policy"
    r"|\bsafety system|moderation_blocked|data_?inspection_?failed|\bInspectionFailed"
    r"|content[ _]?moderation|sensitive_?words?|\bResponsibleAIPolicyViolation"
    r"|Content Exists Risk|inappropriate content|new_sensitive|敏感",
    re.IGNORECASE,
)
_FURTHER_WORDS = ("error_description", "detail", "description", "reason", "faultstring", "error")
_SECRETS = re.compile(r"\bbearer\s+\S+|\bwsk_\S+|\bsk-[\w-]{8,}", re.IGNORECASE)


# Where a refusal has its words, as `plainly_named`; the first ones under no other name.
NAMES_OF_ERRORS = ("errordescription", "errormessage", "errormsg", "errmsg", "exception", "fault")
_NAMES = ["message", "errordescription", "error", "detail", "errors", *NAMES_OF_ERRORS]
_NAMES += ["msg", "title"]


@dataclass(frozen=True)
class Verdicts:
    """What to call the three failures whose meaning depends on what was being done."""

    not_sent: ErrorKind
    uncertain: ErrorKind  # no answer, an unreadable one, 408, 5xx
    malformed: ErrorKind  # readable, and not what was asked for


SUBMITTING = Verdicts(ErrorKind.NOT_SENT, ErrorKind.UNKNOWN, ErrorKind.UNKNOWN)
READING = Verdicts(ErrorKind.TEMPORARY, ErrorKind.TEMPORARY, ErrorKind.MALFORMED)


def kind_of(status: int, message: str, uncertain: ErrorKind) -> ErrorKind:
    """Return what an HTTP status, and the words that came with it, mean."""
    if 400 <= status < 500 and means_no_money(message):
        return ErrorKind.CREDIT
    if status in _MAY_MEAN_CREDIT and _CREDIT_WORDS.search(message):
        return ErrorKind.CREDIT
    if status in _MAY_MEAN_MODERATION and _MODERATION_WORDS.search(message):
        return ErrorKind.MODERATION
    if 400 <= status < 500 and status != 408:
        return _HTTP_KINDS.get(status, ErrorKind.INVALID)
    if status == 501:  # it cannot do this at all, so it did not
        return ErrorKind.INVALID
    return uncertain


def kind_of_words(message: str) -> ErrorKind | None:
    """Return what an error means that comes without a status; None where its words do not say."""
    if means_no_money(message):
        return ErrorKind.CREDIT
    return ErrorKind.MODERATION if _MODERATION_WORDS.search(message) else None


def means_no_money(message: str) -> bool:
    """Whether a refusal is about an empty account, and no wait would help."""
    if _SURELY_MONEY.search(message):
        return True
    return bool(_NO_MONEY.search(message)) and not _COMES_BACK.search(message)


def describe(text: str) -> str:
    """Return words of the provider as they may be kept and shown: no secrets, not too long."""
    return _SECRETS.sub("[secret]", text).strip()[:MAX_DETAIL_LENGTH]


def message_of(body: Any) -> str:
    """Return what a refusal says, wherever it says it, or nothing."""
    if isinstance(body, list):  # Google's answers to chat completions are lists of one
        body = body[0] if body else None
    if not isinstance(body, dict):
        return describe(body) if isinstance(body, str) else ""
    data = body.get("data")
    places = [plainly_named(body).get(name) for name in _NAMES]
    places.append(data.get("error") if isinstance(data, dict) else None)
    words = next(filter(None, map(_words, places)), "")
    if not words and body.get("error_code"):
        words = _words(body.get("text"))  # FastChat
    code = _words(body.get("error_code"))
    return describe(f"{words} [{code}]" if code else words)


def plainly_named(body: dict[str, Any]) -> dict[str, Any]:
    """Return the same with names in small letters alone: `errorMessage`, `Error`, `err_msg`."""
    return {name.replace("_", "").lower(): value for name, value in reversed(body.items())}


def name_of(body: Any) -> str:
    """Return what a refusal is called beside its words, as `insufficient_quota`, or nothing."""
    if isinstance(body, list):
        body = body[0] if body else None
    error = body.get("error") if isinstance(body, dict) else None
    places = [one for one in (body, error) if isinstance(one, dict)]
    named = (one.get(name) for one in places for name in ("code", "type", "status", "error_code"))
    return " ".join(one for one in named if isinstance(one, str))


def code_of(body: Any) -> int | None:
    """Return the HTTP status that an error names inside its body, as a number or as digits."""
    error = body.get("error") if isinstance(body, dict) else None
    places = [one for one in (error, body) if isinstance(one, dict)]
    for code in (one.get(name) for one in places for name in ("code", "status", "status_code")):
        if isinstance(code, str) and re.fullmatch(r"[1-5]\d\d", code):
            return int(code)
        if isinstance(code, int) and not isinstance(code, bool):
            return code
    return None


def wait_of(body: Any) -> float | None:
    """Return the seconds that an error inside its body asks to wait, as Google writes it."""
    if isinstance(body, list):
        body = body[0] if body else None
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for one in details if isinstance(details, list) else []:
        delay = one.get("retryDelay") if isinstance(one, dict) else None
        if isinstance(delay, str) and re.fullmatch(r"\d{1,4}(\.\d{1,9})?s", delay):
            return float(delay[:-1])
    return None


def _words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        said = (value.get(name) for name in ("message", "msg", *_FURTHER_WORDS))
        words = next(filter(None, map(_words, said)), "")
        place, inner = _place(value.get("loc")), _upstream(value.get("metadata"))
        return ": ".join(filter(None, [place, words, inner]))
    return _unpacked(value) if isinstance(value, str) else ""


def _place(loc: object) -> str:
    """Where FastAPI found the fault: the names behind `body`."""
    return ".".join(map(str, loc[1:])) if isinstance(loc, list) else ""


def _upstream(metadata: object) -> str:
    """What the model's own host said to OpenRouter, whose message is only that it refused."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return _unpacked(raw) if isinstance(raw, str) else ""


def _unpacked(words: str) -> str:
    """Proxies pass on the whole refusal of another server as the words of their own."""
    if not words.lstrip().startswith(("{", "[")):
        return words
    try:
        return message_of(json.loads(words)) or words
    except (ValueError, RecursionError):
        return words
