"""Web search for models whose provider has none, from the client's request to its answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import anthropic
import pytest

from tests.agents.support import ask, chat
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, Seen, answer, fake_upstream, json_answer

SEARCH: dict[str, Any] = {"type": "web_search_20250305", "name": "web_search"}
BODY: dict[str, Any] = {
    "model": "lab,m1",
    "max_tokens": 99,
    "messages": [{"role": "user", "content": "Perform a web search for the query: bees"}],
}
FOUND = {
    "results": [
        {
            "url": "https://bees.example/a",
            "title": "Bees",
            "content": "They fly.",
            "publishedDate": "2026-01-01",
        },
        {"url": "https://news.bees.example/b", "title": "", "content": "They sting."},
        {"url": "https://wasps.example/", "title": "Wasps", "content": "No bees."},
    ]
}
STREAMING = pytest.mark.parametrize("streaming", [True, False])


def search(id: str = "call_1", query: str = "bees") -> Any:
    return (id, "web_search", {"query": query})


def request(streaming: bool = True, **limits: Any) -> dict[str, Any]:
    return {**BODY, "stream": streaming, "tools": [{**SEARCH, **limits}]}


@pytest.fixture
async def engine() -> AsyncIterator[FakeUpstream]:
    """A search engine."""
    async with fake_upstream() as fake:
        fake.reply(json_answer(FOUND))
        yield fake


def searxng(engine: FakeUpstream, **more: Any) -> dict[str, Any]:
    return {"backend": "searxng", "url": engine.url, **more}


def told(upstream: FakeUpstream) -> list[str]:
    """The results that the model read last."""
    return [m["content"] for m in upstream.requests[-1].json["messages"] if m["role"] == "tool"]


@STREAMING
async def test_a_search_is_made_for_the_model_and_shown_as_anthropic_shows_it(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession, streaming: bool
) -> None:
    upstream.reply(chat("I search.", search()), chat("Bees fly."))
    url = await start(WebSearch=searxng(engine))
    message = await ask(http, url, request(streaming))
    text, use, result, last = message["content"]
    assert (text["text"], last["text"]) == ("I search.", "Bees fly.")
    assert (use["type"], use["name"], use["input"]) == ("server_tool_use", "web_search", {"query": "bees"})
    assert (result["type"], result["tool_use_id"]) == ("web_search_tool_result", use["id"])
    assert [page["url"] for page in result["content"]] == [page["url"] for page in FOUND["results"]]
    assert result["content"][0]["page_age"] == "2026-01-01"
    assert message["stop_reason"] == "end_turn"
    assert message["usage"]["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}

    offered = upstream.requests[0].json["tools"]
    assert [tool["function"]["name"] for tool in offered] == ["web_search"]
    assert "They sting." in told(upstream)[0]
    assert "https://wasps.example/" in told(upstream)[0]


async def test_the_official_client_takes_the_answer(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream
) -> None:
    upstream.reply(chat("", search()), chat("Bees fly."))
    url = await start(WebSearch=searxng(engine))
    async with anthropic.AsyncAnthropic(
        base_url=url, api_key="x", max_retries=0, _strict_response_validation=True
    ) as client:
        message = await client.messages.create(**request(False))
    assert [block.type for block in message.content] == ["server_tool_use", "web_search_tool_result", "text"]


async def test_without_an_engine_the_model_is_told_so_and_the_client_too(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", search()), chat("I could not search."))
    url = await start()
    message = await ask(http, url, request())
    use, result, text = message["content"]
    assert use["type"] == "server_tool_use"
    assert result["content"] == {"type": "web_search_tool_result_error", "error_code": "unavailable"}
    assert text["text"] == "I could not search."
    assert "not available" in told(upstream)[0]
    assert "server_tool_use" not in message["usage"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer(429, b"slow down"), "too_many_requests"),
        (answer(500, b"broken"), "unavailable"),
        (answer(200, b"<html>"), "unavailable"),
    ],
)
async def test_what_an_engine_fails_at_is_an_error_of_anthropics_words(
    start: Start,
    upstream: FakeUpstream,
    engine: FakeUpstream,
    http: aiohttp.ClientSession,
    reply: Any,
    code: str,
) -> None:
    engine.reply(reply)
    upstream.reply(chat("", search()), chat("sorry"))
    url = await start(WebSearch=searxng(engine))
    message = await ask(http, url, request())
    assert message["content"][1]["content"]["error_code"] == code


async def test_an_engine_out_of_reach_is_an_error_too(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", search()), chat("sorry"))
    url = await start(WebSearch={"backend": "searxng", "url": "http://127.0.0.1:9"})
    message = await ask(http, url, request())
    assert message["content"][1]["content"]["error_code"] == "unavailable"


async def test_no_more_searches_than_the_client_allows(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", search("c1"), search("c2", "wasps")), chat("enough"))
    url = await start(WebSearch=searxng(engine))
    message = await ask(http, url, request(max_uses=1))
    results = [b["content"] for b in message["content"] if b["type"] == "web_search_tool_result"]
    assert len(results[0]) == 3
    assert results[1]["error_code"] == "max_uses_exceeded"
    assert len(engine.requests) == 1
    assert message["usage"]["server_tool_use"] == {"web_search_requests": 1, "web_fetch_requests": 0}


@pytest.mark.parametrize(
    ("limits", "hosts"),
    [
        ({"allowed_domains": ["bees.example"]}, ["bees.example", "news.bees.example"]),
        ({"blocked_domains": ["https://www.bees.example/"]}, ["wasps.example"]),
        ({"allowed_domains": ["bees.example/a"], "blocked_domains": []}, ["bees.example"]),
        ({"allowed_domains": []}, ["bees.example", "news.bees.example", "wasps.example"]),
        ({"allowed_domains": ["ees.example"]}, []),
    ],
)
async def test_only_pages_of_domains_that_are_wanted(
    start: Start,
    upstream: FakeUpstream,
    engine: FakeUpstream,
    http: aiohttp.ClientSession,
    limits: dict[str, Any],
    hosts: list[str],
) -> None:
    upstream.reply(chat("", search()), chat("ok"))
    url = await start(WebSearch=searxng(engine))
    message = await ask(http, url, request(**limits))
    assert [urlsplit(page["url"]).hostname for page in message["content"][1]["content"]] == hosts


async def test_an_empty_success_says_so(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    engine.reply(json_answer({"results": []}))
    upstream.reply(chat("", search()), chat("nothing"))
    url = await start(WebSearch=searxng(engine))
    await ask(http, url, request())
    assert "found no pages" in told(upstream)[0]


async def test_no_more_pages_than_configured(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", search()), chat("ok"))
    url = await start(WebSearch=searxng(engine, max_results=2))
    message = await ask(http, url, request())
    assert len(message["content"][1]["content"]) == 2


async def test_a_call_of_the_client_beside_the_search_is_kept_and_the_search_remembered(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    """What was found travels with the client's own messages: another router, or this one anew, knows it."""
    upstream.reply(chat("", ("call_e", "Edit", {"a": 1}), search("call_s")))
    body = request()
    body["tools"].append({"name": "Edit", "input_schema": {"type": "object"}})
    first = await start(WebSearch=searxng(engine))
    message = await ask(http, first, body)
    kinds = [block["type"] for block in message["content"]]
    assert kinds == ["tool_use", "server_tool_use", "web_search_tool_result"]
    assert message["stop_reason"] == "tool_use"

    upstream.reply(chat("done"))
    body["messages"] = [
        *body["messages"],
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "call_e", "content": "edited"}]},
    ]
    second = await start(WebSearch=searxng(engine))
    await ask(http, second, body)
    seen = upstream.requests[-1].json["messages"]
    assert [m["role"] for m in seen] == ["user", "assistant", "tool", "assistant", "tool"]
    assert seen[1]["tool_calls"][0]["function"]["arguments"] == '{"query":"bees"}'
    assert "They fly." in seen[2]["content"]
    assert seen[4]["content"] == "edited"


