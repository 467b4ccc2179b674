"""Logs over HTTP: what there is, what is wanted of it, and never a file outside the log folder."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, hang


def line(number: int, level: str = "info", **more: str) -> str:
    return json.dumps({"time": f"2026-01-01T00:00:{number:02}Z", "level": level, **more, "msg": f"n{number}"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "app.log").write_text("".join(f"{line(n)}\n" for n in range(10)))
    (folder / "ccr-1.log").write_text(f"{line(1, 'warn', reqId='req_1')}\n{line(2)}\n\n")
    (folder / "ccr-1_1.log.gz").write_bytes(gzip.compress(f"{line(5)}\n".encode()))
    (tmp_path / "secret.log").write_text("canary")
    (folder / "link.log").symlink_to(tmp_path / "secret.log")
    return folder


async def get(http: aiohttp.ClientSession, url: str, **asked: str | int) -> list[str]:
    async with http.get(f"{url}/api/logs", params=asked) as answer:
        assert answer.status == 200
        return [json.loads(one)["msg"] for one in await answer.json()]


async def test_files(start: Start, http: aiohttp.ClientSession, folder: Path) -> None:
    async with http.get(f"{await start()}/api/logs/files") as answer:
        found = await answer.json()
    assert {one["name"] for one in found} == {"app.log", "ccr-1.log", "ccr-1_1.log.gz"}
    app = next(one for one in found if one["name"] == "app.log")
    assert app["path"] == str(folder / "app.log")
    assert app["size"] == (folder / "app.log").stat().st_size
    assert app["lastModified"].endswith("Z")


async def test_lines_are_chosen_and_paged(start: Start, http: aiohttp.ClientSession, folder: Path) -> None:
    url = await start()
    assert await get(http, url) == [f"n{n}" for n in range(10)]
    assert await get(http, url, limit=3) == ["n7", "n8", "n9"]
    assert await get(http, url, limit=4, page=3) == ["n0", "n1"]
    assert await get(http, url, limit=4, page=4) == []
    assert await get(http, url, search="N4") == ["n4"]
    assert await get(http, url, since="2026-01-01T00:00:08Z") == ["n8", "n9"]
    assert await get(http, url, file="ccr-1.log", level="warn") == ["n1"]
    assert await get(http, url, file=str(folder / "ccr-1.log"), request="req_1") == ["n1"]
    assert await get(http, url, file="ccr-1_1.log.gz") == ["n5"]
    assert await get(http, url, file="none.log") == []


@pytest.mark.usefixtures("folder")
async def test_how_many_there_are_is_told(start: Start, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{await start()}/api/logs", params={"limit": 2}) as answer:
        assert answer.headers["x-total-count"] == "10"


@pytest.mark.parametrize(
    "file", ["../secret.log", "{outside}/secret.log", "/etc/passwd", "link.log", "..%2fsecret.log"]
)
async def test_nothing_outside_the_folder_is_shown_or_cleared(
    file: str, start: Start, http: aiohttp.ClientSession, folder: Path
) -> None:
    url = await start()
    for method in ("GET", "DELETE"):
        asked = {"file": file.format(outside=folder.parent)}
        async with http.request(method, f"{url}/api/logs", params=asked) as answer:
            text = await answer.text()
            assert answer.status in (200, 400)
            assert "canary" not in text
    async with http.delete(f"{url}/api/logs/files/..%2Fsecret.log") as answer:
        assert answer.status in (400, 404)
    async with http.delete(f"{url}/api/logs/files/link.log") as answer:
        assert answer.status == 404
    assert (folder.parent / "secret.log").read_text() == "canary"


@pytest.mark.usefixtures("folder")
async def test_what_is_wrong_is_told(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    async with http.get(f"{url}/api/logs", params={"since": "yesterday"}) as answer:
        assert answer.status == 400
        assert "10m" in (await answer.json())["error"]["message"]
    async with http.get(f"{url}/api/logs", params={"level": "loud"}) as answer:
        assert answer.status == 400


async def test_clearing(start: Start, http: aiohttp.ClientSession, folder: Path) -> None:
    url = await start()
    async with http.delete(f"{url}/api/logs", params={"file": "ccr-1.log"}) as answer:
        assert await answer.json() == {"success": True, "message": "Logs cleared successfully"}
    assert (folder / "ccr-1.log").read_text() == ""
    async with http.delete(f"{url}/api/logs") as answer:
        assert answer.status == 200
    assert (folder / "app.log").read_text() == ""
    async with http.delete(f"{url}/api/logs", params={"file": "ccr-1_1.log.gz"}) as answer:
        assert answer.status == 200
    assert not (folder / "ccr-1_1.log.gz").exists()
    async with http.delete(f"{url}/api/logs/files/app.log") as answer:
        assert answer.status == 200
    assert not (folder / "app.log").exists()


async def test_requests_that_run_are_shown_until_they_end(
    start: Start, http: aiohttp.ClientSession, upstream: FakeUpstream
) -> None:
    upstream.reply(hang)
    url = await start()
    body = {
        "model": "claude",
        "max_tokens": 5,
        "stream": True,
        "messages": [{"role": "user", "content": "hi"}],
    }
    asking = asyncio.ensure_future(http.post(f"{url}/v1/messages", json=body))
    await upstream.arrived.wait()
    async with http.get(f"{url}/api/requests/active") as answer:
        (one,) = await answer.json()
    assert (one["state"], one["target"], one["stream"], one["asked"]) == ("asking", "lab,m1", True, "claude")
    asking.cancel()
    await upstream.requests[0].closed.wait()
    while one:
        async with http.get(f"{url}/api/requests/active") as answer:
            one = await answer.json()
