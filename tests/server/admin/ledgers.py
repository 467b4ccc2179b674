"""A router whose ledger holds what a test puts into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp

from ccr.telemetry.ledger.database import SQLite
from ccr.telemetry.ledger.keeper import Ledger
from ccr.telemetry.record import Record
from tests.telemetry.ledger.records import ALL


def write(folder: Path, *records: Record) -> None:
    """Into the ledger beside the configuration that ``start`` writes into the same folder."""
    ledger = Ledger(SQLite(folder / "ccr.db"), ALL)
    for record in records:
        ledger.add(record)
    ledger.close(30)


async def get(http: aiohttp.ClientSession, url: str, status: int = 200) -> Any:
    """The JSON of an answer."""
    async with http.get(url) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def text(http: aiohttp.ClientSession, url: str) -> str:
    async with http.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()
