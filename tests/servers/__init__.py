"""Private servers for the tests: a PostgreSQL and a Redis on loopback that end with their block.

    with postgres_server() as server:
        server.create_database("playground")  # a DATABASE_URL

For a whole command: python -m tests.servers --postgres --redis -- pytest -m "not browser"
"""

from tests.servers.packages import MissingServerError
from tests.servers.postgres import PostgresServer, postgres_server
from tests.servers.redis import redis_server

__all__ = ["MissingServerError", "PostgresServer", "postgres_server", "redis_server"]
