"""Pictures in a bucket that speaks S3, for web and worker processes on several machines."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from playground.media import StorageAwayError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files import File

CONNECTIONS = 64  # kept open at most, for all threads of a process


class ObjectStorage(S3Storage):
    """S3Storage with bounded waits, one client a process, and errors of our own.

    Names say what the content is, so writing one again writes the same: no second name is made.
    """

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            max_pool_connections=CONNECTIONS,
            signature_version="s3v4",
            # Servers other than AWS seldom have a host name for each bucket, and not all of them
            # know the newer checksums.
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # A picture is small: threads of its own for each transfer would cost more than they bring.
        transfers = TransferConfig(use_threads=False)
        ours = {"client_config": config, "transfer_config": transfers, "file_overwrite": True}
        super().__init__(**options, **ours)
        self._shared: Any = None
        self._making = threading.Lock()

    @property
    def connection(self) -> Any:
        """One client for all threads: hundreds of them, each with its TLS context, fill memory."""
        with self._making:
            if self._shared is None:
                self._shared = super().connection
            return self._shared

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _own_errors():
            file: File[bytes] = super()._open(name, mode)
            file.open()  # reads it now, where its errors are still ours
            return file

    def _save(self, name: str, content: File[Any]) -> str:
        with _own_errors():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _own_errors():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _own_errors():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _own_errors():
            return int(super().size(name))


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageAwayError(str(error)) from error
