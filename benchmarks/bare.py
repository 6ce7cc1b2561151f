"""What Django can do at all: one table, one page, nothing around them. The measure of our own.

    GET /row/<id>/          one query by primary key
    GET /?prompt=…&model=…  a page that asks each of the models: with hold=1 its poll is held until
                            one has answered, else it asks every 500 ms

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
from django.http import HttpResponse, JsonResponse
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest

HELD = 3.0  # seconds
PAGE = """<!doctype html><title>Bare</title><button>Run</button><input type="file"><script>
const given = new URLSearchParams(location.search);
const show = (text) => {
  const result = document.createElement("p");
  result.className = "result";
  result.textContent = text;
  document.body.append(result);
};
const look = async (open) => {
  const asked = new URLSearchParams({open, hold: given.get("hold") || ""});
  const answers = await (await fetch(`/poll/?${asked}`)).json();
  Object.values(answers).forEach(show);
  const left = open.filter((id) => !(id in answers));
  if (left.length) setTimeout(look, given.get("hold") ? 0 : 500, left);
};
document.querySelector("button").onclick = async () => {
  const form = new FormData();
  for (const [name, value] of given) form.append(name, value);
  for (const file of document.querySelector("input").files) form.append("file", file);
  const ids = await (await fetch("/start/", {method: "POST", body: form})).json();
  given.set("ids", ids);
  history.replaceState(null, "", `?${given}`);
  look(ids);
};
if (given.has("ids")) look(given.get("ids").split(","));
</script>"""

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


def start(request: HttpRequest) -> JsonResponse:
    rows = [Row.objects.create() for _ in request.POST.getlist("model")]
    for row, model in zip(rows, request.POST.getlist("model"), strict=True):
        threading.Thread(target=_ask, args=(row.pk, request.POST["prompt"], model)).start()
    return JsonResponse([str(row.pk) for row in rows], safe=False)


def _ask(pk: int, prompt: str, model: str) -> None:
    """One call that the provider answers with the end."""
    address = f"{os.environ['BARE_PROVIDER']}/api/v3/wavespeed-ai/any-llm/vision"
    headers = {"Authorization": "Bearer test-key"}
    asked = {"prompt": prompt, "model": model, "enable_sync_mode": True}
    answer = requests.post(address, json=asked, headers=headers)
    Row.objects.filter(pk=pk).update(answer=answer.json()["data"]["outputs"][0])
    close_old_connections()


def poll(request: HttpRequest) -> JsonResponse:
    """Answer with what the open ones have been told."""
    stop = time.monotonic() + (HELD if request.GET.get("hold") else 0)
    told = Row.objects.filter(pk__in=request.GET["open"].split(",")).exclude(answer="")
    while not (answers := dict(told.all().values_list("pk", "answer"))) and time.monotonic() < stop:
        time.sleep(0.01)
    return JsonResponse(answers)


urlpatterns = [
    path("", page),
    path("start/", start),
    path("poll/", poll),
    path("row/<int:pk>/", read),
]
application = get_wsgi_application()
