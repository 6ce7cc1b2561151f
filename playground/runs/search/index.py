"""Full-text search over prompts and answers, with the database's own engine.

Triggers keep the index (runs/search/schema.py). Its entries are numbered in the order of
History, so that the newest ones that match are read first and reading can stop there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from playground.accounts.visibility import InProjectQuerySet, Row
from playground.runs.search import parse
from playground.runs.search.terms import as_fts5, as_tsquery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Self

    from playground.runs.search import Term

    Terms = tuple[Term, ...]

PER_MICROSECOND = 1000  # entries that may share a moment
FIRST = 0
LAST = 2**63 - 1
# PostgreSQL's index has no order. A word that is common is found among the newest entries
# themselves; for one that is not, the index gives few entries, which are sorted.
LOOKED_THROUGH = 4000
MAX_RANKED = 5000  # entries that SQLite compares

SQLITE = {
    "all": "SELECT rowid FROM playground_searchtext WHERE playground_searchtext MATCH %s",
    "newest": "SELECT rowid FROM playground_searchtext WHERE playground_searchtext MATCH %s"
    " AND rowid >= %s AND rowid < %s ORDER BY rowid DESC LIMIT %s",
    "ranked": "SELECT rowid FROM playground_searchtext WHERE playground_searchtext MATCH %s"
    " AND rowid >= %s AND rowid < %s ORDER BY bm25(playground_searchtext, 4.0, 1.0), rowid DESC",
    "among": "SELECT rowid FROM playground_searchtext WHERE playground_searchtext MATCH %s"
    " AND rowid IN (SELECT value FROM json_each(%s))",
}
POSTGRESQL = {
    "all": "SELECT id FROM playground_searchentry WHERE words @@ to_tsquery('simple', %s)",
    "newest": "SELECT id FROM (SELECT id FROM playground_searchentry"
    " WHERE words @@ to_tsquery('simple', %s) AND id >= %s AND id < %s OFFSET 0) AS hits"
    " ORDER BY id DESC LIMIT %s",
    "common": "SELECT id FROM (SELECT id, words FROM playground_searchentry"
    " WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT %s) AS newest"
    " WHERE words @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT %s",
    "ranked among": "SELECT id FROM playground_searchentry, to_tsquery('simple', %s) AS asked"
    " WHERE id = ANY(%s) ORDER BY ts_rank(words, asked) DESC, id DESC",
    "among": "SELECT id FROM playground_searchentry"
    " WHERE words @@ to_tsquery('simple', %s) AND id = ANY(%s)",
}


class SearchEntry(models.Model):
    """A run's place in the index. Written by triggers alone, deletion included."""

    id = models.BigAutoField(primary_key=True, help_text="microseconds of listed_at × 1000 + n")
    run = models.OneToOneField(
        "Run", on_delete=models.DO_NOTHING, db_constraint=False, related_name="search_entry"
    )

    def __str__(self) -> str:
        return f"entry {self.pk} of run {self.run_id}"


class SearchableQuerySet(InProjectQuerySet[Row]):
    def search(self, text: str) -> Self:
        """Runs whose prompt and answer together have every word, "phrase" and beginning*."""
        terms = parse(text)
        if not terms:
            return self.none()
        entries: Any = RawSQL(_sql("all"), [_query(terms)])  # noqa: S611 - our own SQL
        return self.filter(search_entry__in=entries)


def key_of(moment: datetime) -> int:
    """Return the lowest number that an entry of this moment may have; after 2262 there is none."""
    seconds = int(moment.timestamp() // 1)
    return min((seconds * 1_000_000 + moment.microsecond) * PER_MICROSECOND, LAST)


def newest(terms: Terms, size: int, *, since: int = FIRST, until: int = LAST) -> list[int]:
    """Return the newest entries that match, at most `size`; `until` itself is not among them."""
    if connection.vendor == "postgresql":
        common = [since, until, LOOKED_THROUGH, _query(terms), size]
        found = _keys("common", common) if size < LOOKED_THROUGH else []
        if len(found) == size:
            return found
    return _keys("newest", [_query(terms), since, until, size])


def among(terms: Terms, keys: Sequence[int]) -> list[int]:
    return _keys("among", [_query(terms), _given(keys)]) if keys else []


def ranked_among(terms: Terms, keys: Sequence[int]) -> list[int]:
    """Return the entries, of which all match, the best one first. keys: newest first."""
    if not keys:
        return []
    if connection.vendor == "postgresql":
        return _keys("ranked among", [_query(terms), _given(keys)])
    # Not by their numbers: SQLite would count all that match anew for each. What is older than
    # many newer matches stays in its order, behind them.
    newer = newest(terms, MAX_RANKED, since=keys[-1])
    wanted = set(keys)
    best = _keys("ranked", [_query(terms), newer[-1] if newer else LAST, LAST])
    return list(dict.fromkeys([*(key for key in best if key in wanted), *keys]))


def _given(keys: Sequence[int]) -> list[int] | str:
    return list(keys) if connection.vendor == "postgresql" else str(list(keys))


def ranked(terms: Terms, most: int, *, since: int = FIRST, until: int = LAST) -> list[int]:
    """Return the newest entries that match, at most `most`, the best one first."""
    found = newest(terms, most, since=since, until=until)
    if connection.vendor == "postgresql" or not found:
        return ranked_among(terms, found)
    return _keys("ranked", [_query(terms), found[-1], until])


def _keys(name: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), values)
        return [row[0] for row in cursor.fetchall()]


def _sql(name: str) -> str:
    return (POSTGRESQL if connection.vendor == "postgresql" else SQLITE)[name]


def _query(terms: Terms) -> str:
    return as_tsquery(terms) if connection.vendor == "postgresql" else as_fts5(terms)
