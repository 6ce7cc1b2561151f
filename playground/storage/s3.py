"""Pictures in a bucket that speaks S3, for web and worker processes on several machines."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from storages.backends.s3 import S3Storage

from playground.storage.media import StorageAwayError, StorageUnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files import File

CONNECTIONS = 64  # kept open at most, for all threads of a process
MISSING = (
    "Pictures cannot be stored: the bucket {} is not there. Make it, or correct STORAGE_S3_BUCKET."
)
REFUSED = (
    "Pictures cannot be stored: the bucket {} refuses this key ({}). Check STORAGE_S3_ACCESS_KEY, "
    "STORAGE_S3_SECRET_KEY, STORAGE_S3_REGION and what the key may do."
)
KEYLESS = (
    "Pictures cannot be stored: there is no key for the bucket {}. Set STORAGE_S3_ACCESS_KEY and "
    "STORAGE_S3_SECRET_KEY, or give this machine a role."
)
SILENT = (
    "The storage of pictures does not answer ({}). Check STORAGE_S3_ENDPOINT, STORAGE_S3_REGION "
    "and the network."
)
PASSING = {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "503", "500"}


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
        with self._own_errors():
            file: File[bytes] = super()._open(name, mode)
            file.open()  # reads it now, where its errors are still ours
            return file

    def _save(self, name: str, content: File[Any]) -> str:
        with self._own_errors():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with self._own_errors():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._own_errors():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with self._own_errors():
            return int(super().size(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with self._own_errors():
            folders, files = super().listdir(name)
            return folders, files

    def find_nothing(self) -> None:
        """Ask for an object that is not there: that tells whether the bucket is.

        Not for the bucket itself, from which a key may be kept that may read and write in it.
        """
        with suppress(FileNotFoundError), self._own_errors():
            self.connection.meta.client.get_object(Bucket=self.bucket_name, Key="healthz")

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        bucket = str(self.bucket_name)
        try:
            yield
        except ClientError as error:
            raise _own_error(error, bucket) from error
        except NoCredentialsError as error:
            words = KEYLESS.format(bucket)
            raise StorageUnusableError(words, "there is no key for the bucket") from error
        except BotoCoreError as error:
            raise StorageAwayError(SILENT.format(type(error).__name__)) from error


def _own_error(error: ClientError, bucket: str) -> OSError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NoSuchKey":
        return FileNotFoundError(code)
    if code == "NoSuchBucket":
        return StorageUnusableError(MISSING.format(bucket), "the bucket is not there")
    if status >= 500 or status == 429 or code in PASSING:
        return StorageAwayError(SILENT.format(code))
    return StorageUnusableError(REFUSED.format(bucket, code), "the bucket refuses the key")
