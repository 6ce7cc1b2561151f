"""Installs the release before, for an upgrade from it, or says that it is not here."""

from __future__ import annotations

import sys

from tests.upgrade.before import NoHistoryError, prepare

if __name__ == "__main__":
    try:
        prepare()
    except (NoHistoryError, FileNotFoundError) as error:  # the latter: there is no git
        sys.exit(f"The upgrade was not tried. {error}")
