"""Rows as CSV for spreadsheets and as JSON Lines for programs, a line at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from ccr.wire import json

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a text begins that spreadsheets would run (OWASP, "CSV Injection")."""


def csv_lines(rows: Iterable[Mapping[str, Any]], names: Iterable[str]) -> Iterator[str]:
    """A head and a line each; what is not known is empty."""
    names = list(names)
    yield _line(names)
    for row in rows:
        yield _line([cell(row.get(name)) for name in names])


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON object each."""
    for row in rows:
        yield json.encode(row).decode() + "\n"


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: never a formula."""
    if isinstance(value, Mapping | list):
        return json.encode(value).decode()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _line(values: Iterable[Any]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
