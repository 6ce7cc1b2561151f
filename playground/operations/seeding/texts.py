"""Words for runs that were made up: prompts people would write and answers models would give.

How often a word appears is known, since benchmarks search for some of them.
"""

from dataclasses import dataclass
from html import escape
from random import Random

COMMON_WORD = "total"  # in about two of five
UNCOMMON_WORD = "watermark"  # in about one of 2,000
RARE_WORD = "kingfisher"  # in about one of 50,000


@dataclass(frozen=True)
class Subject:
    """What a picture shows. asks: prompts about it; says: sentences of answers to them."""

    picture: str
    asks: tuple[str, ...]
    says: tuple[str, ...]


SUBJECTS = (
    Subject(
        "receipt",
        (
            "Extract every line item from this receipt as a table",
            "Return only the total, the currency and the VAT rate",
            "Does the printed total match the sum of the lines?",
        ),
        (
            "The receipt lists {n} items.",
            "The printed total is {n}.40 and the lines add up to {m}.15.",
            "The VAT rate is {m} percent and is included in the total.",
            "The shop's name is faded, but the date reads {n} March.",
        ),
    ),
    Subject(
        "whiteboard",
        (
            "Describe the data flow on this whiteboard as a numbered list",
            "Rewrite this architecture sketch as a Mermaid flowchart",
            "Quote every label on the board and name its colour",
        ),
        (
            "The board shows {n} boxes joined by arrows.",
            "A queue sits between the web process and the worker.",
            "The label in red reads retry after {m} seconds.",
            "Two arrows cross, so the direction of the second one is unclear.",
        ),
    ),
    Subject(
        "uibug",
        (
            "What is broken on this screen? Name the element, the symptom and the likely cause",
            "Write a bug report with steps, expected and actual result",
            "Is every control on this screen labelled?",
        ),
        (
            "The error message overlaps the field below it by {n} pixels.",
            "The total at the foot of the form is cut off at this width.",
            "A missing minimum height on the row is the likely cause.",
            "Contrast of the hint is {m} to 10, which is too low.",
        ),
    ),
    Subject(
        "chart",
        (
            "Read every bar of this chart and return a table",
            "Which stage is slowest, and by how much?",
            "Read every bar and return CSV with the columns stage, p50, p95",
        ),
        (
            "The tallest bar belongs to the stage upload with {n} ms.",
            "Decoding takes {m} ms at the median.",
            "Together the stages make a total of {n} ms.",
            "The axis starts at zero, so the bars can be compared.",
        ),
    ),
    Subject(
        "equation",
        (
            "Follow each step of this integral and tell me where the first mistake is",
            "Transcribe the formula as LaTeX",
            "Is the result right? Show the steps",
        ),
        (
            "Step {m} drops the minus sign.",
            "The integral evaluates to {n} over {m}.",
            "The substitution in the second line is correct.",
            "The constant of integration is missing at the end.",
        ),
    ),
    Subject(
        "plan",
        (
            "List each room with its area and say which rooms share a wall",
            "How many doors open into the hall?",
            "Which room gets the morning light if north is up?",
        ),
        (
            "The living room measures {n} square metres.",
            "{m} doors open into the hall.",
            "The kitchen shares a wall with the bathroom.",
            "The total area is {n} square metres without the balcony.",
        ),
    ),
)
EVERYWHERE = (
    "The picture is sharp and well lit.",
    "Part of the text at the edge is not legible.",
    "I am confident about the numbers and less so about the colours.",
    "Nothing else in the image changes this reading.",
    "The same value appears twice, at the top and in the margin.",
)
ENDINGS = ("", "", ". Answer in one sentence", ". Say what you are unsure about", ", in French")


def prompt_about(subject: Subject, rng: Random) -> str:
    return f"{rng.choice(subject.asks)}{rng.choice(ENDINGS)} (case {rng.randrange(1, 4000)})"


def answer_about(subject: Subject, rng: Random) -> str:
    """Return a few sentences in one or two paragraphs, sometimes with one of the known words."""
    sentences = [
        rng.choice(subject.says).format(n=rng.randrange(2, 400), m=rng.randrange(2, 30))
        for _ in range(rng.randrange(2, 5))
    ]
    sentences.append(rng.choice(EVERYWHERE))
    chance = rng.random()
    if chance < 1 / 50_000:
        sentences.append(f"A {RARE_WORD} sits on the frame.")
    elif chance < 1 / 2_000:
        sentences.append(f"A faint {UNCOMMON_WORD} runs across the middle.")
    first = rng.randrange(1, len(sentences) + 1)
    return "\n\n".join(filter(None, (" ".join(sentences[:first]), " ".join(sentences[first:]))))


def answer_html(text: str) -> str:
    """Return what rendering makes of plain paragraphs, without its price for each of a million."""
    return "".join(f"<p>{escape(part, quote=False)}</p>\n" for part in text.split("\n\n"))
