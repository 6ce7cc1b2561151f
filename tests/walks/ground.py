"""What is walked on: a playground with a few runs, as they were before each walk."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.browser.product import PASSWORD, Product
from tests.fakes.wavespeed import FakeWaveSpeed
from tests.product import collected
from tests.servers.processes import until

if TYPE_CHECKING:
    from collections.abc import Iterable

FLASH, GPT = "google/gemini-2.0-flash-001", "openai/gpt-4o"
RUNNING = (
    "select count(*) from playground_run where status in ('queued', 'submitting', 'processing')"
)


class Ground(Product):
    """A playground, local or with accounts, which can be looked into and put back."""

    def __init__(self, access: str) -> None:
        self.access, self._fake = access, FakeWaveSpeed()
        self._static = tempfile.TemporaryDirectory()
        static = collected(Path(self._static.name))["STATIC_ROOT"]
        super().__init__(self._fake, ACCESS=access, STATIC_ROOT=static)
        self.cookies: list[dict[str, Any]] = []
        if access == "accounts":
            self.add_administrator("mira")
            self._session.get(f"{self.url}/sign-in/")
            self.post("/sign-in/", username="mira", password=PASSWORD)
            self._session.get(self.url)
            mine = self._session.cookies.items()
            self.cookies = [{"name": name, "value": value, "url": self.url} for name, value in mine]
        for prompt in ("A needle in here", "Hay alone", "More hay", "The last straw"):
            self.press(prompt)
        self.press("Two at once", FLASH, GPT, confirmed="2")
        self.come_to_rest()
        self._before = sqlite3.connect(":memory:")
        with closing(self._database()) as database:
            database.backup(self._before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._before.close()
        self._fake.close()
        self._static.cleanup()

    def put_back(self) -> None:
        """Let the rows be what they were before the first walk."""
        self.come_to_rest()
        with closing(self._database()) as database:
            self._before.backup(database)

    def come_to_rest(self) -> None:
        """Wait until no run is on its way."""
        until(lambda: not self._ask(RUNNING)[0][0], "the runs ended")

    def runs(self) -> set[str]:
        """Return the ids of all runs, deleted ones too."""
        return {str(row[0]) for row in self._ask("select id from playground_run")}

    def rows_deleted(self) -> set[str]:
        """Return the rows of History that were deleted, as their pages call them."""
        whole = (
            "select coalesce(comparison_id, id) from playground_run where deleted_at is not null"
        )
        return {str(row[0]) for row in self._ask(whole)}

    def rows_of(self, names: Iterable[str]) -> set[str]:
        """Return the same of rows by their ids in pages."""
        ids = [name.removeprefix("row-").replace("-", "") for name in names]
        marks = ",".join("?" * len(ids))
        whole = f"select coalesce(comparison_id, id) from playground_run where id in ({marks})"  # noqa: S608
        return {str(row[0]) for row in self._ask(whole, ids)}

    def _ask(self, query: str, given: Iterable[str] = ()) -> list[Any]:
        with closing(self._database()) as database:
            return database.execute(query, tuple(given)).fetchall()

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(Path(self._folder.name, "playground.db"), timeout=60)
