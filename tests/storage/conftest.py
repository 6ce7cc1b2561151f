"""What is about PostgreSQL alone is no test without it: `make postgres`."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("DATABASE_URL") else ["test_new_database.py"]
