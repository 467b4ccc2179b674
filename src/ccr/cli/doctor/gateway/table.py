"""The contract as a table, asked row after row: a gateway that is small is not to be overrun."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ccr.cli.doctor.findings import Finding, failure, skipped
from ccr.cli.doctor.gateway import plain, streaming
from ccr.cli.doctor.gateway.probe import Probe, client
from ccr.errors import RouterError, Unreachable

Row = Callable[[Probe], Awaitable[list[Finding]]]
ROWS: tuple[tuple[str, Row], ...] = (
    ("stream", streaming.stream),
    ("tools", streaming.tools),
    ("newer clients", streaming.newer),
    ("answers without a stream", plain.whole),
    ("errors", plain.errors),
    ("keys", plain.keys),
    ("other endpoints", plain.beside),
)


def examine(url: str, key: str, model: str) -> list[Finding]:
    """What a gateway does of what Claude Code needs."""
    return asyncio.run(_examine(url, key, model))


async def _examine(url: str, key: str, model: str) -> list[Finding]:
    found: list[Finding] = []
    async with client() as connection:
        probe = Probe(connection, url, key, model)
        for name, row in ROWS:
            try:
                found += await row(probe)
            except Unreachable as error:
                return [
                    *found,
                    failure(name, error.message, "Is it running there, and is the address right?"),
                ]
            except RouterError as error:
                found.append(failure(name, error.message))
    return found or [skipped("contract", "nothing was asked.")]
