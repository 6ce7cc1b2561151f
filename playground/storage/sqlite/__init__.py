"""SQLite as Django opens it, where a worker's threads may pass their connections on."""
