"""Whether a container can be built here: installs what that needs, or says that it cannot."""

from __future__ import annotations

import sys

from tests.container.image import bare_debian, run, tools
from tests.servers import MissingServerError

if __name__ == "__main__":
    try:
        tools()
        run(["unshare", "--mount", "true"])
        bare_debian()
    except (MissingServerError, RuntimeError) as error:
        sys.exit(f"The container was not tried. {' '.join(str(error).split())[-300:]}")
