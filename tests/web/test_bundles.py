"""One style sheet and one script in production, made of every file, in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from playground.composer.examples import EXAMPLES
from playground.web.bundles import STYLES, bundles, modules
from tests.example_sheet import FOLDER, SHEETS
from tests.migrated import put_migrated
from tests.product import ROOT, collected

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client


DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function|const|let|class) ([\w$]+)", re.MULTILINE
)
SCRIPTS = ("js/app.js", "js/shared.js")


def shipped(name: str) -> str:
    return (ROOT / "static" / name).read_text()


def condensed(style: str) -> str:
    return "".join(re.sub(r"/\*.*?\*/", " ", style, flags=re.DOTALL).split())


def test_the_styles_are_all_there_in_the_order_of_the_page() -> None:
    found = condensed(bundles()["bundle/app.css"])
    places = [found.index(condensed(shipped(name))) for name in STYLES]
    assert places == sorted(places)
    files = {f"css/{path.name}" for path in (ROOT / "static/css").iterdir()}
    alone = {"css/document.css", "css/experiment.css"}  # of saved files, and of pages of their own
    assert files == {*STYLES, *alone}


@pytest.mark.parametrize("name", STYLES)
def test_a_style_changes_nothing_of_what_follows(name: str) -> None:
    style = condensed(shipped(name))
    assert "@import" not in style
    assert "@charset" not in style
    assert style.count("{") == style.count("}")


def test_the_scripts_hold_every_module() -> None:
    files = {f"js/{path.name}" for path in (ROOT / "static/js").iterdir()}
    assert {*modules("js/app.js"), *SCRIPTS} == files


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_module_comes_after_what_it_imports(script: str) -> None:
    order = modules(script)
    for place, name in enumerate(order):
        assert {*modules(name)} <= {*order[:place]}


def test_no_two_modules_have_a_name_in_common() -> None:
    names = [one for name in modules("js/app.js") for one in DECLARED.findall(shipped(name))]
    assert {one for one in names if names.count(one) > 1} == set()


def test_a_script_is_one_scope_without_imports_exports_and_comments() -> None:
    _, script = bundles()["bundle/app.js"].split("(() => {\n", 1)
    assert script.startswith('"use strict";\nconst $ = ')
    assert re.findall(r"^ *(?:import|export|//).*", script, re.MULTILINE) == []
    assert not re.search(r"\bimport\s*[(.]|\bimport \*| as \w+ }", script)


def test_the_script_for_strangers_is_small() -> None:
    assert len(bundles()["bundle/shared.js"]) < 18_000
    assert "htmx=" not in bundles()["bundle/shared.js"]


def test_htmx_comes_first() -> None:
    script = bundles()["bundle/app.js"]
    assert script.index("var htmx=") < script.index('"use strict"')


@pytest.mark.django_db
def test_without_collecting_each_file_is_served_as_it_is(client: Client) -> None:
    page = client.get("/").content.decode()
    assert re.findall(r'<link rel="stylesheet" href="/static/(.+)">', page) == list(STYLES)
    assert '<script src="/static/js/app.js" type="module"></script>' in page


@pytest.mark.parametrize("name", SHEETS)
def test_the_sheet_of_thumbnails_has_a_tile_for_each_example(name: str) -> None:
    width, _ = SHEETS[name]
    with Image.open(FOLDER / name) as sheet:
        assert sheet.size == (width, width * 9 // 16 * len(EXAMPLES))


ASK = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.test import Client
from django.templatetags.static import static
client = Client(headers={"host": "localhost", "accept-encoding": "br"})
for path in ("/", "/nothing/"):
    print(Client(headers={"host": "localhost"}).get(path).content.decode())
for name in ("bundle/app.css", "bundle/app.js", "bundle/shared.js"):
    print(name, client.get(static(name)).status_code, *client.get(static(name)).headers.items())
for name in ("bundle/app.000000000000.css", "admin/css/base.000000000000.css",
             "bundle/gone.111111111111.css", "bundle/none.000000000000.css"):
    answer = Client(headers={"host": "localhost"}).get("/static/" + name)
    text = b"".join(answer).decode()
    now = name.replace(".000000000000", "")
    same = answer.status_code == 200 and text == (Path(settings.STATIC_ROOT) / now).read_text()
    print(name, answer.status_code, same, answer.headers["Cache-Control"])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("collected")


@pytest.fixture(scope="module")
def answers(folder: Path) -> str:
    """What an installation answers after `collectstatic`: two pages, then headers of files."""
    environment = os.environ | collected(folder) | {"DATABASE_URL": ""}
    (folder / "static/bundle/gone.111111111111.css").write_text("/* of an earlier build */")
    put_migrated(folder / "playground.db", "local")
    command = [sys.executable, "-W", "ignore", "-c", ASK]
    made = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return made.stdout.decode()


@pytest.mark.processes
def test_a_collected_page_asks_for_one_style_sheet_and_one_script(answers: str) -> None:
    page, missing = answers.split("<!doctype html>")[1:]
    hashed = r'="/static/bundle/app\.[0-9a-f]{12}\.'
    assert re.findall(r'rel="stylesheet" href(.+?)css">', page) == re.findall(hashed, page)[:1]
    assert len(re.findall(r"<script", page)) == len(re.findall(hashed + "js", page)) == 1
    assert len(re.findall(r'rel="stylesheet"', missing)) == 1


@pytest.mark.processes
@pytest.mark.parametrize("name", ["bundle/app.css", "bundle/app.js", "bundle/shared.js"])
def test_bundles_are_compressed_and_kept_for_ever(answers: str, name: str) -> None:
    headers = next(line for line in answers.splitlines() if line.startswith(f"{name} 200"))
    assert "('Content-Encoding', 'br')" in headers
    assert "('Cache-Control', 'max-age=315360000, public, immutable')" in headers
    assert "Access-Control" not in headers


@pytest.mark.processes
def test_a_page_asks_for_its_styles_before_its_fonts(answers: str, folder: Path) -> None:
    style = next(folder.glob("static/bundle/app.????????????.css")).read_text()
    assert len(set(re.findall(r"fonts/.+?\.[0-9a-f]{12}\.woff2", style))) == 2
    assert style.count("font-display: swap") == 2
    assert "woff2" not in answers


@pytest.mark.processes
@pytest.mark.parametrize("name", ["bundle/app", "admin/css/base"])
def test_a_page_of_another_version_gets_what_this_one_has_and_keeps_it_for_no_time(
    answers: str, name: str
) -> None:
    assert f"{name}.000000000000.css 200 True no-store" in answers


@pytest.mark.processes
def test_files_of_an_earlier_build_are_served_as_they_were(answers: str) -> None:
    assert "bundle/gone.111111111111.css 200 True max-age=60, public" in answers


@pytest.mark.processes
def test_a_file_that_no_version_here_has_is_not_found(answers: str) -> None:
    assert "bundle/none.000000000000.css 404 False" in answers
