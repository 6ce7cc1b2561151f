"""The rows. One module a noun; none of them imports views, forms or services."""

from playground.models.account import Account
from playground.models.api_token import ApiToken
from playground.models.comparison import Comparison
from playground.models.favourite import Favourite
from playground.models.image import (
    AddressFetch,
    Image,
    ImageHolder,
    ImageVariant,
    ProviderUpload,
)
from playground.models.invitation import Invitation
from playground.models.key import StoredKey
from playground.models.listed_model import ListedModel
from playground.models.model_day import ModelDay
from playground.models.preset import Preset
from playground.models.press import Press
from playground.models.price import ExactPrice, ModelPrice
from playground.models.run import Run, RunStatus
from playground.models.run_image import RunImage
from playground.models.search import SearchEntry
from playground.models.server import FoundServer, SavedServer, ServerAnswer
from playground.models.share import Share, SharePreview
from playground.models.sign_in import SignInAttempt
from playground.models.tag import RunTag, Tag
from playground.models.vote import Contender, Outcome, Vote
from playground.models.worker import Gate, Worker

__all__ = [
    "Account",
    "AddressFetch",
    "ApiToken",
    "Comparison",
    "Contender",
    "ExactPrice",
    "Favourite",
    "FoundServer",
    "Gate",
    "Image",
    "ImageHolder",
    "ImageVariant",
    "Invitation",
    "ListedModel",
    "ModelDay",
    "ModelPrice",
    "Outcome",
    "Preset",
    "Press",
    "ProviderUpload",
    "Run",
    "RunImage",
    "RunStatus",
    "RunTag",
    "SavedServer",
    "SearchEntry",
    "ServerAnswer",
    "Share",
    "SharePreview",
    "SignInAttempt",
    "StoredKey",
    "Tag",
    "Vote",
    "Worker",
]
