"""Django's admin, for administrators of a playground with accounts. It shows and changes nothing.

What was asked and answered is its owner's business and is not here, nor is any key or password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import Http404

from playground.accounts.models import Account, Invitation
from playground.accounts.views import leave
from playground.images.models import Image
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.spending.models import ModelPrice
from playground.web.responses import see_other
from playground.worker.models import Worker

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from playground.runs.models.run import RunQuerySet


class Site(admin.AdminSite):
    site_header = site_title = "Vision Playground"
    index_title = "What is in the database"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_administrator", False))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's own form would know nothing of our limits, and members get the usual 404."""
        raise Http404

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return leave(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return see_other("settings")

    password_change_done = password_change  # type: ignore[assignment]


site = Site()


class Shown(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows to look at."""

    show_full_result_count = False
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Rows are filtered by what is shown of them: an address must not ask for the rest, one
        letter of a prompt or a password after the other."""
        shown = {str(one) for one in (*self.list_display, *(self.fields or ()))}
        return lookup.partition("__")[0] in shown and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)


@admin.register(Account, site=site)
class AccountAdmin(Shown):
    list_display = ("username", "email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active")
    ordering = ("username",)
    search_fields = ("username", "email")
    fields = list_display


@admin.register(Run, site=site)
class RunAdmin(Shown):
    list_display = ("id", "owner", "status", "provider", "model_id", "units", "price", "created_at")
    list_filter = ("status", "provider")
    list_select_related = ("owner",)
    fields = (
        *list_display,
        "comparison",
        "position",
        "error_kind",
        "attempts",
        "worker",
        "prediction_id",
        "dispatched_at",
        "submit_started_at",
        "submitted_at",
        "finished_at",
        "inference_ms",
    )

    def get_queryset(self, _request: HttpRequest) -> RunQuerySet:
        """An administrator votes blind, too."""
        return Run.objects.not_sealed()


@admin.register(Comparison, site=site)
class ComparisonAdmin(Shown):
    list_display = fields = ("id", "owner", "created_at")
    list_select_related = ("owner",)


@admin.register(Image, site=site)
class ImageAdmin(Shown):
    list_display = fields = ("sha256", "format", "width", "height", "size", "created_at")


@admin.register(Invitation, site=site)
class InvitationAdmin(Shown):
    list_display = ("note", "administrator", "created_by", "created_at", "expires_at", "used_by")
    fields = (*list_display, "used_at", "revoked_at")
    list_select_related = ("created_by", "used_by")


@admin.register(ModelPrice, site=site)
class ModelPriceAdmin(Shown):
    pass


@admin.register(Worker, site=site)
class WorkerAdmin(Shown):
    list_display = fields = ("name", "started_at", "seen_at")
