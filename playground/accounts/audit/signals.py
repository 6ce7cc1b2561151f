"""Takes sign-ins from Django's signals, whoever it is that signs people in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from playground.accounts.audit.log import Kind, record, record_refusal
from playground.accounts.sign_in import find

if TYPE_CHECKING:
    from playground.accounts.models import Account


def connect() -> None:
    if apps.is_installed("allauth.mfa"):
        from allauth.mfa import signals

        signals.authenticator_added.connect(_factor_added, dispatch_uid="audit")
        signals.authenticator_removed.connect(_factor_removed, dispatch_uid="audit")
        signals.authentication_failed.connect(_code_refused, dispatch_uid="audit")
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_refused, dispatch_uid="audit")


def _factor_added(user: Account, authenticator: Any, **_more: Any) -> None:
    record(Kind.FACTOR_ADDED, by=user.pk, subject=user.pk, detail=authenticator.type)


def _factor_removed(user: Account, authenticator: Any, **_more: Any) -> None:
    record(Kind.FACTOR_REMOVED, by=user.pk, subject=user.pk, detail=authenticator.type)


def _code_refused(user: Account, **_more: Any) -> None:
    record_refusal(user.pk)


def _signed_in(user: Account, **_more: Any) -> None:
    record(Kind.SIGNED_IN, by=user.pk)


def _signed_out(user: Account | None, **_more: Any) -> None:
    if user:
        record(Kind.SIGNED_OUT, by=user.pk)


def _refused(credentials: dict[str, Any], **_more: Any) -> None:
    """Whose name it was. What was typed is not kept: it may be a password in the wrong field."""
    account = find(str(credentials.get("username") or ""))
    record_refusal(account.pk if account else None)
