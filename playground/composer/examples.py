"""Worked examples for an empty playground: a picture that ships with it and a question."""

from dataclasses import dataclass
from pathlib import Path

from playground.config.locations import STATIC


@dataclass(frozen=True)
class Example:
    """One example. name: also the file's, in static/examples/."""

    name: str
    title: str
    summary: str
    alt: str
    prompt: str

    @property
    def path(self) -> Path:
        return STATIC / "examples" / f"{self.name}.webp"

    @property
    def static_name(self) -> str:
        return f"examples/{self.name}.webp"


EXAMPLES = (
    Example(
        "receipt",
        "Read a receipt",
        "Line items as a table, checked against the total",
        "Till receipt on a wooden table",
        "Extract every line item from this receipt as a Markdown table: item, quantity, unit "
        "price, total. Then check that the lines add up to the printed total. If they do not, "
        "say which line is wrong and why.",
    ),
    Example(
        "whiteboard",
        "Turn a whiteboard into text",
        "The data flow as a numbered list",
        "Whiteboard with a data flow drawn in boxes and arrows",
        "Describe the data flow on this whiteboard as a numbered list. Quote every label and name "
        "its colour where colour carries meaning.",
    ),
    Example(
        "uibug",
        "Find the interface bug",
        "What is broken on this screen, and why",
        "Checkout form with an overlapping error message",
        "What is broken on this screen? Give the element, the symptom and the likely CSS cause.",
    ),
    Example(
        "chart",
        "Read a chart",
        "Values, trend and the outlier, with numbers",
        "Bar chart of latency by stage",
        "Read every bar of this chart and return a table with stage, p50 and p95. Name the outlier "
        "and say how many times slower it is than the next slowest stage.",
    ),
    Example(
        "equation",
        "Check the maths",
        "Follow each step and find the slip",
        "Handwritten integral in three steps",
        "Follow each step of this integral. Say where the first mistake is, if there is one, and "
        "give the right result with its steps.",
    ),
    Example(
        "plan",
        "Measure a floor plan",
        "Room sizes, doors and what connects to what",
        "Floor plan of a flat",
        "List each room with its area, count the doors, and say which rooms share a wall.",
    ),
)


def find(name: str) -> Example | None:
    return next((example for example in EXAMPLES if example.name == name), None)
