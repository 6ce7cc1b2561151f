"""`manage.py experiment`: what it reads, starts, prints and ends with."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from playground.experiments.models.experiment import Experiment, State
from playground.experiments.models.test_set import TestSet
from playground.management.commands import experiment as command
from playground.operations.experiments.printing import cost_words
from playground.spending.prices import Estimate
from playground.worker.models import Worker
from tests.conftest import FLASH, GPT, png
from tests.exports.schemas import validator

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wavespeed import FakeWaveSpeed

pytestmark = pytest.mark.django_db

PLAN = {
    "name": "Totals",
    "prompt": "What is the total of {{shop}}?",
    "variants": [{"model": FLASH}, {"model": GPT}],
    "marks": [{"rule": "contains"}],
}
CASES = [{"images": ["a.png"], "variables": {"shop": "Dune"}, "expected": "429"}]
TOML = f"""
name = "Totals"
prompt = "What is the total of {{{{shop}}}}?"
variants = [{{model = "{FLASH}"}}]
marks = [{{rule = "number", within = 0.005}}]
[[cases]]
variables = {{shop = "Dune"}}
expected = 9.60
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(png())
    return tmp_path


def written(folder: Path, name: str = "plan.json", **fields: Any) -> str:
    (folder / name).write_text(json.dumps(PLAN | {"cases": CASES} | fields))
    return str(folder / name)


def run(*arguments: str) -> tuple[int, str, str]:
    """Return what it ends with, its output, and what it says beside it."""
    out, said = StringIO(), StringIO()
    try:
        call_command("experiment", *arguments, stdout=out, stderr=said)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), said.getvalue()
    return 0, out.getvalue(), said.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        run("--carry", "--yes", *arguments)
    assert refusal.value.returncode == 2
    assert (Experiment.objects.count(), TestSet.objects.count()) == (0, 0)
    return str(refusal.value)


def test_it_says_number_and_cost_then_starts_and_prints_who_is_right(
    upstream: FakeWaveSpeed, folder: Path
) -> None:
    upstream.configure(answer={FLASH: "It is 429", GPT: "no idea"})
    code, out, said = run(written(folder), "--carry", "--yes")
    assert code == 0
    assert said.startswith("1 case × 2 variants: 2 runs, ")
    assert "2 of 2 runs have ended." in said
    first, second, _blank, pair = out.splitlines()
    assert "1 of 1 right" in first
    assert "0 of 1 right" in second
    assert "too few cases" in pair


def test_it_prints_the_published_json(upstream: FakeWaveSpeed, folder: Path) -> None:
    upstream.configure(answer={FLASH: "It is 429", GPT: "no idea"})
    _code, out, _said = run(written(folder), "--carry", "--yes", "--json")
    result = json.loads(out)
    validator("experiment.v1.json").validate(result)
    assert [one["right"] for one in result["variants"]] == [1, 0]


def test_the_best_variant_is_held_against_a_share(upstream: FakeWaveSpeed, folder: Path) -> None:
    upstream.configure(answer={FLASH: "It is 429", GPT: "no idea"})
    assert run(written(folder), "--carry", "--yes", "--fail-under", "1")[0] == 0


def test_under_the_share_it_ends_with_1(upstream: FakeWaveSpeed, folder: Path) -> None:
    upstream.configure(answer="no idea")
    code, _out, said = run(written(folder), "--carry", "--yes", "--fail-under", "0.5")
    assert (code, said.splitlines()[-1]) == (1, "The best is under 0.5.")


def test_toml_is_read_as_it_is_written(upstream: FakeWaveSpeed, folder: Path) -> None:
    (folder / "plan.toml").write_text(TOML)
    assert run(str(folder / "plan.toml"), "--carry", "--yes")[0] == 0
    assert Experiment.objects.get().version.cases.get().expected == "9.60"


def test_cases_come_out_of_a_table(upstream: FakeWaveSpeed, folder: Path) -> None:
    (folder / "images").mkdir()
    (folder / "images" / "b.png").write_bytes(png())
    table = "images,shop,expected,tags,note\nb.png,Dune,429,receipt;hard,\n,Ume,,,later\n"
    (folder / "cases.csv").write_text(table)
    arguments = ["--cases", str(folder / "cases.csv"), "--images", str(folder / "images")]
    assert run(written(folder, cases=None), *arguments, "--carry", "--yes")[0] == 0
    first, second = Experiment.objects.get().version.cases.all()
    assert (first.variables, first.expected) == ({"shop": "Dune"}, "429")
    assert (first.tags, first.images.get().name) == (["receipt", "hard"], "b.png")
    assert (second.note, second.expected) == ("later", "")


@pytest.mark.parametrize("head", ["Images,Expected,shop", "image,expected,shop"])
def test_a_table_whose_head_is_written_otherwise_loses_no_image(
    upstream: FakeWaveSpeed, folder: Path, head: str
) -> None:
    (folder / "cases.csv").write_text(f"{head}\na.png,429,Dune\n")
    plan = written(folder, cases=None)
    run(plan, "--cases", str(folder / "cases.csv"), "--carry", "--yes", "--json")
    case = TestSet.objects.get().versions.get().cases.get()
    assert (case.images.count(), case.expected, case.variables) == (1, "429", {"shop": "Dune"})


