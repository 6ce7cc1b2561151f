"""The public addresses. Links, scripts and tests rely on them: see docs/architecture.md."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from playground.api import urls
from playground.composer import follow_up_views as follow_ups
from playground.composer import image_edit_views, tray_views
from playground.composer import parameter_views as parameters
from playground.composer import terms_views as terms
from playground.composer import views as playground
from playground.composer.experiments import judge_views as judging
from playground.composer.experiments import mark_views, rule_views
from playground.composer.experiments import views as experiment_setup
from playground.composer.presets import version_views as preset_versions
from playground.composer.presets import views as presets
from playground.experiments import case_views as cases
from playground.experiments import file_views as test_set_files
from playground.experiments import import_views as imports
from playground.experiments import marking_views as marking
from playground.experiments import test_set_views as test_sets
from playground.experiments import views as experiments
from playground.history import action_views as history_actions
from playground.history import views as history
from playground.images import views as images
from playground.leaderboard import views as model_table
from playground.operations import views as operations
from playground.results.views import comparisons, evidence, lookup, matrix, notes, runs, votes
from playground.settings_pages import appearance as chrome
from playground.settings_pages import keys, servers, tokens
from playground.settings_pages import page as settings
from playground.sharing import public_views as shared
from playground.sharing import views as shares
from playground.worker import views as webhooks


class Sha256Converter(StringConverter):
    """The name of a stored picture."""

    regex = "[0-9a-f]{64}"


def collection(request: HttpRequest) -> HttpResponse:
    """GET is History, POST is a press of Run."""
    return playground.create(request) if request.method == "POST" else history.history(request)


class TokenConverter(StringConverter):
    """The token of a share link, or something that looks like one."""

    regex = "[A-Za-z0-9_-]{1,64}"


register_converter(Sha256Converter, "sha256")
register_converter(TokenConverter, "token")

handler500 = "playground.web.unavailable.fault"
urlpatterns = [
    path("", playground.home, name="home"),
    path("selection/", terms.selection, name="selection"),
    path("parameters/<slug:name>/check/", parameters.check, name="parameter-check"),
    path("runs/", collection, name="history"),
    path("runs/restore/", history_actions.take_back, name="runs-restore"),
    path("runs/selected/", history_actions.selected, name="runs-selected"),
    path("runs/export.csv", history_actions.export, {"form": "csv"}, name="runs-csv"),
    path("runs/export.jsonl", history_actions.export, {"form": "jsonl"}, name="runs-jsonl"),
    path("runs/<uuid:run_id>/tag/", history_actions.tag, name="run-tag"),
    path("runs/<uuid:run_id>/", runs.show, name="run"),
    path("runs/<uuid:run_id>.json", runs.export, {"form": "json"}, name="run-json"),
    path("runs/<uuid:run_id>.md", runs.export, {"form": "md"}, name="run-markdown"),
    path("runs/<uuid:run_id>.html", runs.export, {"form": "html"}, name="run-html"),
    path("runs/<uuid:run_id>.zip", runs.export, {"form": "zip"}, name="run-zip"),
    path("runs/<uuid:run_id>/status/", runs.status, name="run-status"),
    path("runs/<uuid:run_id>/cancel/", runs.cancel, name="run-cancel"),
    path("runs/<uuid:run_id>/check/", runs.check, name="run-check"),
    path("runs/<uuid:run_id>/lookup/", lookup.look_up, name="run-lookup"),
    path("runs/<uuid:run_id>/link/", lookup.link, name="run-link"),
    path("runs/<uuid:run_id>/retry/", runs.retry, name="run-retry"),
    path("runs/<uuid:run_id>/rerun/", runs.rerun, name="run-rerun"),
    path("runs/<uuid:run_id>/measure/", runs.measure, name="run-measure"),
    path("runs/<uuid:run_id>/follow/", follow_ups.follow_run, name="run-follow"),
    path("runs/<uuid:run_id>/boxes/", runs.read_boxes, name="run-boxes"),
    path("runs/<uuid:run_id>/evidence/", evidence.of_run, name="run-evidence"),
    path("runs/<uuid:run_id>/star/", runs.star, name="run-star"),
    path("runs/<uuid:run_id>/delete/", history_actions.delete, name="run-delete"),
    path("runs/<uuid:run_id>/share/", shares.run, name="run-share"),
    path("runs/<uuid:run_id>/notes/", notes.write, name="run-notes"),
    path("runs/<uuid:run_id>/notes/<uuid:note_id>/", notes.change, name="run-note"),
    path("compare/", comparisons.side_by_side, name="side-by-side"),
    path("compare/<uuid:comparison_id>/", comparisons.show, name="comparison"),
    *(
        path(
            f"compare/<uuid:comparison_id>.{form}",
            comparisons.export,
            {"form": form},
            name=f"comparison-{form}",
        )
        for form in ("json", "md", "csv", "html", "zip")
    ),
    path("compare/<uuid:comparison_id>/add/", comparisons.add, name="comparison-add"),
    path(
        "compare/<uuid:comparison_id>/follow/",
        follow_ups.follow_comparison,
        name="comparison-follow",
    ),
    path("compare/<uuid:comparison_id>/cancel/", matrix.cancel, name="comparison-cancel"),
    path("compare/<uuid:comparison_id>/retry/", matrix.retry, name="comparison-retry"),
    path("compare/<uuid:comparison_id>/pick/", comparisons.pick, name="comparison-pick"),
    path("compare/<uuid:comparison_id>/rename/", comparisons.rename, name="comparison-rename"),
    path("compare/<uuid:comparison_id>/status/", comparisons.status, name="comparison-status"),
    path("compare/<uuid:comparison_id>/vote/", votes.vote, name="comparison-vote"),
    path("compare/<uuid:comparison_id>/reveal/", votes.reveal, name="comparison-reveal"),
    path("compare/<uuid:comparison_id>/notes/", notes.write, name="comparison-notes"),
    path(
        "compare/<uuid:comparison_id>/notes/<uuid:note_id>/",
        notes.change,
        name="comparison-note",
    ),
    path(
        "compare/<uuid:comparison_id>/evidence/", evidence.of_comparison, name="comparison-evidence"
    ),
    path("compare/<uuid:comparison_id>/share/", shares.comparison, name="comparison-share"),
    path("test-sets/", test_sets.test_set_list, name="test-sets"),
    path("test-sets/<uuid:set_id>/", test_sets.show, name="test-set"),
    *(
        path(f"test-sets/<uuid:set_id>.{form}", test_set_files.download, {"form": form}, name=name)
        for form, name in ((form, f"test-set-{form}") for form in test_set_files.TYPES)
    ),
    path("test-sets/<uuid:set_id>/rename/", test_sets.rename, name="test-set-rename"),
    path("test-sets/<uuid:set_id>/delete/", test_sets.delete, name="test-set-delete"),
    path("test-sets/<uuid:set_id>/bring-back/", test_sets.bring_back, name="test-set-bring-back"),
    path(
        "test-sets/<uuid:set_id>/versions/<int:number>/restore/",
        test_sets.restore,
        name="test-set-restore",
    ),
    path("test-sets/<uuid:set_id>/cases/", cases.add, name="case-add"),
    path("test-sets/<uuid:set_id>/cases/<uuid:key>/", cases.change, name="case-change"),
    path("test-sets/<uuid:set_id>/cases/<uuid:key>/remove/", cases.remove, name="case-remove"),
    path("compare/<uuid:comparison_id>/cases/", marking.first_unmarked, name="experiment-cases"),
    path("compare/<uuid:comparison_id>/cases/<int:number>/", marking.case, name="experiment-case"),
    path("compare/<uuid:comparison_id>/mark/", mark_views.mark, name="comparison-mark"),
    path("compare/<uuid:comparison_id>/rules/", rule_views.rules, name="experiment-rules"),
    path("compare/<uuid:comparison_id>/judge/", judging.judge, name="experiment-judge"),
    *(
        path(
            f"compare/<uuid:comparison_id>/{file}",
            test_set_files.experiment,
            {"form": form},
            name=f"experiment-{form}",
        )
        for form, (_type, file) in test_set_files.EXPERIMENT_FILES.items()
    ),
    path("compare/<uuid:comparison_id>/pause/", experiments.pause, name="experiment-pause"),
    path("compare/<uuid:comparison_id>/resume/", experiments.resume, name="experiment-resume"),
    path("compare/<uuid:comparison_id>/end/", experiments.end, name="experiment-end"),
    path("experiments/", experiment_setup.listing, name="experiments"),
    path("experiments/new/", experiment_setup.new, name="experiment-new"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/<uuid:import_id>/", imports.show, name="import"),
    path("imports/<uuid:import_id>/discard/", imports.discard, name="import-discard"),
    path("shares/", shares.shares, name="shares"),
    path("shares/revoke/", shares.revoke_all, name="shares-revoke"),
    path("shares/<int:share_id>/change/", shares.change, name="share-change"),
    path("shares/<int:share_id>/update/", shares.update, name="share-update"),
    path("shares/<int:share_id>/rotate/", shares.rotate, name="share-rotate"),
    path("shares/<int:share_id>/revoke/", shares.revoke, name="share-revoke"),
    path("s/<token:token>/", shared.page, name="shared"),
    *(
        path(f"s/<token:token>.{form}", shared.export, {"form": form}, name=f"shared-{form}")
        for form in ("json", "md", "csv", "html", "zip")
    ),
    path("s/<token:token>/preview.png", shared.preview, name="shared-preview"),
    path("s/<token:token>/images/<sha256:sha256>/", shared.image, name="shared-image"),
    path(
        "s/<token:token>/images/<sha256:sha256>/<int:edge>.webp",
        shared.thumbnail,
        name="shared-thumbnail",
    ),
    path("s/<path:rest>", shared.mistyped, name="shared-mistyped"),
    path("models/", model_table.show, name="models"),
    path("models/star/", model_table.star, name="model-star"),
    path("images/", tray_views.upload, name="image-upload"),
    path("images/change/", image_edit_views.change, name="image-change"),
    path("pdfs/<uuid:key>/pages/", tray_views.pdf_pages, name="pdf-pages"),
    path("pdfs/<uuid:key>/<int:number>.webp", tray_views.pdf_sheet, name="pdf-sheet"),
    path("images/<sha256:sha256>/", images.original, name="image"),
    path("images/<sha256:sha256>/<int:edge>.webp", images.thumbnail, name="thumbnail"),
    path("webhooks/wavespeed/<uuid:run_id>/", webhooks.wavespeed, name="webhook"),
    path("settings/", settings.show, name="settings"),
    path("settings/keys/<str:whose>/", keys.keep, name="key-keep"),
    path("settings/keys/<str:whose>/remove/", keys.remove, name="key-remove"),
    path("settings/keys/<str:whose>/test/", keys.test, name="key-test"),
    path("settings/servers/", servers.add, name="server-add"),
    path("settings/servers/llm-service/", servers.add_llm_service, name="server-llm"),
    path("settings/servers/look/", servers.look, name="server-look"),
    path("settings/servers/found/", servers.found, name="server-found"),
    path("settings/servers/found/<int:found_id>/use/", servers.use, name="server-use"),
    path("settings/servers/<slug:slug>/edit/", servers.edit, name="server-edit"),
    path("settings/servers/<slug:slug>/remove/", servers.remove, name="server-remove"),
    path("presets/", presets.show, name="presets"),
    path("presets/<int:preset_id>/rename/", presets.rename, name="preset-rename"),
    path("presets/<int:preset_id>/delete/", presets.delete, name="preset-delete"),
    path("presets/<int:preset_id>/restore/", presets.restore, name="preset-restore"),
    path("presets/<int:preset_id>/change/", presets.change, name="preset-change"),
    path("presets/<int:preset_id>/share/", presets.share, name="preset-share"),
    path("presets/<int:preset_id>/versions/", preset_versions.show, name="preset-versions"),
    path(
        "presets/<int:preset_id>/side-by-side/",
        preset_versions.side_by_side,
        name="preset-side-by-side",
    ),
    path(
        "presets/<int:preset_id>/versions/<int:number>/bring-back/",
        preset_versions.bring_back,
        name="preset-bring-back",
    ),
    path("presets/<token:token>/", presets.shared, name="preset-shared"),
    path("presets/<token:token>/copy/", presets.copy, name="preset-copy"),
    path("tokens/", tokens.show, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    *urls.urlpatterns,
    path("check-always/", chrome.set_check, name="check-always"),
    path("theme/", chrome.set_theme, name="theme"),
    path("healthz", operations.healthz, name="healthz"),
    path("metrics", operations.metrics, name="metrics"),
]
