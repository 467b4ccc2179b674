"""`ccr requests`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ccr.cli import books
from ccr.cli.figures import count, duration, money
from ccr.cli.terminal import OK, say

if TYPE_CHECKING:
    from ccr.telemetry.record import Record

EPILOG = """\b
Examples:
  ccr requests --status error --since today
  ccr requests --provider openrouter --limit 50
  ccr why last                         the story of the newest one"""

COLUMNS = ("time", "id", "model", "route", "status", "input", "output", "cost", "first", "took")
NUMBERS = ("input", "output", "cost", "first", "took")
SPARE = ("route", "first")
"""Columns that a narrow terminal has no room for."""

TAIL = 8
"""Characters of an id that are shown: `ccr why` takes them."""


@click.command("requests", epilog=EPILOG)
@books.filters
@click.option("--route", metavar="RULE", help="Of one route, such as default.")
@click.option("--status", metavar="STATUS", help="ok, error, left, 4xx, 5xx, or the status itself.")
@click.option("--error", metavar="CLASS", help="Of one class of errors, such as Overloaded.")
@click.option("--since", metavar="TIME", default="", help="Such as 7d, today, 2026-11-01.")
@click.option("--until", metavar="TIME", default="", help="The same; a day is meant with its end.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, help="At most so many (20).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as GET /api/requests does.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(
    *, since: str, until: str, limit: int, as_json: bool, config: str | None, **given: str | None
) -> int:
    """Show the requests of the past, the newest first; the service need not run."""
    with books.reading(config, lenient=as_json) as queries:
        from ccr.telemetry.ledger.shapes import brief_json

        page = queries.page(books.meant(since, until, **given), limit=limit)
        if as_json:
            told = {"requests": [brief_json(one) for one in page.records], "after": page.after}
            say(json.dumps(told, indent=2, ensure_ascii=False))
        elif page.records:
            _show(page.records)
        else:
            say("No request fits.")
    return OK


def _show(records: list[Record]) -> None:
    screen = books.console()
    names = [name for name in COLUMNS if screen.width >= books.NARROW or name not in SPARE]
    shown = books.table(*names, right=NUMBERS, fold=("model", "status"))
    for record in records:
        cells = dict(zip(COLUMNS, _cells(record), strict=True))
        shown.add_row(*(books.plain(cells[name]) for name in names))
    screen.print(shown)


def _cells(of: Record) -> list[str]:
    at = datetime.fromtimestamp(of.at, UTC).astimezone()
    answered = of.output is not None or of.took
    return [
        at.strftime("%m-%d %H:%M:%S"),
        of.id[-TAIL:],
        f"{of.provider},{of.model}" if of.provider else of.asked,
        of.route,
        f"{of.status} {of.error}".strip(),
        count(of.input) if answered else "",
        count(of.output) if answered else "",
        money(of.cost) if answered else "",
        "" if of.first_ms is None else duration(of.first_ms),
        duration(of.took_ms),
    ]
