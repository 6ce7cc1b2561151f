"""What Django can do at all: one table, one page, nothing around them. The measure of our own.

    GET /row/<id>/    one query by primary key
    GET /?hold=1      a page whose poll is held until its row changes; without: asked every 500 ms

A WSGI application for gunicorn; reads BARE_FOLDER and BARE_PROVIDER. `servers.bare` starts it.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django
import requests
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, models
from django.http import HttpResponse
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest

HELD = 3.0  # seconds
PAGE = """<!doctype html><title>Bare</title><button>Run</button><p class="result"></p><script>
const hold = new URLSearchParams(location.search).get("hold") || "";
document.querySelector("button").onclick = async () => {
  const id = await (await fetch("/start/", {method: "POST"})).text();
  const look = async () => {
    const text = await (await fetch(`/poll/${id}/?hold=${hold}`)).text();
    if (text) { document.querySelector("p").textContent = text; clearInterval(timer); }
    return text;
  };
  const timer = hold ? 0 : setInterval(look, 500);
  if (hold) while (!(await look()));
};</script>"""

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["BARE_FOLDER"]) / "bare.db",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;", "timeout": 20},
        }
    },
)
django.setup()


class Row(models.Model):
    answer = models.TextField(default="")

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.answer


with connection.schema_editor() as editor:
    editor.create_model(Row)
Row.objects.create(answer="waiting")
connection.close()


def read(_request: HttpRequest, pk: int) -> HttpResponse:
    text = Row.objects.get(pk=pk).answer
    return HttpResponse(text, headers={"Content-Length": str(len(text))})  # else no kept connection


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


def start(_request: HttpRequest) -> HttpResponse:
    row = Row.objects.create()
    threading.Thread(target=_ask, args=(row.pk,)).start()
    return HttpResponse(str(row.pk))


def _ask(pk: int) -> None:
    """One call that the provider answers with the end."""
    address = f"{os.environ['BARE_PROVIDER']}/api/v3/wavespeed-ai/any-llm/vision"
    headers = {"Authorization": "Bearer test-key"}
    answer = requests.post(address, json={"prompt": "bare"}, headers=headers)
    Row.objects.filter(pk=pk).update(answer=answer.json()["data"]["outputs"][0])
    close_old_connections()


def poll(request: HttpRequest, pk: int) -> HttpResponse:
    stop = time.monotonic() + (HELD if request.GET.get("hold") else 0)
    while not (answer := Row.objects.get(pk=pk).answer) and time.monotonic() < stop:
        time.sleep(0.01)
    return HttpResponse(answer)


urlpatterns = [
    path("", page),
    path("start/", start),
    path("poll/<int:pk>/", poll),
    path("row/<int:pk>/", read),
]
application = get_wsgi_application()
