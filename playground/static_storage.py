"""Static files under names that carry their hash, compressed; one style sheet, one script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from playground import static_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator


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
            except static_bundle.BundleError as error:
                yield "bundle", None, error
                return
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _bundle(self, paths: dict[str, Any]) -> dict[str, Any]:
        """Write the bundles; returns the paths with them instead of their parts."""
        parts: set[str] = set()

        def read(name: str) -> str:
            if name not in paths:
                raise static_bundle.BundleError(f"{name}: there is no such file.")
            parts.add(name)
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        made = {name: make(read) for name, make in static_bundle.BUNDLES.items()}
        for name, text in made.items():
            self.delete(name)
            self._save(name, ContentFile(text.encode()))
        whole = {name: path for name, path in paths.items() if name not in parts}
        return whole | {name: (self, name) for name in made}
