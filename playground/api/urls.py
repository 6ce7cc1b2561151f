"""The addresses of the API. docs/openapi.json describes each of them."""

from __future__ import annotations

from django.urls import path

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
]
