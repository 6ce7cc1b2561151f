"""Serves the static files; while an installation is upgraded, for pages of its other version too.

A page of another version asks for names with other hashes. It gets this version's file of that
name, for this once: no browser and no proxy may keep it under the hash of other bytes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

HASH = re.compile(r"\.[0-9a-f]{12}(?=\.[^./]+$)")  # as Django writes it


class StaticMiddleware(WhiteNoiseMiddleware):
    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Take in a folder; one that is not there has no files, which is no reason to warn."""
        if Path(root).is_dir():
            super().add_files(root, prefix)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files:
            file = self.files.get(HASH.sub("", path))
            if file is not None:
                return self._for_this_once(file, request)
        response = super().__call__(request)
        return response

    def _for_this_once(self, file: Any, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.serve(file, request)
        response.headers["Cache-Control"] = "no-store"
        return response
