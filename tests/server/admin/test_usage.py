"""`/api/usage`: totals, groups, and sessions in the shape that clients of the original know."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from tests.e2e.conftest import Start
from tests.server.admin.ledgers import get, text, write
from tests.telemetry.ledger.records import NOON, record

SEEDS_KEYS = {"sessionId", "providers", "totalInputTokens", "totalOutputTokens", "totalRequests"}


async def test_a_new_router_has_used_nothing(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    told = await get(http, f"{url}/api/usage")
    assert (told["totalRequests"], told["totalInputTokens"], told["totalCost"]) == (0, 0, 0)
    assert told["providers"] == {}
    assert await get(http, f"{url}/api/usage/sessions") == {"sessions": []}


async def test_one_session_has_the_shape_that_is_known(
    start: Start, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    given = {"session": "my-session", "provider": "openrouter", "input": 300, "output": 160, "cost": 0.25}
    write(tmp_path, *(record(number, **given) for number in range(5)))
    url = await start()
    told = await get(http, f"{url}/api/usage/sessions/my-session")
    assert told.keys() >= SEEDS_KEYS
    assert told["sessionId"] == "my-session"
    provider = told["providers"]["openrouter"]
    assert {name: provider[name] for name in ("inputTokens", "outputTokens", "requests")} == {
        "inputTokens": 1500,
        "outputTokens": 800,
        "requests": 5,
    }
    assert (told["totalInputTokens"], told["totalOutputTokens"], told["totalRequests"]) == (1500, 800, 5)
    assert (told["totalCost"], provider["cost"]) == (1.25, 1.25)
    assert (await get(http, f"{url}/api/usage/sessions"))["sessions"] == [told]


async def test_a_session_can_be_deleted_once(
    start: Start, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    write(tmp_path, record(1, session="a b/ü"), record(2, session="other"))
    url = await start()
    place = f"{url}/api/usage/sessions/a%20b%2Fü"
    async with http.delete(place) as answer:
        assert await answer.json() == {"success": True, "sessionId": "a b/ü", "deletedRequests": 1}
    async with http.delete(place) as answer:
        assert answer.status == 404
    await get(http, place, 404)
    assert (await get(http, f"{url}/api/usage"))["totalRequests"] == 1


async def test_usage_in_groups(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(
        tmp_path, record(1), record(2, provider="far", client="anna", input=99), record(3, at=NOON + 86_400)
    )
    url = await start()
    days = await get(http, f"{url}/api/usage?by=day&tz=%2B02:00")
    assert [(group["day"], group["requests"]) for group in days["groups"]] == [
        ("2025-10-09T00:00:00+02:00", 2),
        ("2025-10-10T00:00:00+02:00", 1),
    ]
    keys = await get(http, f"{url}/api/usage?by=key,model&until=2025-10-09")
    assert [(group["key"], group["model"]) for group in keys["groups"]] == [
        ("anna", "far,m1"),
        ("", "lab,m1"),
    ]
    assert keys["totalRequests"] == 2


async def test_unknown_cost_is_null(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, record(1, cost=None))
    told = await get(http, f"{await start()}/api/usage")
    assert (told["totalCost"], told["totalUnpriced"]) == (None, 1)


async def test_groups_as_a_table(start: Start, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    write(tmp_path, record(1), record(2, provider="far", cost=None))
    url = await start()
    head, first, second = (await text(http, f"{url}/api/usage?by=provider&format=csv")).splitlines()
    assert head.startswith("provider,requests,")
    columns = head.split(",")
    assert (first.split(",")[0], second.split(",")[0]) == ("far", "lab")
    assert first.split(",")[columns.index("cost")] == ""
    lines = (await text(http, f"{url}/api/usage?by=provider&format=jsonl")).splitlines()
    assert len(lines) == 2
