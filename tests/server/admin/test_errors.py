"""`/api/errors`: statistics and trend, also while the ledger cannot be read."""

from __future__ import annotations

import time
from pathlib import Path

import aiohttp

from tests.e2e.conftest import Start
from tests.server.admin.ledgers import get, write
from tests.telemetry.ledger.records import record


async def test_errors_are_counted_by_kind_and_window(
    start: Start, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    now = time.time()
    write(
        tmp_path,
        record(1, at=now - 10),
        record(2, at=now - 20, error="Overloaded", status=529),
        record(3, at=now - 30, error="Overloaded", status=429, provider="far"),
        record(4, at=now - 2_000, error="Broken", status=502),
        record(5, at=now - 40, error="left", status=499),
    )
    told = await get(http, f"{await start()}/api/errors")
    assert (told["source"], told["total"]) == ("ledger", 3)
    assert told["byClass"] == {"Overloaded": 2, "Broken": 1}
    assert told["byProvider"] == {"lab": 2, "far": 1}
    assert told["byStatus"] == {"429": 1, "502": 1, "529": 1}
    assert [one["id"] for one in told["recent"]] == [record(n).id for n in (2, 3, 4)]
    five, hour = told["trend"][:2]
    assert (five["window"], five["errors"], five["requests"]) == ("5m", 2, 4)
    assert (hour["errors"], hour["rateBefore"]) == (3, None)


async def test_requests_that_were_refused_are_counted_beside_those_that_have_rows(
    start: Start, http: aiohttp.ClientSession
) -> None:
    url = await start()
    for _ in range(2):
        async with http.post(f"{url}/v1/messages", data=b"{") as answer:
            assert answer.status == 400
    told = await get(http, f"{url}/api/errors")
    assert (told["total"], told["refused"]) == (0, {"BadRequest": 2})
    assert [one["status"] for one in told["recent"]] == [400, 400]
    assert (await get(http, f"{url}/api/errors?provider=lab"))["refused"] == {}


async def test_a_broken_ledger_leaves_what_is_remembered(
    start: Start, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (tmp_path / "ccr.db").write_bytes(b"this is no database " * 500)
    told = await get(http, f"{await start()}/api/errors")
    assert (told["source"], told["total"], told["trend"], told["recent"]) == ("memory", 0, None, [])


async def test_a_mistake_is_a_mistake(start: Start, http: aiohttp.ClientSession) -> None:
    await get(http, f"{await start()}/api/errors?since=soon", 400)
