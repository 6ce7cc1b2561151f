"""The addresses of a playground with accounts: all of a local one, and those around accounts."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.utils.module_loading import import_string

from playground import urls
from playground.accounts import views as accounts
from playground.admin import site
from playground.experiments import test_set_views as test_sets
from playground.history import action_views as actions
from playground.settings_pages import account as account_settings
from playground.settings_pages import audit, leaving, people, projects


def late(
    view: str, *, is_open: bool = False, half_way: bool = False
) -> Callable[..., HttpResponse]:
    """Import what signs people in with the first request for it: accounts/steps.py says why."""

    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        return cast("HttpResponse", import_string(f"playground.{view}")(request, **named))

    answer.login_required = not is_open  # type: ignore[attr-defined]
    answer.is_open_half_way = half_way  # type: ignore[attr-defined]
    return answer


class OidcConverter:
    """The provider of the settings, by a name that stays when the settings change."""

    regex = "done"

    def to_python(self, _value: str) -> str:
        if not settings.OIDC:
            raise ValueError  # to Django: there is no such address
        return str(settings.OIDC.id)

    def to_url(self, _value: str) -> str:
        return self.regex


register_converter(OidcConverter, "oidc")

handler500 = "playground.web.unavailable.fault"
urlpatterns = [
    *urls.urlpatterns,
    path("sign-in/", late("accounts.steps.enter", is_open=True), name="sign-in"),
    # By these names allauth leads from one step to another; it has no address beside them.
    path("sign-in/", late("accounts.steps.enter", is_open=True), name="account_login"),
    path("sign-in/oidc/", late("accounts.elsewhere.begin", is_open=True), name="sign-in-elsewhere"),
    path(
        "sign-in/oidc/<oidc:provider_id>/",
        late("accounts.elsewhere.come_back", is_open=True),
        name="openid_connect_callback",
    ),
    path("settings/oidc/remove/", late("settings_pages.signing_in.disconnect"), name="disconnect"),
    path(
        "sign-in/passkey/",
        late("accounts.steps.enter_with_passkey", is_open=True),
        name="mfa_login_webauthn",
    ),
    path(
        "sign-in/code/", late("accounts.steps.second_factor", is_open=True), name="mfa_authenticate"
    ),
    path(
        "sign-in/password/",
        late("accounts.steps.confirm_password", half_way=True),
        name="account_reauthenticate",
    ),
    path(
        "settings/signing-in/",
        late("settings_pages.signing_in.show", half_way=True),
        name="mfa_index",
    ),
    path(
        "settings/signing-in/app/",
        late("settings_pages.signing_in.set_up_app", half_way=True),
        name="mfa_activate_totp",
    ),
    path(
        "settings/signing-in/app/remove/",
        late("settings_pages.signing_in.remove_app"),
        name="mfa_deactivate_totp",
    ),
    path(
        "settings/signing-in/codes/",
        late("settings_pages.signing_in.recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "settings/signing-in/codes/codes.txt",
        late("settings_pages.signing_in.codes_file"),
        name="mfa_download_recovery_codes",
    ),
    path(
        "settings/signing-in/codes/new/",
        late("settings_pages.signing_in.new_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/signing-in/passkeys/",
        late("settings_pages.signing_in.add_passkey", half_way=True),
        name="mfa_add_webauthn",
    ),
    path(
        "settings/signing-in/passkeys/<int:pk>/rename/",
        late("settings_pages.signing_in.rename_passkey"),
        name="mfa_edit_webauthn",
    ),
    path(
        "settings/signing-in/passkeys/<int:pk>/remove/",
        late("settings_pages.signing_in.remove_passkey"),
        name="mfa_remove_webauthn",
    ),
    path(
        "settings/sessions/<int:session_id>/end/",
        late("settings_pages.signing_in.end_session"),
        name="end-session",
    ),
    path(
        "settings/sessions/end-others/",
        late("settings_pages.signing_in.end_others"),
        name="end-other-sessions",
    ),
    path("sign-out/", accounts.leave, name="sign-out"),
    path("invitations/<str:token>/", accounts.invitation, name="invitation"),
    path("reset/<int:account_id>/<str:token>/", accounts.reset_password, name="reset-password"),
    path("settings/password/", account_settings.change_password, name="change-password"),
    path("settings/sessions/end/", late("settings_pages.signing_in.end_all"), name="end-sessions"),
    path("settings/data/", leaving.download, name="own-data"),
    path("settings/erase/", leaving.erase_own, name="erase-own"),
    path("settings/people/<int:account_id>/erase/", leaving.erase_other, name="erase"),
    path("settings/people/", people.show, name="people"),
    path("settings/people/invite/", people.invite, name="invite"),
    path("settings/invitations/<uuid:invitation_id>/revoke/", people.revoke, name="revoke"),
    path(
        "settings/people/<int:account_id>/deactivate/",
        people.set_active,
        {"active": False},
        name="deactivate",
    ),
    path(
        "settings/people/<int:account_id>/reactivate/",
        people.set_active,
        {"active": True},
        name="reactivate",
    ),
    path("settings/people/<int:account_id>/reset-link/", people.reset_link, name="reset-link"),
    path("settings/audit/", audit.show, name="audit"),
    path("settings/audit.jsonl", audit.download, name="audit-jsonl"),
    path("settings/people/second-factor/", people.ask_for_factor, name="ask-for-factor"),
    path(
        "settings/people/<int:account_id>/forget-factors/",
        people.forget_factors,
        name="forget-factors",
    ),
    path("runs/<uuid:run_id>/move/", actions.move_run, name="run-move"),
    path("compare/<uuid:comparison_id>/move/", actions.move_comparison, name="comparison-move"),
    path("test-sets/<uuid:set_id>/move/", test_sets.move, name="test-set-move"),
    path("projects/", projects.index, name="projects"),
    path("projects/<int:project_id>/", projects.show, name="project"),
    path("projects/<int:project_id>/rename/", projects.rename, name="project-rename"),
    path("projects/<int:project_id>/keeping/", projects.keep_runs, name="project-keeping"),
    path("projects/<int:project_id>/members/", projects.add_member, name="project-members"),
    path(
        "projects/<int:project_id>/members/<int:account_id>/",
        projects.change_member,
        name="project-member",
    ),
    path("projects/<int:project_id>/leave/", projects.leave, name="project-leave"),
    path("projects/<int:project_id>/end/", projects.end, name="project-end"),
    path("admin/", site.urls),
]
