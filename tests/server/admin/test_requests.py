"""`/api/requests`: pages, one with its story, all as a file."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp

from tests.e2e.conftest import Start
from tests.server.admin.ledgers import get, text, write
from tests.telemetry.ledger.records import FULL, record


async def test_pages_follow_each_other(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, *(record(number) for number in range(5)))
    url = await start()
    first = await get(http, f"{url}/api/requests?limit=3")
    second = await get(http, f"{url}/api/requests?limit=3&after={first['after']}")
    found = [one["id"] for one in first["requests"] + second["requests"]]
    assert found == [record(number).id for number in range(4, -1, -1)]
    assert second["after"] is None


async def test_requests_are_filtered(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, record(1), record(2, status=429, error="Overloaded", client="anna"), record(3))
    url = await start()
    for query in ("status=429", "status=error", "status=4xx", "error=Overloaded", "key=anna"):
        found = await get(http, f"{url}/api/requests?{query}")
        assert [one["id"] for one in found["requests"]] == [record(2).id], query


async def test_one_request_with_its_story(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, FULL, record(1, parent=FULL.id))
    url = await start()
    told = await get(http, f"{url}/api/requests/{FULL.id}")
    assert (told["trace"], told["key"], told["cost"]) == (FULL.trace, "work", FULL.cost)
    assert [one["id"] for one in told["rounds"]] == [record(1).id]
    await get(http, f"{url}/api/requests/req_none", 404)


async def test_the_running_ones_are_no_id(start: Start, http: aiohttp.ClientSession) -> None:
    assert await get(http, f"{await start()}/api/requests/active") == []


async def test_all_as_json_lines(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, *(record(number) for number in range(1_200)))
    body = await text(http, f"{await start()}/api/requests?format=jsonl")
    lines = [json.loads(line) for line in body.splitlines()]
    assert len({line["id"] for line in lines}) == 1_200
    assert lines[-1]["time"] == "2025-10-09T09:00:00+00:00"
