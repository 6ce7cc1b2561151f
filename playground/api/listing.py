"""A page of History as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.urls import reverse

from playground.exports.published import FORMAT
from playground.history.rows import MAX_TITLE_LENGTH, shortened
from playground.web.formatting import first_line

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from playground.api.replies import Item, Runs
    from playground.exports.published import Status
    from playground.history.rows import FormRow


def forms_as_json(
    rows: Sequence[FormRow],
    models: Mapping[uuid.UUID, str],
    origin: str,
    older: str | None,
) -> Runs:
    """Return a page. models: of each run. origin: `https://host`. older: address of the next."""
    items = [_form(row, models, origin) for row in rows]
    return {"format": FORMAT, "kind": "runs", "items": items, "next": older}


def _form(row: FormRow, models: Mapping[uuid.UUID, str], origin: str) -> Item:
    run, comparison = row.run, row.run.comparison
    name, pk = ("api-comparison", comparison.pk) if comparison else ("api-run", run.pk)
    ids = [models[cell.run] for cell in row.cells if cell.run in models]
    title = (comparison.title if comparison else "") or first_line(row.prompt_start)
    return {
        "kind": "comparison" if comparison else "run",
        "id": str(pk),
        "url": origin + row.address,
        "api_url": origin + reverse(name, args=[pk]),
        "title": shortened(title, MAX_TITLE_LENGTH),
        "created_at": run.listed_at.isoformat(),
        "models": None if run.is_sealed else list(dict.fromkeys(ids)),
        "runs": row.count,
        "ended": not row.running,
        "status": None if comparison else cast("Status", run.status),
        "starred": run.starred,
        "project": {"id": run.project_id, "name": str(row.project)} if run.project_id else None,
    }
