"""Pictures as bytes: what a file is, what is sent of it, and what people see small.

Pure functions. Storing, serving and fetching pictures is left to others, and so is Django.
"""

from playground.pictures import limits
from playground.pictures.inspection import Picture, inspect
from playground.pictures.metadata import strip_metadata
from playground.pictures.preparation import Prepared, prepare
from playground.pictures.refusal import SUBJECT, PictureRefused, file_size, over_bytes
from playground.pictures.thumbnails import THUMBNAIL_EDGES, thumbnail

__all__ = [
    "SUBJECT",
    "THUMBNAIL_EDGES",
    "Picture",
    "PictureRefused",
    "Prepared",
    "file_size",
    "inspect",
    "limits",
    "over_bytes",
    "prepare",
    "strip_metadata",
    "thumbnail",
]
