"""Static files under names that carry their hash, compressed; one style sheet, one script."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from playground.web import static_build
from playground.web.bundles import bundles

PARTS = ("css/", "js/")  # are in the bundles


class HashedStorage(CompressedManifestStaticFilesStorage):
    """`collectstatic` adds the bundles to what it hashes, and leaves out what they are made of."""

    bundled = True
    manifest_strict = False

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if dry_run:
            return
        made = bundles()
        for name, text in made.items():
            self._write(name, text)
        paths = {name: path for name, path in paths.items() if not name.startswith(PARTS)}
        yield from super().post_process(paths | {name: (self, name) for name in made}, **options)
        self._write(static_build.MADE_OF, static_build.fingerprint())

    def _write(self, name: str, text: str) -> None:
        self.delete(name)
        self._save(name, ContentFile(text.encode()))

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Leave out the admin's, which few ever load and which would take most of the time."""
        yield from super().compress_files(path for path in paths if not path.startswith("admin/"))
