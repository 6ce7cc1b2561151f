"""Makes the secrets of compose.yaml once, in the folders that it is given: APP SERVERS.

APP is for the playground, SERVERS for PostgreSQL and Redis. What is there is left as it is; to
have your own, put files of these names there before the first start.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path


def make(app: Path, servers: Path) -> None:
    write(app / "secret-key", secrets.token_urlsafe(48))
    password = write(servers / "database-password", secrets.token_hex(24))
    write(app / "database-url", f"postgres://playground:{password}@database/playground")
    password = write(servers / "queue-password", secrets.token_hex(24))
    write(servers / "redis.conf", f"requirepass {password}\nappendonly yes\nappendfsync everysec")
    write(app / "redis-url", f"redis://:{password}@queue:6379/0")


def write(path: Path, text: str) -> str:
    """Return what the file holds; it is written whole or not at all."""
    if not path.exists():
        half = path.with_suffix(".half")
        half.write_text(text + "\n")
        half.chmod(0o444)  # the servers run as users of their own; nobody else mounts the folder
        half.rename(path)
    return path.read_text().strip()


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
