"""The frame of the admin API: it documents itself, and its failures are Anthropic-shaped."""

from __future__ import annotations

import aiohttp

from tests.e2e.conftest import Start


async def test_it_has_a_document(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start()
    async with http.get(f"{url}/api/openapi.json") as answer:
        assert answer.status == 200
        assert (await answer.json())["info"]["title"] == "Claude Code Router"


async def test_what_there_is_not_is_told_in_anthropics_words(
    start: Start, http: aiohttp.ClientSession
) -> None:
    url = await start()
    async with http.get(f"{url}/api/nothing") as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]["type"] == "not_found_error"


async def test_without_the_key_nothing_is_told(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start(APIKEY="secret-of-the-router")
    async with http.get(f"{url}/api/openapi.json") as answer:
        assert answer.status == 401
