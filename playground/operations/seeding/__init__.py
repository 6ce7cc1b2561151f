"""Makes runs up: for demonstrations, benchmarks and tests with many rows."""

from playground.operations.seeding.loading import Loader, store_pictures
from playground.operations.seeding.presses import SeededForm, plausible_forms

__all__ = ["Loader", "SeededForm", "plausible_forms", "store_pictures"]
