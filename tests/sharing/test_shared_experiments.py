"""An experiment below a token: its outcome as it was, without what is left out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.db.models.signals import post_init

from playground.experiments import from_comparison, people
from playground.experiments.marking import replace_rules
from playground.experiments.models.experiment import Experiment, Variant
from playground.experiments.models.mark import Judge, Mark, Source
from playground.experiments.models.test_set import Case, TestSet
from playground.images.models import ImageVariant
from playground.runs.models.run import Run
from playground.sharing import links as sharing
from playground.sharing.models import Share, SharedOutcome
from tests.conftest import HAIKU, one_line
from tests.experiments.sets import answered, started, version_of
from tests.gone import delete_for_good
from tests.sharing.walking import body, everything, read, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    Link = Callable[..., Share]

pytestmark = pytest.mark.django_db


@pytest.fixture
def experiment() -> Experiment:
    """Twelve cases and two models: 8 of 11 right, and 4 of 12."""
    experiment = started(version_of(*[f"{n}" for n in range(12)], images=True))
    experiment.version.cases.filter(position__in=[0, 1]).update(tags=["small print"])
    paid = {"provider": "wavespeed", "price": "0.5", "tokens_in": 4321, "tokens_out": 9}
    answered(experiment, *["yn"] * 7, *["ny"] * 2, "yy", "nn", "-y", **paid)
    return experiment


def page(client: Client, share: Share, query: str = "") -> str:
    return one_line(body(client, share.get_absolute_url() + query).decode())


def text(client: Client, share: Share, query: str = "") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, share, query)).split())


def test_the_link_shows_what_the_marks_say(
    client: Client, experiment: Experiment, link: Link
) -> None:
    said = text(client, link(experiment.comparison))
    assert "12 images × 2 variants" in said
    assert "8 of 11" in said
    assert "They differ on 9 of 11 images, 7 for A and 2 for B: not decided" in said
    assert "small print 2" in said
    assert said.count("read n wrong") == 11


def test_the_whole_answers_about_one_image_have_a_page(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison, hide_costs=True)
    assert 'href="?case=3"' in page(client, share)
    shown = page(client, share, "?case=3")
    assert shown.count("<article") == 2
    assert "Image 3 (<a href=" in shown
    assert "$" not in text(client, share, "?case=3")


def test_the_outcome_stays_when_the_rules_change(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison)
    before = page(client, share)
    replace_rules(experiment, [{"rule": "contains"}])
    assert page(client, share) == before


def test_an_update_shows_the_outcome_of_then(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison)
    Mark.objects.update(right=True)
    Experiment.objects.update(revision=99)
    sheet = client.get(f"/compare/{experiment.pk}/share/").content.decode()
    assert f"/shares/{share.pk}/update/" in sheet
    assert sharing.update(share)
    assert "11 of 11" in text(client, share)


def test_costs_and_tokens_that_are_left_out_are_in_no_byte(
    client: Client, experiment: Experiment, link: Link
) -> None:
    shown = text(client, link(experiment.comparison))
    assert "4,321" in shown
    assert ", about $" in shown
    share = link(experiment.comparison, hide_costs=True)
    assert not any(one in everything(client, share) for one in (b"4,321", b"4321", b"| Cost"))
    assert not any(one in text(client, share) for one in ("$", "Cost", "Tokens"))


def test_a_system_prompt_that_is_left_out_is_in_no_byte(
    client: Client, experiment: Experiment, link: Link
) -> None:
    Variant.objects.update(system_prompt="Speak like a pirate.")
    assert "Speak like a pirate." in text(client, link(experiment.comparison))
    hidden = link(experiment.comparison, hide_system_prompt=True)
    assert b"pirate" not in everything(client, hidden)


def test_an_image_that_is_left_out_is_in_no_byte(
    client: Client, experiment: Experiment, link: Link
) -> None:
    image = experiment.comparison.cells()[0].images.get().image
    assert image
    name = ImageVariant.objects.filter(image=image, max_edge=0, plain=False).get().sha256
    assert name in page(client, link(experiment.comparison))
    hidden = link(experiment.comparison, left_out=(image.pk,))
    assert name not in page(client, hidden)
    assert "Image left out" in text(client, hidden)


def test_no_id_no_file_name_and_nothing_that_nobody_was_asked_is_on_it(
    client: Client, experiment: Experiment, link: Link
) -> None:
    Case.objects.update(variables={"thing": "a total", "patient": "Ann Other"}, note="as Bob said")
    TestSet.objects.update(name="from-bob.csv")
    found = page(client, link(experiment.comparison))
    assert "a total" in found
    ids = [str(pk) for pk in Run.objects.values_list("pk", flat=True)]
    hidden = [*ids, str(experiment.pk), "Ann Other", "as Bob said", "from-bob", "0.png", "hx-"]
    assert [one for one in hidden if one in found] == []


def test_what_was_read_off_a_flagged_answer_is_not_shown(
    client: Client, experiment: Experiment, link: Link
) -> None:
    run = experiment.comparison.cells()[0]
    Mark.objects.filter(run=run).update(read="a secret", note="a secret")
    Run.objects.filter(pk=run.pk).update(flagged=True)
    share = link(experiment.comparison)
    assert b"a secret" not in everything(client, share)
    assert "Flagged, left out" in text(client, share)


def test_what_was_read_off_hidden_reasoning_is_not_shown(
    client: Client, experiment: Experiment, link: Link
) -> None:
    run = experiment.comparison.cells()[0]
    Mark.objects.filter(run=run).update(read="hmm 4")
    Run.objects.filter(pk=run.pk).update(output="<think>hmm</think>4")
    assert "hmm 4" in text(client, link(experiment.comparison))
    assert "hmm" not in text(client, link(experiment.comparison, hide_reasoning=True))


def test_an_answer_that_was_deleted_is_gone_from_the_grid(
    client: Client, experiment: Experiment, link: Link
) -> None:
    run = experiment.comparison.cells()[0]
    Mark.objects.filter(run=run).update(read="a secret")
    share = link(experiment.comparison)
    delete_for_good([run])
    assert "a secret" not in page(client, share)
    assert text(client, share).count("Deleted") == 1


def test_the_cases_are_paged(client: Client, link: Link) -> None:
    experiment = started(version_of(*[str(n) for n in range(60)]))
    answered(experiment, *["yn"] * 60)
    share = link(experiment.comparison)
    assert "1–50 of 60" in text(client, share)
    assert "51–60 of 60" in text(client, share, "?start=50")
    assert "No images here" in text(client, share, "?start=99999")
    assert "1–50 of 60" in text(client, share, "?start=-1")


@pytest.fixture
def loaded() -> Iterator[list[Run]]:
    """The runs that are read from the database from now on."""
    found: list[Run] = []

    def note(instance: Run, **_: object) -> None:
        found.append(instance)

    post_init.connect(note, sender=Run)
    yield found
    post_init.disconnect(note, sender=Run)


def test_a_page_reads_the_runs_of_its_cases_alone(
    client: Client, link: Link, loaded: list[Run]
) -> None:
    experiment = started(version_of(*[str(n) for n in range(60)]))
    answered(experiment, *["yn"] * 60)
    share = link(experiment.comparison)
    loaded.clear()
    assert "120 runs" in text(client, share, "?start=50")
    assert {run.row for run in loaded} == {0, *range(50, 60)}
    assert len(loaded) == 21


def test_a_picture_reads_no_run(
    client: Client, experiment: Experiment, link: Link, loaded: list[Run]
) -> None:
    share = link(experiment.comparison)
    picture = re.findall(r'src="(/s/[^"]+/images/[^"]+)"', page(client, share))[0]
    loaded.clear()
    assert read(client, picture).status == 200
    assert loaded == []


def test_a_page_says_the_same_of_all_runs(
    client: Client, experiment: Experiment, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = link(experiment.comparison, left_out=("x",))
    whole = text(client, share)
    monkeypatch.setattr("playground.sharing.experiment_page.MAX_ROWS", 2)
    part = text(client, share, "?start=2")
    assert "1 image" in whole.partition("Left out of this page: ")[2][:10]
    for words in ("24 runs", "gpt-4o, google/gemini-2.0-flash-001 (24 runs side by side"):
        assert (words in whole) == (words in part), words


class TestWhoseMarks:
    """A link keeps what rule, people and judges say, each apart."""

    @pytest.fixture
    def judged(self, experiment: Experiment) -> Judge:
        """A judge that says of every answer that it is right, with a note."""
        judge = Judge.objects.create(experiment=experiment, model_id=HAIKU, rubric="Right?")
        for run in experiment.comparison.cells().filter(status="completed"):
            said = {"right": True, "read": "right", "note": "for the owner"}
            Mark.objects.create(run=run, source=Source.JUDGE, judge=judge, **said)
        Experiment.objects.update(revision=F("revision") + 1)
        experiment.refresh_from_db()
        return judge

    def test_a_judge_is_kept_and_ranks_nothing_unchecked(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        share = link(experiment.comparison)
        assert "They differ on 9" in text(client, share)
        Mark.objects.filter(source=Source.JUDGE).update(right=False)
        said = text(client, share, "?source=judge")
        assert "11 of 11" in said
        assert "Not checked against people" in said
        assert "They differ" not in said

    def test_beside_people_it_ranks_and_says_how_far_they_agree(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        people.give(experiment, None, dict.fromkeys(experiment.comparison.cells(), ("wrong", "")))
        experiment.refresh_from_db()
        share = link(experiment.comparison)
        said = text(client, share, "?source=judge")
        assert f"People and the judge {HAIKU} agree on 0 of" in said
        assert "They differ on 0 of" in said
        assert "0 of 12" in text(client, share, "?source=person")

    def test_its_page_names_the_other_sources_too(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        said = page(client, link(experiment.comparison), "?source=judge")
        assert re.findall(r'href="\?source=(\w+)"', said) == ["rule", "judge"]

    @pytest.mark.parametrize("form", ["html", "zip", "md"])
    def test_its_page_offers_files_that_say_the_same(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge, form: str
    ) -> None:
        share = link(experiment.comparison)
        address = f"{share.get_absolute_url()[:-1]}.{form}?source=judge"
        assert f'href="{address}"' in page(client, share, "?source=judge")
        file = body(client, address)
        said = (unpacked(file) if form == "zip" else file).decode(errors="replace")
        assert "Outcome, marked by judge" in said
        assert "11 of 11" in said
        assert "8 of 11" not in said

    def test_alone_it_is_what_the_link_shows(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        Mark.objects.filter(source=Source.RULE).delete()
        share = link(experiment.comparison)
        assert "by a model that judges" in text(client, share)
        assert "they differ" not in body(client, f"{share.get_absolute_url()[:-1]}.md").decode()

    def test_what_it_notes_is_in_no_byte(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        share = link(experiment.comparison)
        assert "for the owner" not in page(client, share, "?source=judge")
        assert "for the owner" not in json.dumps(SharedOutcome.objects.get().values)

    def test_costs_that_are_left_out_are_left_out_of_each(
        self, client: Client, experiment: Experiment, link: Link, judged: Judge
    ) -> None:
        share = link(experiment.comparison, hide_costs=True)
        assert not any(one in text(client, share, "?source=judge") for one in ("$", "4,321"))

    def test_a_source_that_nobody_kept_is_the_usual_one(
        self, client: Client, experiment: Experiment, link: Link
    ) -> None:
        share = link(experiment.comparison)
        for query in ("?source=judge", "?source=%00", "?source=rows"):
            assert page(client, share, query) == page(client, share)


def test_a_revoked_link_is_gone_with_all_its_forms(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison)
    assert read(client, f"{share.get_absolute_url()}?start=0").status == 200
    sharing.revoke(Share.objects.filter(pk=share.pk))
    assert read(client, f"{share.get_absolute_url()}?start=0").status == 404
    assert not SharedOutcome.objects.exists()


def test_the_files_of_the_link_still_answer(
    client: Client, experiment: Experiment, link: Link
) -> None:
    address = link(experiment.comparison).get_absolute_url().rstrip("/")
    assert {read(client, address + end).status for end in (".json", ".csv", ".md")} == {200}


def test_a_link_from_before_shows_the_grid_of_answers(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison)
    SharedOutcome.objects.all().delete()
    assert page(client, share).count("<article") == 24


def test_the_files_begin_with_the_outcome(
    client: Client, experiment: Experiment, link: Link
) -> None:
    share = link(experiment.comparison)
    Mark.objects.all().delete()
    address = share.get_absolute_url().rstrip("/")
    text = body(client, f"{address}.md").decode()
    assert "| gemini-2.0-flash-001 | 8 of 11 | 43–90% |" in text
    assert "| small print | 2 | 2 of 2 | 0 of 2 |" in text
    assert b"| 8 of 11 | 43" in unpacked(body(client, f"{address}.zip"))
    assert b"<td>8 of 11</td>" in body(client, f"{address}.html")


def test_the_owners_file_begins_with_the_outcome_of_now(
    client: Client, experiment: Experiment
) -> None:
    address = f"/compare/{experiment.pk}.md"
    assert "they differ on 9 of 11 images" in read(client, address).body.decode()


@pytest.mark.parametrize("form", ["", ".json", ".csv", ".md"])
@pytest.mark.parametrize("of", ["comparison", "matrix"])
def test_a_link_stays_as_it_was_when_the_answers_are_marked(
    client: Client, request: pytest.FixtureRequest, link: Link, of: str, form: str
) -> None:
    item = request.getfixturevalue(of)
    share = link(item)
    address = share.get_absolute_url().rstrip("/") + (form or "/")
    before = body(client, address)
    from_comparison.make(item, None, {0: "5"}, [{"rule": "equals"}])
    assert body(client, address) == before
    assert sharing.update(share)
    assert "variants" in text(client, share)
