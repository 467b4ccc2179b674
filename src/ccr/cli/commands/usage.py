"""`ccr usage`."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from ccr.cli import books
from ccr.cli.figures import count, duration, money, spark
from ccr.cli.terminal import OK, USAGE, fail, say

if TYPE_CHECKING:
    from ccr.telemetry.ledger.figures import Figures
    from ccr.telemetry.ledger.filters import Filter
    from ccr.telemetry.ledger.queries import Group, Queries

EPILOG = """\b
Examples:
  ccr usage                            the last 30 days, day by day and by model
  ccr usage --by provider --since 7d
  ccr usage --by session --since today
  ccr usage --by day,model --csv > usage.csv

\b
A cost of ? is not known: the price of the model is in no table. $1.20+? is what is known of it."""

DAYS = 30
NONE = "-"
NUMBERS = ("requests", "errors", "input", "cached", "output", "cost", "first", "tokens/s")


@click.command("usage", epilog=EPILOG)
@click.option(
    "--by", metavar="WHAT", default="", help="day, hour, provider, model, session, project, agent, key, …"
)
@click.option("--since", metavar="TIME", default=f"{DAYS}d", help=f"Such as 7d, today, 2026-11-01 ({DAYS}d).")
@click.option("--until", metavar="TIME", default="", help="The same; a day is meant with its end.")
@books.filters
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as GET /api/usage does.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the groups as CSV.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(
    *,
    by: str,
    since: str,
    until: str,
    as_json: bool,
    as_csv: bool,
    config: str | None,
    **given: str | None,
) -> int:
    """Say what was used and what it cost, from the ledger; the service need not run."""
    if as_json and as_csv:
        fail("--json and --csv are two forms of the same: give one of them.", USAGE)
    with books.reading(config, lenient=as_json or as_csv) as queries:
        where = books.meant(since, until, **given)
        groups = [name.strip() for name in by.split(",") if name.strip()]
        if as_json:
            say(json.dumps(_told(queries, where, groups), indent=2, ensure_ascii=False))
        elif as_csv:
            _write_csv(queries, where, groups or ["day"])
        elif groups:
            _show(queries, where, groups)
        else:
            _overview(queries, where)
    return OK


def _told(queries: Queries, where: Filter, by: list[str]) -> dict[str, Any]:
    from ccr.telemetry.ledger.shapes import group_json, usage_json

    told = {"since": where.since, "until": where.until}
    told |= usage_json(queries.total(where), queries.providers(where))
    found = [group_json(group) for group in _grouped(queries, by, where)] if by else []
    return told | ({"by": by, "groups": found} if by else {})


def _write_csv(queries: Queries, where: Filter, by: list[str]) -> None:
    from ccr.telemetry.ledger.export import csv_lines
    from ccr.telemetry.ledger.shapes import figures_json, group_json

    rows = [group_json(group) for group in _grouped(queries, by, where)]
    head = rows[0] if rows else [*by, *figures_json(queries.total(where))]
    for line in csv_lines(rows, head):
        sys.stdout.write(line)


def _overview(queries: Queries, where: Filter) -> None:
    total = queries.total(where)
    if not total.requests:
        say("No request fits.")
        return
    for line in _summary(total):
        say(line)
    _show(queries, where, ["day"])
    _show(queries, where, ["model"])


def _summary(total: Figures) -> list[str]:
    saved = _saved(total)
    priced = f"{total.unpriced} of unknown cost" if total.unpriced else ""
    told = [
        f"{total.requests} {'request' if total.requests == 1 else 'requests'}, {total.errors} of them failed",
        _summed(total),
        ", ".join(part for part in (f"{money(total.cost, total.unpriced)} in all", priced, saved) if part),
    ]
    return [line[0].upper() + line[1:] + "." for line in told]


def _summed(of: Figures) -> str:
    cached = count(of.cache_read_tokens)
    return f"{count(of.input_tokens)} tokens in, {cached} more from caches, {count(of.output_tokens)} out"


def _saved(total: Figures) -> str:
    """What routing saved, where both costs are known of all requests."""
    if total.unpriced or total.cost is None or not total.default_cost:
        return ""
    return f"{money(total.default_cost)} had it all gone to the default model"


def _show(queries: Queries, where: Filter, by: list[str]) -> None:
    screen = books.console()
    groups = _grouped(queries, by, where)
    if not groups:
        say("No request fits.")
        return
    wide = screen.width >= books.NARROW
    columns = (*by, *NUMBERS, "") if wide else (*by, *NUMBERS[:-2])
    shown = books.table(*columns, right=NUMBERS, fold=by)
    lines = _sparks(queries, where, by, groups, plain=screen.options.ascii_only)
    for group, line in zip(groups, lines, strict=True):
        cells = [*_cells(group.figures), line]
        keys = [books.plain(_named(name, key)) for name, key in group.of.items()]
        shown.add_row(*keys, *(cells if wide else cells[:-3]))
    screen.print(shown)


def _cells(of: Figures) -> list[str]:
    speed = "" if of.tokens_per_second is None else f"{of.tokens_per_second:.0f}"
    first = "" if of.first_ms is None else duration(of.first_ms)
    tokens = [count(of.input_tokens), count(of.cache_read_tokens), count(of.output_tokens)]
    return [str(of.requests), str(of.errors or ""), *tokens, money(of.cost, of.unpriced), first, speed]


def _sparks(queries: Queries, where: Filter, by: list[str], groups: list[Group], *, plain: bool) -> list[str]:
    """For each row a bar where rows are times; else its tokens day by day."""
    from ccr.telemetry.ledger.groups import SECONDS

    if any(name in SECONDS for name in by):
        return _bars([_tokens(group.figures) for group in groups], plain=plain)
    days: dict[tuple[str, ...], dict[str, int]] = {}
    for group in _grouped(queries, ["day", *by], where):
        day, *key = group.of.values()
        days.setdefault(tuple(key), {})[day] = _tokens(group.figures)
    all_days = sorted({day for found in days.values() for day in found})[-DAYS:]
    return [
        spark([days.get(tuple(group.of.values()), {}).get(day, 0) for day in all_days], plain=plain)
        for group in groups
    ]


def _bars(values: list[int], *, plain: bool, width: int = 20) -> list[str]:
    most = max(values, default=0) or 1
    return [("#" if plain else "█") * round(value / most * width) for value in values]


def _tokens(of: Figures) -> int:
    return sum(
        value or 0
        for value in (of.input_tokens, of.cache_read_tokens, of.cache_write_tokens, of.output_tokens)
    )


def _grouped(queries: Queries, by: list[str], where: Filter) -> list[Group]:
    from ccr.telemetry.ledger.moments import local_offset

    return queries.groups(by, where, offset=local_offset(time.time()))


def _named(name: str, key: str) -> str:
    """The key of a group as people read it."""
    if name == "day":
        return key[:10]
    if name in {"hour", "minute"}:
        return key[:16].replace("T", " ")
    return key or NONE
