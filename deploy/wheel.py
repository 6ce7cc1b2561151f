"""What hatchling asks when it builds the wheel: what it needs, and the static files, collected.

The libraries are those of requirements.txt, each with its version: what was tested together is
what is installed, on any day; those of the text reader where they have a build for the machine.
Nothing but Django and whitenoise is needed to build.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

READER_MACHINES = (
    "python_full_version < '3.15' and (sys_platform == 'linux' and platform_machine == 'x86_64' "
    "or sys_platform == 'linux' and platform_machine == 'aarch64' "
    "or sys_platform == 'darwin' and platform_machine == 'arm64')"
)


class Requirements(MetadataHookInterface):
    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        needed = pins(Path(self.root) / "requirements.txt")
        reader = [
            one for one in pins(Path(self.root) / "requirements-reader.txt") if one not in needed
        ]
        metadata["dependencies"] = needed + [only_there(one) for one in reader]


def pins(file: Path) -> list[str]:
    lines = file.read_text().splitlines()
    return [line.removesuffix("\\").strip() for line in lines if line[:1].isalpha()]


def only_there(pin: str) -> str:
    """Return the pin for the machines for which the text reader has a build."""
    library, _, condition = pin.partition(" ; ")
    return f"{library} ; {READER_MACHINES}" + (f" and {condition}" if condition else "")


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
