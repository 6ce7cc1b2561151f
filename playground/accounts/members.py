"""Accounts: made from an invitation, given a new password, shut out and let in again."""

import logging
import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from playground.accounts.audit.log import Kind, record
from playground.accounts.models import Account, Invitation, SignInPolicy
from playground.accounts.sessions import end_all
from playground.accounts.sign_in import forget_attempts
from playground.storage.writes import orderly_writes

logger = logging.getLogger(__name__)
signer = signing.Signer(salt="playground.invitation")


class ResetTokens(PasswordResetTokenGenerator):
    """Signs the account's state, and which administrators were shut out: they may have links."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        shut_out = Account.objects.filter(is_staff=True, is_active=False).order_by("pk")
        ended = ",".join(map(str, shut_out.values_list("pk", flat=True)))
        return f"{super()._make_hash_value(user, timestamp)} {ended}"


reset_tokens = ResetTokens()


class LinkGoneError(Exception):
    """The link was used, was revoked or has expired, a moment ago perhaps."""


class NotAllowedError(Exception):
    """Whoever asks is no administrator any more, or asks it of themselves."""


def invitation_link(request: HttpRequest, invitation: Invitation) -> str:
    """Return the whole address. It can be shown again, since the signature is the secret."""
    token = signer.sign(invitation.pk.hex)
    return request.build_absolute_uri(reverse("invitation", args=[token]))


def open_invitation(token: str) -> Invitation | None:
    try:
        invitation_id = uuid.UUID(signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.open().filter(pk=invitation_id).first()


def accept(invitation: Invitation, account: Account, password: str) -> Account:
    """Make the account, with the role of the invitation. Raises LinkGoneError, IntegrityError."""
    account.is_staff = account.is_superuser = invitation.administrator
    account.password = make_password(password)
    with orderly_writes(), transaction.atomic():
        if not invitation.take():
            raise LinkGoneError
        account.save()
        Invitation.objects.filter(pk=invitation.pk).update(used_by=account)
        record(Kind.PERSON_MADE, by=account.pk, subject=account.pk, detail=role_of(account))
    logger.info("account %s was made from invitation %s", account.pk, invitation.pk)
    return account


def role_of(account: Account) -> str:
    return "administrator" if account.is_staff else "member"


def invite(administrator: Account, *, note: str, as_administrator: bool) -> Invitation:
    with orderly_writes(), transaction.atomic():
        made = Invitation.objects.create(
            created_by=administrator, note=note, administrator=as_administrator
        )
        record(Kind.INVITED, detail="administrator" if as_administrator else "member")
    return made


def revoke_invitation(invitation: Invitation) -> None:
    with orderly_writes(), transaction.atomic():
        if invitation.revoke():
            record(Kind.INVITATION_REVOKED)


def reset_link(request: HttpRequest, account: Account) -> str:
    """Return a link to a new password.

    It ends when it is used, at a sign-in, after a day, and when any administrator is shut out.
    """
    token = reset_tokens.make_token(account)
    record(Kind.RESET_LINK_MADE, subject=account.pk)
    return request.build_absolute_uri(reverse("reset-password", args=[account.pk, token]))


def account_to_reset(account_id: int, token: str) -> Account | None:
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    return account if reset_tokens.check_token(account, token) else None


def set_password(account: Account, password: str) -> None:
    """Give a new password; every session of the account ends. Raises LinkGoneError in a race."""
    new, old = make_password(password), account.password
    with orderly_writes(), transaction.atomic():
        rows = Account.objects.filter(pk=account.pk, password=old, is_active=True)
        if not rows.update(password=new):
            raise LinkGoneError
        record(Kind.PASSWORD_CHANGED, subject=account.pk)
    account.password = new
    forget_attempts(account)
    logger.info("account %s has a new password", account.pk)


def forget_factors(account: Account) -> None:
    """Take app, recovery codes and passkeys of somebody who lost them, and end every session."""
    with orderly_writes(), transaction.atomic():
        Authenticator.objects.filter(user=account).delete()
        record(Kind.FACTOR_REMOVED, subject=account.pk)
        end_all(account)
    logger.info("account %s has no second factor any more", account.pk)


def ask_for_factor(*, asked: bool) -> None:
    """Ask everybody with a password for a second factor, or nobody any more."""
    with orderly_writes(), transaction.atomic():
        SignInPolicy.objects.update_or_create(pk=1, defaults={"second_factor": asked})
        record(Kind.FACTOR_ASKED_FOR, detail="of everybody" if asked else "of nobody")


def set_active(account_id: int, administrator: Account, *, active: bool) -> None:
    """Shut an account out, everywhere and at once, or let it in again. Raises NotAllowedError.

    The administrators are locked first: two who shut each other out would leave none.
    """
    with orderly_writes(), transaction.atomic():
        staff = Account.objects.select_for_update().filter(is_staff=True, is_active=True)
        allowed = {one.pk for one in staff.order_by("pk")}
        if administrator.pk not in allowed or administrator.pk == account_id:
            raise NotAllowedError
        Account.objects.filter(pk=account_id, erased_at=None).update(
            is_active=active, sessions_epoch=F("sessions_epoch") + 1
        )
        if not active:  # whoever was shut out may have kept the link to one
            invitations = Invitation.objects.open().filter(created_by=account_id)
            invitations.update(revoked_at=timezone.now())
        kind = Kind.PERSON_REACTIVATED if active else Kind.PERSON_DEACTIVATED
        record(kind, subject=account_id)
    word = "reactivated" if active else "deactivated"
    logger.info("account %s was %s by account %s", account_id, word, administrator.pk)
