"""Every address below a token, taken from the routes themselves: a new one is walked too."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.signals import request_finished
from django.db import close_old_connections
from django.urls import get_resolver

from playground.images.models import ImageVariant
from playground.imaging import THUMBNAIL_EDGES

if TYPE_CHECKING:
    from django.test import Client

    from playground.sharing.models import Share

NEVER_WAS = "A" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


def addresses(token: str) -> list[str]:
    """Return the addresses of a link, with those of every picture that is stored at all."""
    hashes = list(ImageVariant.objects.values_list("sha256", flat=True)) or ["0" * 64]
    found: list[str] = []
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        if not route.startswith("s/<token:token>"):
            continue
        for sha256 in hashes if "<sha256" in route else [""]:
            for edge in THUMBNAIL_EDGES if "<int:edge>" in route else [0]:
                filled = route.replace("<token:token>", token).replace("<sha256:sha256>", sha256)
                found.append("/" + filled.replace("<int:edge>", str(edge)))
    return found


def read(client: Client, address: str, **headers: str) -> Answer:
    """Get it as a stranger, to its last byte: a file that is sent is closed then."""
    response = client.get(address, headers=headers)
    found = response.getvalue()
    request_finished.disconnect(close_old_connections)  # as the client itself does it
    response.close()
    request_finished.connect(close_old_connections)
    told = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return Answer(response.status_code, bytes(found), told)


def walk(client: Client, token: str) -> list[Answer]:
    return [read(client, one) for one in addresses(token)]


def body(client: Client, address: str) -> bytes:
    return read(client, address).body


def unpacked(data: bytes) -> bytes:
    """Return what is inside a ZIP, with its names; other bytes as they are."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(one.encode() + archive.read(one) for one in archive.namelist())


def everything(client: Client, share: Share) -> bytes:
    """Return all bytes that a stranger can get below the token, one after the other."""
    return b"\n".join(unpacked(body(client, one)) for one in addresses(share.token))
