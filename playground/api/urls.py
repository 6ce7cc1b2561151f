"""The addresses of the API. docs/openapi.json describes each of them."""

from __future__ import annotations

from django.urls import path

from playground.api import experiments, images, notes, presets, shares, views
from playground.api.operations import address

RUN, COMPARISON = "api/runs/<uuid:run_id>", "api/compare/<uuid:comparison_id>"
SHARE = "shares/<int:share_id>"
NOTE = "notes/<uuid:note_id>"
EXPERIMENT = "api/experiments/<uuid:experiment_id>"

urlpatterns = [
    path(place, address(**operations), name=f"api-{name}")
    for place, name, operations in (
        ("api/openapi.json", "document", {"GET": views.openapi}),
        ("api/runs/", "runs", {"GET": views.list_runs, "POST": views.start_runs}),
        (f"{RUN}/", "run", {"GET": views.run}),
        (f"{RUN}/cancel/", "run-cancel", {"POST": views.cancel_run}),
        (f"{COMPARISON}/", "comparison", {"GET": views.comparison}),
        (f"{COMPARISON}/cancel/", "comparison-cancel", {"POST": views.cancel_comparison}),
        (f"{RUN}/notes/", "run-notes", {"POST": notes.write_run}),
        (f"{RUN}/{NOTE}/", "run-note", {"POST": notes.change_run}),
        (f"{RUN}/{NOTE}/delete/", "run-note-delete", {"POST": notes.delete_run}),
        (f"{COMPARISON}/notes/", "comparison-notes", {"POST": notes.write_comparison}),
        (f"{COMPARISON}/{NOTE}/", "comparison-note", {"POST": notes.change_comparison}),
        (
            f"{COMPARISON}/{NOTE}/delete/",
            "comparison-note-delete",
            {"POST": notes.delete_comparison},
        ),
        (
            f"{RUN}/shares/",
            "run-shares",
            {"GET": shares.list_of_run, "POST": shares.share_run},
        ),
        (f"{RUN}/{SHARE}/revoke/", "run-share-revoke", {"POST": shares.revoke_of_run}),
        (
            f"{COMPARISON}/shares/",
            "comparison-shares",
            {"GET": shares.list_of_comparison, "POST": shares.share_comparison},
        ),
        (
            f"{COMPARISON}/{SHARE}/revoke/",
            "comparison-share-revoke",
            {"POST": shares.revoke_of_comparison},
        ),
        ("api/projects/", "projects", {"GET": shares.list_projects}),
        ("api/presets/", "presets", {"GET": presets.list_presets}),
        ("api/presets/<int:preset_id>/", "preset", {"GET": presets.preset}),
        ("api/images/", "images", {"POST": images.images}),
        (
            "api/experiments/",
            "experiments",
            {"GET": experiments.list_experiments, "POST": experiments.start_experiment},
        ),
        ("api/experiments/cost/", "experiment-cost", {"POST": experiments.cost}),
        (f"{EXPERIMENT}/", "experiment", {"GET": experiments.experiment}),
        (f"{EXPERIMENT}/pause/", "experiment-pause", {"POST": experiments.pause}),
        (f"{EXPERIMENT}/resume/", "experiment-resume", {"POST": experiments.resume}),
        (f"{EXPERIMENT}/end/", "experiment-end", {"POST": experiments.end}),
    )
]
