"""The addresses of the API. docs/openapi.json describes each of them."""

from django.urls import path

from playground.api import experiments, images, notes, presets, shares, views
from playground.api.operations import address

RUN, COMPARISON = "api/runs/<uuid:run_id>", "api/compare/<uuid:comparison_id>"
EITHER = {"run": RUN, "comparison": COMPARISON}
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
        *(
            (f"{place}/{end}", f"{kind}-{name}", {"POST": operations[kind]})
            for kind, place in EITHER.items()
            for end, name, operations in (
                ("notes/", "notes", notes.write),
                (f"{NOTE}/", "note", notes.change),
                (f"{NOTE}/delete/", "note-delete", notes.delete),
            )
        ),
        (
            f"{RUN}/shares/",
            "run-shares",
            {"GET": shares.list_open["run"], "POST": shares.share_run},
        ),
        (f"{RUN}/{SHARE}/revoke/", "run-share-revoke", {"POST": shares.revoke["run"]}),
        (
            f"{COMPARISON}/shares/",
            "comparison-shares",
            {"GET": shares.list_open["comparison"], "POST": shares.share_comparison},
        ),
        (
            f"{COMPARISON}/{SHARE}/revoke/",
            "comparison-share-revoke",
            {"POST": shares.revoke["comparison"]},
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
