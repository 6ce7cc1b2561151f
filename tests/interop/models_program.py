"""A program with the models that datamodel-code-generator made; runs in `.venv-interop`."""

from __future__ import annotations

import json
import sys

import httpx
from models import Comparison, NewRun, Run, Runs

url, token, *chosen = sys.argv[1:]
api = httpx.Client(
    base_url=url,
    headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
)


def started(*models: str) -> str:
    """Post the model as it is: what was not given is null in it."""
    body = NewRun(prompt="What is it?", models=list(models)).model_dump_json()
    return api.post("/api/runs/", content=body).raise_for_status().text


run = Run.model_validate_json(started(chosen[0]))
pair = Comparison.model_validate_json(started(*chosen))
at_run, at_pair = f"/api/runs/{run.id}/", f"/api/compare/{pair.id}/"
told = {
    "started": str(run.id),
    "read": Run.model_validate_json(api.get(at_run).text).status,
    "pair": Comparison.model_validate_json(api.get(at_pair).text).status,
    "listed": len(Runs.model_validate_json(api.get("/api/runs/").text).items),
    "cancelled": [
        Run.model_validate_json(api.post(f"{at_run}cancel/").text).status,
        Comparison.model_validate_json(api.post(f"{at_pair}cancel/").text).status,
    ],
}
print(json.dumps(told, default=lambda value: value.value))
