"""What hatchling asks when it builds the wheel: what it needs, and the static files, collected.

The libraries are those of requirements.txt, each with its version: what was tested together is
what is installed, on any day. Nothing but Django and whitenoise is needed to build.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PIN = "=="


class Requirements(MetadataHookInterface):
    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (Path(self.root) / "requirements.txt").read_text().splitlines()
        pins = (line.removesuffix("\\").strip() for line in lines if line[:1].isalpha())
        metadata["dependencies"] = list(pins)


class StaticFiles(BuildHookInterface[Any]):
    """Collects them beside the checkout, which stays as it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # runs from the checkout, with its files
            return
        self.folder = tempfile.mkdtemp(prefix="playground-static-")
        collect(Path(self.root), self.folder)
        build_data["force_include"][self.folder] = "playground/shipped/staticfiles"

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        if version != "editable":
            shutil.rmtree(self.folder)


def collect(root: Path, folder: str) -> None:
    """Do what `manage.py collectstatic` does, without what the product's settings import."""
    sys.path.insert(0, str(root))
    import django
    from django.conf import settings
    from django.core.management import call_command

    from playground.web import static_build

    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles"],
        STATIC_URL="/static/",
        STATIC_ROOT=folder,
        STATICFILES_DIRS=static_build.folders(),
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES={"staticfiles": {"BACKEND": "playground.web.static_files.HashedStorage"}},
    )
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
