"""Makes runs up: for demonstrations, benchmarks and tests with many rows."""

from playground.seeding.forms import SeededForm, plausible_forms
from playground.seeding.loading import Loader, store_pictures

__all__ = ["Loader", "SeededForm", "plausible_forms", "store_pictures"]
