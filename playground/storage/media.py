"""Where pictures are kept: the data folder by default, a bucket for several machines.

Opens nothing and imports nothing of S3, so that a playground without a bucket does not pay for it.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

FOLDER = "playground.storage.folder.FolderStorage"
BUCKET = "playground.storage.s3.ObjectStorage"


class StorageAwayError(OSError):
    """The storage did not answer. Worth another try, like a busy database.

    brief: what is wrong, for anybody to read.
    """

    brief = "does not answer"


class StorageUnusableError(StorageAwayError):
    """The storage refuses what is asked until its operator does something about it."""

    def __init__(self, words: str, brief: str) -> None:
        self.brief = brief
        super().__init__(words)


def media_storage(
    *, bucket: str, endpoint: str, region: str, access_key: str, secret_key: str
) -> dict[str, Any]:
    """Return Django's setting for the storage of pictures.

    endpoint: empty for AWS itself. Both keys empty: boto3 finds them, as in the role of a machine.
    """
    if bool(access_key) != bool(secret_key):
        raise ImproperlyConfigured(
            "Set both STORAGE_S3_ACCESS_KEY and STORAGE_S3_SECRET_KEY, or neither."
        )
    if not bucket:
        if endpoint or region or access_key:
            raise ImproperlyConfigured("STORAGE_S3_BUCKET is not set. Set it to the bucket's name.")
        return {"BACKEND": FOLDER, "OPTIONS": {"allow_overwrite": True}}
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": region or ("us-east-1" if endpoint else None),
        "access_key": access_key or None,
        "secret_key": secret_key or None,
    }
    return {"BACKEND": BUCKET, "OPTIONS": options}
