"""Work that several workers want is done once, whoever looks when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playground.images.models import ProviderUpload
from playground.storage.once import once

pytestmark = pytest.mark.django_db
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def row() -> ProviderUpload:
    return ProviderUpload.objects.create(provider="demo", sha256="0" * 64)


def test_what_is_done_is_not_done_again(row: ProviderUpload) -> None:
    ProviderUpload.objects.update(url="there")
    rows = ProviderUpload.objects.filter(pk=row.pk)
    found = once(rows, done=lambda one: one.url or None, work=lambda _: "again", longest=A_MINUTE)
    assert found == "there"


def test_work_that_ended_between_the_look_and_the_claim_is_not_done_again(
    row: ProviderUpload,
) -> None:
    rows, looks = ProviderUpload.objects.filter(pk=row.pk), list[str]()

    def done(one: ProviderUpload) -> str | None:
        looks.append(one.url)
        if len(looks) == 1:  # another worker finishes right after this look
            ProviderUpload.objects.update(url="there", claimed_until=None)
        return one.url or None

    assert once(rows, done=done, work=lambda _: "again", longest=A_MINUTE) == "there"
    assert looks == ["", "there"]
    row.refresh_from_db()
    assert row.claimed_until is None


def test_nobody_waits_longer_than_is_said(row: ProviderUpload) -> None:
    from django.utils import timezone

    ProviderUpload.objects.update(claimed_until=timezone.now() + A_MINUTE)
    rows = ProviderUpload.objects.filter(pk=row.pk)
    soon = timedelta(seconds=0.3)
    assert once(rows, done=lambda _: None, work=lambda _: "done", longest=soon) is None
