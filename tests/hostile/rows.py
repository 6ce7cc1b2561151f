"""Fills a playground with the hostile corpus, wherever a person or a provider can put text.

`python -m tests.hostile.rows` with DATA_DIR set writes the rows and prints their addresses.
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import timedelta
from typing import Any

import django

from playground.providers.sanitising import clean_text
from tests.hostile.payloads import CORPUS

LATER = timedelta(hours=9)
EACH = 62  # payloads on one page
LONGEST_DETAIL = 100_000
STORED = [clean_text(text) for text in CORPUS]
CHUNKS = [STORED[n : n + EACH] for n in range(0, len(STORED), EACH)]
FLASH = "google/gemini-2.0-flash-001"


def joined(payloads: list[str]) -> str:
    return "\n\n".join(payloads)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    django.setup()
    from django.db import transaction

    addresses: dict[str, list[str]] = {"compare": [], "run": [], "growing": [], "shared": []}
    with transaction.atomic():
        for chunk in CHUNKS:
            for item, kind in filled(chunk):
                addresses[kind].append(item.get_absolute_url())
                if kind != "growing":
                    addresses["shared"].append(link_to(item))
        alone()
    print(json.dumps(addresses))


def filled(chunk: list[str]) -> list[tuple[Any, str]]:
    """Make a comparison, a matrix, a run with an answer, one that failed and one that grows.

    Every other payload is a column and the rest are cells: sixty columns are drawn for seconds.
    """
    from playground.runs.models.comparison import Comparison

    title, whole, shown, cells = chunk[0][:120], joined(chunk), chunk[::2], chunk[1::2]
    columns = Comparison.objects.create(title=title, best_why=chunk[1][:300])
    for place, text in enumerate(shown):
        best = answered(text, comparison=columns, position=place)
    Comparison.objects.filter(pk=columns.pk).update(best=best)
    matrix = Comparison.objects.create(title=chunk[2][:120], rows=(len(cells) + 1) // 2)
    for place, text in enumerate(cells):
        answered(text, comparison=matrix, position=place // 2 * 100 + place % 2)
    return [
        (columns, "compare"),
        (matrix, "compare"),
        (answered(whole), "run"),
        (ended_badly(whole), "run"),
        (growing(whole), "growing"),
    ]


def answered(text: str, **values: Any) -> Any:
    from playground.rendering import render

    html = render(text)
    values = {"output": text, "output_html": html.html, "renderer_version": html.version} | values
    return run(text, status="completed", thoughts=text, finish_reason=text[:50], **values)


def ended_badly(text: str) -> Any:
    detail = text[:LONGEST_DETAIL]
    said = {"error_kind": "failed", "error_detail": detail, "last_error": detail}
    return run(text, status="failed", partial=text, thoughts=text, **said)


def growing(text: str) -> Any:
    """A run that some other worker carries: this one leaves it alone."""
    from django.utils import timezone

    until = timezone.now() + LATER
    held = {"lease_until": until, "poll_until": until, "prediction_id": uuid.uuid4().hex}
    return run(text, status="processing", thoughts=text, partial=text, ended=False, **held)


def run(text: str, *, ended: bool = True, **values: Any) -> Any:
    """Store a run with the text in every field that shows text, and with pictures named so."""
    from django.utils import timezone

    from playground.images import store
    from playground.runs.models.run import Run
    from playground.runs.models.run_image import RunImage
    from playground.storage.tokens import new_token
    from tests.conftest import png

    given = {"text": text, "messages": [{"role": "user", "content": text}]}
    asked = {"prompt": text, "system_prompt": text, "request": given, "response": {"output": text}}
    made = {"form_token": new_token(), "units": 1, "provider": "wavespeed"}
    made |= {"model_id": FLASH, "finished_at": timezone.now() if ended else None}
    row = Run.objects.create(**(made | asked | values))
    picture = store.store(png("teal"))
    told = {"name": text[:200], "sent_note": text[:300]}
    RunImage.objects.create(run=row, position=0, image=picture, **told)
    RunImage.objects.create(run=row, position=1, url=text[:2000], as_address=True)
    return row


def alone() -> None:
    """A run for each payload, so that History finds it: in the prompt, and in the answer alone."""
    for number, text in enumerate(STORED):
        plain = {"prompt": f"Picture {number}", "system_prompt": ""}
        answered(text, **(plain if number % 2 else {}))
    for text in ("<img src=x onerror=alert(1)>@local", '"onmouseover=alert(1) x="/x@local'):
        answered("Whose?", model_id=text)


def link_to(item: Any) -> str:
    from playground.sharing import links

    return f"/s/{links.share(item, links.Choice(hide_flagged=False)).token}/"


if __name__ == "__main__":
    main()
