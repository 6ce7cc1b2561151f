"""Static files under names that carry their hash, compressed, imports of modules included."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Django rewrites addresses in CSS by itself; those in JavaScript modules on request."""

    support_js_module_import_aggregation = True
    manifest_strict = False
