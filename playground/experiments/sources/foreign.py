"""Cases as OpenAI's evals, chats and VQA write them: in an item, as messages, with many answers."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from playground.experiments.sources.columns import Meaning, best_named
from playground.experiments.sources.rows import as_text

_CHATS = ("input", "messages", "conversations")
_EITHER = ("ideal", "answers")  # lists of which each value is right
_EXCHANGE = re.compile("[sdhu]+[ag]?")  # system, developer, human, user; assistant, gpt
SAMPLE = "“sample” has answers of models, which are no part of a case: it was left out."
SEVERAL = (
    "Some cases have several right answers. The most frequent one, else the first, is expected; "
    "the others stand in the note."
)


def as_case(case: Any, written: Any, notes: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a case, and itself with numbers as text, with names as a table has them."""
    if set(case) <= {"item", "sample"} and isinstance(case.get("item"), dict):
        notes |= {SAMPLE} if "sample" in case else set()
        case, written = case["item"], written["item"]
    chat = next((one for one in _CHATS if isinstance(case.get(one), list)), "")
    found = _exchange(case[chat]) if chat and "question" not in case else {}
    gone = chat if found else ""
    name = best_named(Meaning.EXPECTED, case)[:1]
    if name and name[0] in _EITHER and isinstance(case[name[0]], list):
        found |= _one_answer(name[0], written[name[0]], notes)
    kept = ({name: one[name] for name in one if name != gone} for one in (case, written))
    noted = {name: one for name, one in found.items() if name != "note" or "note" not in case}
    case, written = (one | noted for one in kept)
    return case, written


def _exchange(messages: list[Any]) -> dict[str, Any]:
    """Return what one exchange asks, and expects where it is answered; nothing of a longer one."""
    turns = [_turn(one if isinstance(one, dict) else {}) for one in messages]
    roles = "".join(role[:1] for role, _, _ in turns)
    is_answered = roles.endswith(("a", "g"))
    asked = "\n\n".join(filter(None, (text for _, text, _ in turns[: len(turns) - is_answered])))
    if not _EXCHANGE.fullmatch(roles) or not asked:
        return {}
    images = [image for _, _, found in turns for image in found]
    found = {"question": asked} | ({"images": images} if images else {})
    return found | ({"expected": turns[-1][1]} if is_answered else {})


def _turn(message: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Return who says it, its text and its images; nobody where it has anything else."""
    role = str(message.get("role") or message.get("from") or "-")
    content = message.get("content", message.get("value"))
    parts = content if isinstance(content, list) else [{"text": content}]
    texts: list[Any] = []
    images: list[Any] = []
    for part in parts:
        given = part if isinstance(part, dict) else {}
        image = given.get("image_url")
        image = image.get("url") if isinstance(image, dict) else image
        (images if image else texts).append(image or given.get("text"))
    known = all(isinstance(one, str) for one in (*texts, *images))
    text = "\n".join(texts).replace("<image>", "").strip() if known else ""
    return role if known else "-", text, images


def _one_answer(name: str, answers: list[Any], notes: set[str]) -> dict[str, str]:
    """Return the answer that most gave, else the first: rules compare with one."""
    texts = (one.get("answer", one) if isinstance(one, dict) else one for one in answers)
    first, *others = [text for text, _ in Counter(map(as_text, texts)).most_common()] or [""]
    notes |= {SEVERAL} if others else set()
    return {name: first} | ({"note": f"Also right: {'; '.join(others)}"} if others else {})
