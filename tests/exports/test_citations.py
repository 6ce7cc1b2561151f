"""The cite box: model, date, options and link, as text, Markdown, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from playground.exports.citations import cite_comparison, cite_run
from playground.exports.redaction import Shown, shown_run
from playground.runs.models.comparison import Comparison
from playground.runs.models.run import Run
from playground.submission.request import Options
from tests.conftest import GPT
from tests.exports.redaction.links import LinkAddresses

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)


def cited(run: Run) -> dict[str, str]:
    Run.objects.filter(pk=run.pk).update(created_at=DAY)
    run.refresh_from_db()
    return {one.name: one.text for one in cite_run(run, run.get_absolute_url())}


def test_the_text_names_model_date_options_and_link(carried: Any) -> None:
    run = carried("Which train?", options=Options(temperature=0.5, max_tokens=900))
    assert cited(run)["text"] == (
        "google/gemini-2.0-flash-001: “Which train?” Answer of 1 May 2026, 09:30 UTC "
        "(Demo, no model looked at this; temperature 0.5, max 900 tokens). "
        f"Vision Playground, /runs/{run.pk}/"
    )


def test_bibtex_is_whole_whatever_the_prompt(carried: Any) -> None:
    text = cited(carried("50% of {a_b} & \\c ~ #1}"))["bibtex"]
    plain = re.sub(r"\\[{}&%$#_]", "", text)
    assert plain.count("{") == plain.count("}")
    assert r"50\% of \{a\_b\} \& \textbackslash{}c \textasciitilde{} \#1\}" in text
    assert re.match(r"@misc\{gemini20flash001202605010930[0-9a-f]{8},\n", text)


def test_runs_of_one_minute_are_entries_of_their_own(carried: Any) -> None:
    texts = [cited(carried(f"{n}?")) for n in range(5)]
    assert len({text["bibtex"].split("{")[1].split(",")[0] for text in texts}) == 5
    assert len({json.loads(text["csl"])[0]["id"] for text in texts}) == 5


def test_csl_json_says_what_bibtex_says(carried: Any) -> None:
    run = carried("Which “train”?\nNow")
    (item,) = json.loads(cited(run)["csl"])
    assert item["author"] == [{"literal": "google/gemini-2.0-flash-001"}]
    assert (item["title"], item["URL"]) == ("Which “train”?", f"/runs/{run.pk}/")
    assert item["issued"] == {"date-parts": [[2026, 5, 1]]}
    assert f"@misc{{{item['id']}," in cited(run)["bibtex"]


def test_markdown_links_and_means_itself(carried: Any) -> None:
    run = carried("a](http://evil.example) [b")
    assert f"[a\\](http://evil.example) \\[b](/runs/{run.pk}/)" in cited(run)["markdown"]


def test_a_comparison_names_all_its_models(carried: Any) -> None:
    cells = [carried("Why?"), carried("Why?", model=GPT)]
    text = cite_comparison("Why?", cells, DAY, "/compare/1/")[0].text
    assert text.startswith("google/gemini-2.0-flash-001, openai/gpt-4o: “Why?” Answers of ")
    assert "2 runs side by side; model defaults" in text


def test_what_a_link_shows_can_be_cited(carried: Any) -> None:
    run = shown_run(carried(), Shown(addresses=LinkAddresses()))
    assert "Vision Playground, /s/tok/#cell-1" in cite_run(run, run.url)[0].text


def test_the_page_has_it_as_soon_as_the_run_has_ended(client: Client, ask: Any) -> None:
    run = ask()
    assert 'class="panel cite"' not in client.get(f"/runs/{run.pk}/").content.decode()
    client.post(f"/runs/{run.pk}/cancel/")
    text = client.get(f"/runs/{run.pk}/").content.decode()
    assert f"Vision Playground, http://testserver/runs/{run.pk}/" in text


def test_both_pages_offer_their_files(client: Client, carried: Any) -> None:
    run = carried()
    run.comparison = Comparison.objects.create()
    run.save()
    for base, forms in ((f"/runs/{run.pk}", 4), (f"/compare/{run.comparison_id}", 5)):
        text = client.get(f"{base}/").content.decode()
        offered = re.findall(rf'href="({base}\.\w+)" download', text)
        assert len(offered) == forms
        assert {client.get(address).status_code for address in offered} == {200}
