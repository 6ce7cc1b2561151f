"""A private server that speaks S3: on a free loopback port, with one empty bucket."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3

from tests.servers.processes import answers, end, free_port, until

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {"access_key": "test", "secret_key": "test-secret"}
BUCKET = "pictures"


@contextmanager
def s3_server() -> Iterator[str]:
    """Start one; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(("127.0.0.1", port)), "the S3 server answers")
        client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id=KEYS["access_key"],
            aws_secret_access_key=KEYS["secret_key"],
        )
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield address
    finally:
        end(server)
