"""Reads a file as its users do, and prints what was found as JSON. Runs in `.venv-interop`."""

from __future__ import annotations

import json
import sys
from typing import Any


def pandas_csv(file: str) -> Any:
    import pandas

    table = pandas.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return table.to_dict("list")


def pandas_jsonl(file: str) -> Any:
    import pandas

    table = pandas.read_json(file, lines=True, dtype=False, convert_dates=False)
    return {"output": list(table["output"]), "charged_usd": list(table["charged_usd"])}


def polars_csv(file: str) -> Any:
    import polars

    table = polars.read_csv(file, infer_schema=False, empty_string_is_null=False)
    return table.to_dict(as_series=False)


def polars_jsonl(file: str) -> Any:
    import polars

    table = polars.read_ndjson(file, infer_schema_length=None)
    return table.select("output", "charged_usd").to_dict(as_series=False)


def bibtex(file: str) -> Any:
    import bibtexparser

    found = bibtexparser.parse_file(file)
    assert not found.failed_blocks, found.failed_blocks
    return [(entry.key, {one.key: one.value for one in entry.fields}) for entry in found.entries]


if __name__ == "__main__":
    way, name = sys.argv[1:]
    print(json.dumps(globals()[way](name)))
