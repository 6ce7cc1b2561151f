"""A program with the client that openapi-python-client made; runs in `.venv-interop`."""

from __future__ import annotations

import json
import sys

from client import AuthenticatedClient
from client.api.default import cancel_comparison, cancel_run, list_runs, read_comparison, read_run
from client.api.default import start as start_runs
from client.models import NewRun

url, token, *models = sys.argv[1:]
api = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)


def started(*chosen: str):
    asked = NewRun(prompt="What is it?", models=list(chosen), temperature=None)
    return start_runs.sync(client=api, body=asked)


run, pair = started(models[0]), started(*models)
told = {
    "started": str(run.id),
    "read": read_run.sync(run.id, client=api).status,
    "pair": read_comparison.sync(pair.id, client=api).status,
    "listed": len(list_runs.sync(client=api).items),
    "cancelled": [
        cancel_run.sync(run.id, client=api).status,
        cancel_comparison.sync(pair.id, client=api).status,
    ],
}
print(json.dumps(told))
