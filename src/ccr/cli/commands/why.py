"""`ccr why`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ccr.cli import books
from ccr.cli.terminal import FAILED, OK, USAGE, fail, note, say

if TYPE_CHECKING:
    from ccr.telemetry.ledger.queries import Queries

LAST = "last"


EPILOG = """\b
Examples:
  ccr why last
  ccr why 651d234d --json              the end of an id, as `ccr requests` shows it"""


@click.command("why", epilog=EPILOG)
@click.argument("id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as GET /api/requests/ID does.")
@click.option("--config", metavar="FILE", help="The configuration (~/.claude-code-router/config.json).")
def command(*, id: str, as_json: bool, config: str | None) -> int:
    """Tell the story of one request: how it was routed, who was asked, what came, what it cost.

    ID is that of the answer's header request-id or of `ccr requests`, or the end of it, or "last".
    """
    from ccr.cli.story import story

    with books.reading(config, lenient=False) as queries:
        from ccr.telemetry.ledger.filters import Filter
        from ccr.telemetry.ledger.shapes import brief_json, record_json

        record = queries.request(_meant(queries, id))
        if record is None:
            fail(f'There is no request "{id}" in the ledger.')
        rounds = list(queries.every(Filter(parent=record.id)))
        if as_json:
            told = {**record_json(record), "rounds": [brief_json(one) for one in rounds]}
            say(json.dumps(told, indent=2, ensure_ascii=False))
        for line in () if as_json else story(record, rounds):
            say(line)
        return OK
    return FAILED


def _meant(queries: Queries, id: str) -> str:
    """The whole id."""
    from ccr.telemetry.ledger.filters import Filter

    if id == LAST:
        newest = queries.page(Filter(parent=""), limit=1).records
        if not newest:
            fail("There is no request in the ledger.")
        return newest[0].id
    if not id.strip():
        fail('Which request? Write its id, or "last".', USAGE)
    found = [id] if queries.request(id) else queries.ending(id)
    if not found:
        fail(f'No request in the ledger has an id that ends with "{id}"; `ccr requests` shows the newest.')
    if len(found) > 1:
        note(f"{len(found)} ids end so: {', '.join(found)}. This is the newest of them.")
    return found[0]
