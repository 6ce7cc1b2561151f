"""How many runs a press makes, and what to take away where that is too many."""

from dataclasses import dataclass

from playground.web.formatting import counted

# Runs of one press: of a comparison, which a screen shows side by side, and of a grid of images.
MAX_COLUMNS, MAX_GRID_CELLS = 12, 100


@dataclass(frozen=True)
class Size:
    """How many runs a press makes. images: rows, 1 for all in one run. of_each: by the sweep."""

    images: int
    models: int
    of_each: int = 1

    @property
    def is_matrix(self) -> bool:
        return self.images > 1

    @property
    def columns(self) -> int:
        return self.models * self.of_each

    @property
    def cells(self) -> int:
        return self.images * self.columns

    @property
    def max_cells(self) -> int:
        return MAX_GRID_CELLS if self.is_matrix else MAX_COLUMNS

    @property
    def words(self) -> str:
        """The product in words: 12 images × 3 models."""
        parts = [f"{self.images} images", counted(self.models, "model")]
        return " × ".join([*parts, f"{self.of_each} of each"] if self.of_each > 1 else parts)

    @property
    def button(self) -> str:
        """What the button says: with a number as soon as it starts more than one run."""
        if self.cells < 2:
            return "Run"
        noun = "" if self.is_matrix else " models" if self.of_each == 1 else " times"
        return f"Run {self.cells}{noun}"

    @property
    def refusal(self) -> str:
        """What to remove where a matrix has too many cells; empty where it fits."""
        if not self.is_matrix or self.cells <= MAX_GRID_CELLS:
            return ""
        remedies = ", or ".join(self._remedies())
        return (
            f"That is {self.cells} runs ({self.words}), and one press makes at most "
            f"{MAX_GRID_CELLS}. {remedies[0].upper()}{remedies[1:]}. Nothing was sent."
        )

    def _remedies(self) -> list[str]:
        removed, each_model = [], self.images * self.of_each
        if MAX_GRID_CELLS // self.columns > 1:
            removed.append(counted(self.images - MAX_GRID_CELLS // self.columns, "image"))
        if MAX_GRID_CELLS // each_model:
            removed.append(counted(self.models - MAX_GRID_CELLS // each_model, "model"))
        found = [f"remove {' or '.join(removed)}"] if removed else []
        if self.of_each > 1:
            found.append("ask for fewer values or repeats")
        if self.columns <= MAX_COLUMNS:
            found.append("send all images in one run")
        return found
