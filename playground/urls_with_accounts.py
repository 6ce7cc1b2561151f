"""The addresses of a playground with accounts: all of a local one, and those around accounts."""

from __future__ import annotations

from django.urls import path

from playground import urls
from playground.accounts import views as accounts
from playground.admin import site
from playground.settings_pages import account as account_settings
from playground.settings_pages import audit, people, projects

handler500 = "playground.web.unavailable.fault"
urlpatterns = [
    *urls.urlpatterns,
    path("sign-in/", accounts.enter, name="sign-in"),
    path("sign-out/", accounts.leave, name="sign-out"),
    path("invitations/<str:token>/", accounts.invitation, name="invitation"),
    path("reset/<int:account_id>/<str:token>/", accounts.reset_password, name="reset-password"),
    path("settings/password/", account_settings.change_password, name="change-password"),
    path("settings/sessions/end/", account_settings.end_sessions, name="end-sessions"),
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
    path("projects/", projects.index, name="projects"),
    path("projects/<int:project_id>/", projects.show, name="project"),
    path("projects/<int:project_id>/rename/", projects.rename, name="project-rename"),
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