async def test_a_tool_of_the_clients_own_keeps_its_name(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", search()), chat("never asked"))
    body = request()
    body["tools"].append({"name": "web_search", "input_schema": {"type": "object"}})
    url = await start(WebSearch=searxng(engine))
    message = await ask(http, url, body)
    assert message["content"][0]["type"] == "tool_use"
    names = [tool["function"]["name"] for tool in upstream.requests[0].json["tools"]]
    assert names == ["ccr_web_search", "web_search"]


@pytest.mark.parametrize("dialect", [{"web_search": "plugins"}, {"web_search": "web_search_options"}])
async def test_a_provider_that_searches_is_left_to_it(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, dialect: dict[str, Any]
) -> None:
    upstream.reply(chat("found"))
    url = await start(provider={"dialect": dialect})
    await ask(http, url, request())
    assert "tools" not in upstream.requests[0].json


async def test_anthropics_own_search_is_relayed_and_a_lookalikes_is_not(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    usage = {"input_tokens": 1, "output_tokens": 1}
    head = {"id": "m", "type": "message", "role": "assistant", "model": "m1", "usage": usage}
    call = {"type": "tool_use", "id": "toolu_1", "name": "web_search", "input": {"query": "bees"}}
    calling = {**head, "content": [call], "stop_reason": "tool_use", "stop_sequence": None}
    done = {
        **head,
        "content": [{"type": "text", "text": "hi"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
    }
    upstream.reply(json_answer(done))
    genuine = await start("anthropic", WebSearch=searxng(engine))
    raw = json.dumps(request(False)).encode()
    async with http.post(genuine + "/v1/messages", data=raw) as response:
        assert await response.json() == done
    assert upstream.requests[0].body == raw.replace(b"lab,m1", b"m1")

    upstream.reply(json_answer(calling), json_answer(done))
    lookalike = await start("anthropic", {"dialect": {"server_tools": False}}, WebSearch=searxng(engine))
    message = await ask(http, lookalike, request(False))
    assert [block["type"] for block in message["content"]] == [
        "server_tool_use",
        "web_search_tool_result",
        "text",
    ]
    assert "input_schema" in upstream.requests[1].json["tools"][0]


def _form(seen: Seen) -> dict[str, Any]:
    return {key: values[0] for key, values in parse_qs(seen.body.decode()).items()}


def _address(seen: Seen) -> dict[str, Any]:
    return {key: values[0] for key, values in parse_qs(urlsplit(seen.path).query).items()}


def _json(seen: Seen) -> dict[str, Any]:
    found: dict[str, Any] = seen.json
    return found


PAGE = {"url": "https://bees.example/a", "title": "Bees"}
ENGINES: dict[str, Any] = {
    "tavily": (
        {"results": [{**PAGE, "content": "They fly.", "score": 0.9}]},
        "/search",
        ("authorization", "Bearer key-1"),
        _json,
        {"query": "bees", "max_results": 8, "include_domains": ["bees.example"], "exclude_domains": []},
    ),
    "brave": (
        {"web": {"results": [{**PAGE, "description": "They fly.", "page_age": "2026-01-01"}]}},
        "/res/v1/web/search",
        ("x-subscription-token", "key-1"),
        _address,
        {"q": "bees site:bees.example", "count": "8"},
    ),
    "exa": (
        {"results": [{**PAGE, "text": "They fly.", "publishedDate": "2026-01-01"}]},
        "/search",
        ("x-api-key", "key-1"),
        _json,
        {
            "query": "bees",
            "numResults": 8,
            "contents": {"text": {"maxCharacters": 1500}},
            "includeDomains": ["bees.example"],
        },
    ),
    "serper": (
        {"organic": [{"link": PAGE["url"], "title": "Bees", "snippet": "They fly.", "position": 1}]},
        "/search",
        ("x-api-key", "key-1"),
        _json,
        {"q": "bees site:bees.example", "num": 8},
    ),
    "searxng": (
        {"results": [{**PAGE, "content": "They fly."}]},
        "/search",
        ("authorization", "Bearer key-1"),
        _form,
        {"q": "bees site:bees.example", "format": "json"},
    ),
}


@pytest.mark.parametrize("name", ENGINES)
async def test_each_engine_is_asked_in_its_words_and_understood(
    start: Start, upstream: FakeUpstream, engine: FakeUpstream, http: aiohttp.ClientSession, name: str
) -> None:
    found, path, header, read, asked = ENGINES[name]
    engine.reply(json_answer(found))
    upstream.reply(chat("", search()), chat("ok"))
    url = await start(WebSearch={"backend": name, "url": engine.url, "api_key": "key-1"})
    message = await ask(http, url, request(allowed_domains=["bees.example"]))
    seen = engine.requests[0]
    assert urlsplit(seen.path).path == path
    assert seen.headers[header[0]] == header[1]
    assert read(seen) == asked
    page = message["content"][1]["content"][0]
    assert (page["url"], page["title"]) == (PAGE["url"], "Bees")
    assert "They fly." in told(upstream)[0]
