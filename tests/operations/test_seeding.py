"""manage.py seedruns: runs that were made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count

from playground.images.models import Image
from playground.rendering import render
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def seed(count: int, number: int = 7) -> None:
    call_command("seedruns", str(count), seed=number, verbosity=0)


def test_it_makes_exactly_as_many_runs_as_asked() -> None:
    seed(200)
    assert Run.objects.count() == 200


def test_no_worker_finds_anything_to_carry() -> None:
    seed(200)
    assert all(run.has_ended for run in Run.objects.all())


def test_comparisons_have_two_to_six_runs() -> None:
    seed(300)
    sizes = Comparison.objects.annotate(size=Count("runs")).values_list("size", flat=True)
    assert {*sizes} == {2, 3, 4, 5, 6}


def test_the_same_seed_makes_the_same_runs_again() -> None:
    seed(50)
    first = {run.pk: (run.prompt, run.output) for run in Run.objects.all()}
    Comparison.objects.all().delete()
    Run.objects.all().delete()
    seed(50)
    assert {run.pk: (run.prompt, run.output) for run in Run.objects.all()} == first


def test_the_same_seed_twice_in_one_database_says_so() -> None:
    seed(20)
    with pytest.raises(CommandError, match="another --seed"):
        seed(20)


def test_a_few_pictures_are_shared_by_all() -> None:
    seed(300)
    assert Image.objects.count() == 6
    assert Run.objects.filter(images__image__isnull=False).count() > 6


def test_answers_are_stored_as_they_would_have_been_rendered() -> None:
    seed(20)
    run = Run.objects.exclude(output="").first()
    assert run is not None
    assert run.output_html == render(run.output).html


def test_made_up_runs_can_be_looked_at(client: Client) -> None:
    seed(20)
    for run in Run.objects.all():
        assert client.get(run.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", ["0", "-1", "10000001"])
def test_a_number_out_of_reach_is_refused(count: str) -> None:
    with pytest.raises(CommandError, match="Choose 1 to"):
        call_command("seedruns", count)
