"""The bytes of a picture as they are sent, for providers that carry them in the submission."""

from playground.images.models import ImageVariant
from playground.providers.base import ErrorKind, ImageFile, ProviderError
from playground.storage.databases import give_back_connection


def sent_picture(sha256: str) -> ImageFile:
    """Return the picture whose sent bytes have this hash. Raises ProviderError if it is gone."""
    found = ImageVariant.objects.filter(sha256=sha256).first()
    if not found:
        raise ProviderError(ErrorKind.NOT_SENT, "a picture of this run is no longer stored")
    with found.file.open("rb") as file:
        data = file.read()
    give_back_connection()
    return ImageFile(sha256, found.content_type, found.width, found.height, data)
