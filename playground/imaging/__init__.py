"""Pictures as bytes: what a file is, what is sent of it, and what people see small.

Pure functions. Storing, serving and fetching pictures is left to others, and so is Django.
"""

from playground.imaging import limits
from playground.imaging.errors import SUBJECT, PictureRefused, file_size, over_bytes
from playground.imaging.inspection import Picture, inspect
from playground.imaging.preparation import PLAIN, RECIPE, Prepared, prepare
from playground.imaging.thumbnails import THUMBNAIL_EDGES, thumbnail

__all__ = [
    "PLAIN",
    "RECIPE",
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
    "thumbnail",
]