def test_a_file_of_a_dataset_needs_no_other_head(upstream: FakeWaveSpeed, folder: Path) -> None:
    (folder / "metadata.csv").write_text("file_name,ground_truth,shop\na.png,429,Dune\n")
    plan = written(folder, cases=None)
    said = run(plan, "--cases", str(folder / "metadata.csv"), "--carry", "--yes")[2]
    assert "file_name as image, ground_truth as expected. Other columns are variables." in said
    case = TestSet.objects.get().versions.get().cases.get()
    assert (case.images.get().name, case.expected, case.variables) == (
        *("a.png", "429"),
        {"shop": "Dune"},
    )


def test_a_variable_that_is_asked_for_stays_one_though_it_names_images(
    upstream: FakeWaveSpeed, folder: Path
) -> None:
    (folder / "cases.csv").write_text("shop,expected\na.png,429\n")
    run(written(folder, cases=None), "--cases", str(folder / "cases.csv"), "--carry", "--yes")
    case = TestSet.objects.get().versions.get().cases.get()
    assert (case.images.count(), case.variables) == (0, {"shop": "a.png"})


def test_what_was_left_out_of_a_table_is_said(upstream: FakeWaveSpeed, folder: Path) -> None:
    tests = [{"vars": {"shop": "Dune"}, "assert": [{"type": "javascript", "value": "true"}]}]
    (folder / "tests.json").write_text(json.dumps({"tests": tests}))
    plan = written(folder, cases=None)
    said = run(plan, "--cases", str(folder / "tests.json"), "--carry", "--yes")[2]
    assert "Assertions left out" in said
    assert "javascript (1)" in said


def test_cases_that_lack_a_variable_are_told_of_before_it_starts(
    upstream: FakeWaveSpeed, folder: Path
) -> None:
    cases = [*CASES, {"images": ["a.png"], "expected": "1"}]
    said = run(written(folder, cases=cases), "--carry", "--yes")[2]
    assert "2 cases × 2 variants; 1 case without {{shop}}, which is sent as it stands: 4" in said


def test_a_small_cost_is_not_called_none() -> None:
    assert cost_words(Estimate(runs=2, units=2, amount=Decimal("0.004"))) == "about $0.004"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("../a.png", "leads out of"),
        ("/etc/passwd", "leads out of"),
        ("link.png", "leads out of"),
        ("none.png", "is no file in"),
        ("no\x00.png", "cases[0].images"),
        (".", "is no file in"),
    ],
)
def test_an_image_outside_of_the_folder_is_refused(folder: Path, image: str, words: str) -> None:
    plans = folder / "plans"
    plans.mkdir()
    (plans / "link.png").symlink_to(folder / "a.png")
    said = refused(written(plans, cases=[CASES[0] | {"images": [image]}]))
    assert words in said
    assert said.startswith("cases[0].images")


def test_what_is_wrong_with_the_file_is_said_by_its_places(folder: Path) -> None:
    said = refused(written(folder, repeats=0, variants=[{"model": FLASH, "temp": 1}]))
    assert "repeats: " in said
    assert "variants[0].temp: There is no such field." in said


@pytest.mark.parametrize(
    "text",
    ["[", '{"name": 1, "name": 2}', "[]", "\udcff", "[" * 100_000, '{"a": 1e9999'],
)
def test_a_file_that_is_no_document_is_refused(folder: Path, text: str) -> None:
    (folder / "plan.json").write_bytes(text.encode(errors="surrogateescape"))
    assert refused(str(folder / "plan.json"))


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    assert "none.json cannot be read" in refused(str(folder / "none.json"))
    said = refused(written(folder, cases=None), "--cases", str(folder / "none.csv"))
    assert "none.csv cannot be read" in said


def test_without_yes_it_asks_at_a_terminal_only(folder: Path) -> None:
    with pytest.raises(CommandError, match="Add --yes"):
        run(written(folder), "--carry")
    assert not TestSet.objects.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "starts"), [("y\n", True), ("\n", False), ("", False)])
def test_at_a_terminal_it_starts_once_it_is_told(
    upstream: FakeWaveSpeed,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    starts: bool,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    if starts:
        assert run(written(folder), "--carry")[0] == 0
    else:
        with pytest.raises(CommandError, match="Nothing was started"):
            run(written(folder), "--carry")
    assert Experiment.objects.exists() == starts


def test_without_a_worker_it_refuses(folder: Path) -> None:
    with pytest.raises(CommandError, match="No worker is running"):
        run(written(folder), "--yes")


def test_ctrl_c_leaves_it_running_and_says_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    Worker.objects.create(name="host:1:a")
    monkeypatch.setattr(command.time, "sleep", interrupted)
    code, _out, said = run(written(folder), "--yes")
    one = Experiment.objects.get()
    assert (code, one.state) == (3, State.RUNNING)
    assert said.splitlines()[-1] == f"It goes on at {one.get_absolute_url()}."
