"""Ends with 0 where the web process, or a worker, of this container works: healthy.py web|worker.

A container's health check. Beside the program, since the program itself asks nobody.
"""

from __future__ import annotations

import os
import socket
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

from django.conf import settings

WAIT_SECONDS = 8


def web() -> bool:
    """Ask for /healthz under a name that the playground answers to."""
    address = f"http://127.0.0.1:{settings.PORT}/healthz"
    request = urllib.request.Request(address, headers={"Host": settings.ALLOWED_HOSTS[0]})
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310 - http
        return bool(answer.status == 200)


def worker() -> bool:
    """Whether a worker of this machine, which is what a container is, reported lately."""
    import django

    django.setup()
    from playground.worker.models import Worker

    return Worker.objects.alive().filter(name__startswith=f"{socket.gethostname()}:").exists()


if __name__ == "__main__":
    sys.exit(not {"web": web, "worker": worker}[sys.argv[1]]())
