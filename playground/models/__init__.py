"""The rows. One module a noun; none of them imports views, forms or services."""

from playground.models.account import Account
from playground.models.comparison import Comparison
from playground.models.image import AddressFetch, Image, ImageVariant, ProviderUpload
from playground.models.price import ModelPrice
from playground.models.run import Run, RunImage, RunStatus
from playground.models.worker import Gate, Worker

__all__ = [
    "Account",
    "AddressFetch",
    "Comparison",
    "Gate",
    "Image",
    "ImageVariant",
    "ModelPrice",
    "ProviderUpload",
    "Run",
    "RunImage",
    "RunStatus",
    "Worker",
]
