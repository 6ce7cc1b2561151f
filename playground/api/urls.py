"""The addresses of the API. docs/openapi.json describes each of them."""

from __future__ import annotations

from django.urls import path

from playground.api import experiments, images, notes
from playground.api import views as api

urlpatterns = [
    path("api/openapi.json", api.openapi, name="api-document"),
    path("api/runs/", api.runs, name="api-runs"),
    path("api/runs/<uuid:run_id>/", api.run, name="api-run"),
    path("api/runs/<uuid:run_id>/cancel/", api.cancel_run, name="api-run-cancel"),
    path("api/compare/<uuid:comparison_id>/", api.comparison, name="api-comparison"),
    path(
        "api/compare/<uuid:comparison_id>/cancel/",
        api.cancel_comparison,
        name="api-comparison-cancel",
    ),
    *(
        path(f"api/{kind}/notes/{rest}", view, name=f"api-{name}")
        for kind, rest, view, name in (
            ("runs/<uuid:run_id>", "", notes.write_run, "run-notes"),
            ("runs/<uuid:run_id>", "<uuid:note_id>/", notes.change_run, "run-note"),
            ("runs/<uuid:run_id>", "<uuid:note_id>/delete/", notes.delete_run, "run-note-delete"),
            ("compare/<uuid:comparison_id>", "", notes.write_comparison, "comparison-notes"),
            (
                "compare/<uuid:comparison_id>",
                "<uuid:note_id>/",
                notes.change_comparison,
                "comparison-note",
            ),
            (
                "compare/<uuid:comparison_id>",
                "<uuid:note_id>/delete/",
                notes.delete_comparison,
                "comparison-note-delete",
            ),
        )
    ),
    path("api/images/", images.images, name="api-images"),
    path("api/experiments/", experiments.experiments, name="api-experiments"),
    path("api/experiments/<uuid:experiment_id>/", experiments.experiment, name="api-experiment"),
    *(
        path(f"api/experiments/<uuid:experiment_id>/{act}/", view, name=f"api-experiment-{act}")
        for act, view in (
            ("pause", experiments.pause),
            ("resume", experiments.resume),
            ("end", experiments.end),
        )
    ),
]
