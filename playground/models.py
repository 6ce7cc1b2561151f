"""The rows, for Django to find. Everything else imports them from where they are defined."""

from playground.accounts.audit.models import AuditEntry
from playground.accounts.models import Account, Invitation, SignInAttempt
from playground.accounts.projects.models import Membership, Project
from playground.api.models import ApiToken
from playground.catalog.models import Favourite, ModelDay
from playground.comparisons.blind.models import Contender, Outcome, Vote
from playground.composer.presets.models import Preset, PresetVersion
from playground.connections.models import (
    FoundServer,
    ListedModel,
    RefusedParameter,
    SavedServer,
    ServerAnswer,
    StoredKey,
)
from playground.evidence.models import EvidenceCheck
from playground.experiments.models.experiment import Experiment, Rule, Variant
from playground.experiments.models.importing import Import
from playground.experiments.models.mark import Judge, Mark
from playground.experiments.models.test_set import Case, CaseImage, TestSet, Version
from playground.images.models import (
    AddressFetch,
    Image,
    ImageHolder,
    ImageReading,
    ImageVariant,
    PdfFile,
    ProviderUpload,
)
from playground.runs.models.box_reading import BoxReading
from playground.runs.models.comparison import Comparison
from playground.runs.models.deletion import DeletionNotice, SpentToken
from playground.runs.models.note import Note
from playground.runs.models.received import ReceivedAnswer
from playground.runs.models.run import Run, RunStatus
from playground.runs.models.run_image import RunImage
from playground.runs.models.tag import RunTag, Tag
from playground.runs.search.index import SearchEntry
from playground.sharing.models import Share, SharedOutcome, SharePreview
from playground.spending.models import ExactPrice, ModelPrice, Press
from playground.storage.writes import Gate
from playground.worker.models import Worker

__all__ = [
    "Account",
    "AddressFetch",
    "ApiToken",
    "AuditEntry",
    "BoxReading",
    "Case",
    "CaseImage",
    "Comparison",
    "Contender",
    "DeletionNotice",
    "EvidenceCheck",
    "ExactPrice",
    "Experiment",
    "Favourite",
    "FoundServer",
    "Gate",
    "Image",
    "ImageHolder",
    "ImageReading",
    "ImageVariant",
    "Import",
    "Invitation",
    "Judge",
    "ListedModel",
    "Mark",
    "Membership",
    "ModelDay",
    "ModelPrice",
    "Note",
    "Outcome",
    "PdfFile",
    "Preset",
    "PresetVersion",
    "Press",
    "Project",
    "ProviderUpload",
    "ReceivedAnswer",
    "RefusedParameter",
    "Rule",
    "Run",
    "RunImage",
    "RunStatus",
    "RunTag",
    "SavedServer",
    "SearchEntry",
    "ServerAnswer",
    "Share",
    "SharePreview",
    "SharedOutcome",
    "SignInAttempt",
    "SpentToken",
    "StoredKey",
    "Tag",
    "TestSet",
    "Variant",
    "Version",
    "Vote",
    "Worker",
]
