"""Static files under names that carry their hash, compressed; one style sheet, one script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from playground.web import bundles, static_build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class HashedStorage(CompressedManifestStaticFilesStorage):
    """`collectstatic` adds the bundles to what it hashes, and leaves out what they are made of."""

    bundled = True
    manifest_strict = False

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            try:
                paths = self._bundle(paths)
            except bundles.BundleError as error:
                yield "bundle", None, error
                return
        yield from super().post_process(paths, dry_run=dry_run, **options)
        if not dry_run:
            self._write(static_build.MADE_OF, static_build.fingerprint())

    def _write(self, name: str, text: str) -> None:
        self.delete(name)
        self._save(name, ContentFile(text.encode()))

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Leave out the admin's, which few ever load and which would take most of the time."""
        yield from super().compress_files(path for path in paths if not path.startswith("admin/"))

    def _bundle(self, paths: dict[str, Any]) -> dict[str, Any]:
        """Write the bundles; returns the paths with them instead of their parts."""
        parts: set[str] = set()

        def read(name: str) -> str:
            if name not in paths:
                raise bundles.BundleError(f"{name}: there is no such file.")
            parts.add(name)
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        made = {name: make(read) for name, make in bundles.BUNDLES.items()}
        for name, text in made.items():
            self._write(name, text)
        whole = {name: path for name, path in paths.items() if name not in parts}
        return whole | {name: (self, name) for name in made}
