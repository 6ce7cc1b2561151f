"""Writes docs/openapi.json and docs/schemas/ from the types of the API."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from playground.api import describing


def written() -> dict[Path, str]:
    """Return what the files have to say."""
    docs = settings.BASE_DIR / "docs"
    made = {docs / "schemas" / name: one for name, one in describing.schemas().items()}
    made[docs / "openapi.json"] = describing.openapi()
    return {
        path: json.dumps(one, indent=1, ensure_ascii=False) + "\n" for path, one in made.items()
    }


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        for path, text in written().items():
            path.write_text(text)
