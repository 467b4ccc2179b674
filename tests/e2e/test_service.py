"""What every client meets: keys, hosts, bodies, errors, small endpoints, leaving and pinging."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import brotli
import pytest
import zstandard

from ccr.server import delivery
from tests.e2e.conftest import Start
from tests.e2e.router import router
from tests.e2e.upstream import (
    FakeUpstream,
    answer,
    chat_chunk,
    chat_json,
    chat_text,
    hang,
    json_answer,
    sse,
    stream,
)

BODY: dict[str, Any] = {"model": "m1", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}
STREAM = {**BODY, "stream": True}


async def test_the_key_is_asked_for_in_either_header(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    url = await start(APIKEY="sesame") + "/v1/messages"
    cases: list[tuple[dict[str, str], int]] = [
        ({}, 401),
        ({"x-api-key": "wrong"}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"x-api-key": "sesame"}, 200),
        ({"authorization": "Bearer sesame"}, 200),
        ({"authorization": "Bearer other", "x-api-key": "sesame"}, 200),
    ]
    for headers, status in cases:
        async with http.post(url, json=BODY, headers=headers) as response:
            assert response.status == status, headers
            if status == 401:
                assert (await response.json())["error"]["type"] == "authentication_error"
    assert all(seen.headers["authorization"] == "Bearer provider-key" for seen in upstream.requests)


@pytest.mark.parametrize("header", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
async def test_without_a_key_only_local_names_are_served(
    start: Start, http: aiohttp.ClientSession, header: dict[str, str]
) -> None:
    url = await start()
    for path in ("/v1/messages", "/v1/models"):
        method = "POST" if path == "/v1/messages" else "GET"
        async with http.request(method, url + path, json=BODY, headers=header) as response:
            assert response.status == 403
            assert (await response.json())["error"]["type"] == "permission_error"


async def test_packed_bodies_are_taken(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    url = await start() + "/v1/messages"
    raw = json.dumps(BODY).encode()
    packed = {
        "gzip": gzip.compress(raw),
        "deflate": zlib.compress(raw),
        "br": brotli.compress(raw),
        "zstd": zstandard.compress(raw),
        "identity": raw,
    }
    for encoding, data in packed.items():
        async with http.post(url, data=data, headers={"content-encoding": encoding}) as response:
            assert response.status == 200, encoding
    for encoding, data in (
        ("gzip", raw),
        ("br", raw),
        ("zstd", raw),
        ("lzma", raw),
        ("gzip", packed["gzip"][:-9]),
    ):
        async with http.post(url, data=data, headers={"content-encoding": encoding}) as response:
            assert response.status == 400, encoding


async def test_a_body_over_the_limit_is_refused_plain_or_packed(
    start: Start, http: aiohttp.ClientSession
) -> None:
    url = await start(MAX_BODY_MB=1) + "/v1/messages"
    large = b'{"messages":[' + b" " * 1_500_000 + b"]}"
    for data, headers in ((large, {}), (gzip.compress(large), {"content-encoding": "gzip"})):
        async with http.post(url, data=io.BytesIO(data), headers=headers) as response:
            assert response.status == 413
            assert (await response.json())["error"]["type"] == "request_too_large"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'"x"', b"{}", b'{"messages":3}', b"\xff\xfe", b'{"model":1}']
)
async def test_what_is_no_request_is_a_400(start: Start, http: aiohttp.ClientSession, data: bytes) -> None:
    async with http.post(await start() + "/v1/messages", data=data) as response:
        assert response.status == 400
        assert (await response.json())["error"]["type"] == "invalid_request_error"


async def test_threads_are_refused_in_the_form_the_sdk_understands(
    start: Start, http: aiohttp.ClientSession
) -> None:
    async with http.post(
        await start() + "/v1/messages", json={**BODY, "thread": {"type": "create"}}
    ) as response:
        assert response.status == 400
        details = (await response.json())["error"]["details"]
    assert details == {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}


async def test_an_unknown_provider_is_named_with_what_there_is(
    start: Start, http: aiohttp.ClientSession
) -> None:
    async with http.post(await start() + "/v1/messages", json={**BODY, "model": "lap,m1"}) as response:
        assert response.status == 404
        message = (await response.json())["error"]["message"]
    assert "'lap'" in message
    assert "Did you mean 'lab'?" in message


@pytest.mark.parametrize(
    "model", ["lab,m1", "LAB,m1", "lab/m1", "m1", "m1[1m]", "claude-opus-5-5", "anthropic.lab,m1"]
)
async def test_the_many_names_of_a_model(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, model: str
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    async with http.post(
        await start() + "/v1/v1/messages?beta=true&x=1", json={**BODY, "model": model}
    ) as response:
        assert response.status == 200
        assert response.headers["x-ccr-route"] == ("default" if model.startswith("claude") else "explicit")
    assert upstream.requests[0].json["model"] == "m1"


async def test_the_small_endpoints(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start(APIKEY="k")
    for method, path in (("GET", "/"), ("HEAD", "/"), ("GET", "/health"), ("HEAD", "/api/hello")):
        async with http.request(method, url + path) as response:
            assert response.status == 200, path
    async with http.get(url + "/v1/models?limit=1000") as response:
        assert response.status == 401
    headers = {"x-api-key": "k"}
    async with http.get(url + "/v1/models?limit=1000", headers=headers) as response:
        assert [m["id"] for m in (await response.json())["data"]] == ["lab,m1"]
    async with http.get(
        url + "/v1/models", headers={**headers, "user-agent": "claude-code/2.1.329"}
    ) as response:
        assert [m["id"] for m in (await response.json())["data"]] == ["anthropic.lab,m1"]
    async with http.get(url + "/nothing", headers=headers) as response:
        assert response.status == 404
        assert (await response.json())["error"]["type"] == "not_found_error"


async def test_tokens_are_counted_for_any_provider(start: Start, http: aiohttp.ClientSession) -> None:
    async with http.post(await start() + "/v1/messages/count_tokens?beta=true", json=BODY) as response:
        assert response.status == 200
        assert 0 < (await response.json())["input_tokens"] < 50


async def test_tokens_are_asked_of_an_anthropic_upstream(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start("anthropic")
    upstream.reply(json_answer({"input_tokens": 77}))
    async with http.post(url + "/v1/messages/count_tokens", json=BODY) as response:
        assert await response.json() == {"input_tokens": 77}
    assert upstream.requests[0].path == "/v1/messages/count_tokens"
    upstream.reply(answer(404, b"no such thing"))
    async with http.post(url + "/v1/messages/count_tokens", json=BODY) as response:
        assert 0 < (await response.json())["input_tokens"] < 50


async def test_text_reaches_the_client_while_the_provider_still_writes(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    seen = asyncio.Event()
    open_gate = asyncio.Event()
    open_gate.set()
    upstream.reply(stream(chat_text("one", "two"), gates=[open_gate, open_gate, seen]))
    async with http.post(await start() + "/v1/messages", json=STREAM) as response:
        got = b""
        while b"one" not in got:
            got += await response.content.readany()
        assert b"two" not in got
        seen.set()
        assert b"two" in await response.read()


@pytest.mark.parametrize("asked", [STREAM, BODY])
async def test_a_client_that_leaves_before_the_first_byte_closes_the_upstream(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, asked: dict[str, Any]
) -> None:
    upstream.reply(hang)
    url = await start() + "/v1/messages"
    request = asyncio.ensure_future(http.post(url, json=asked))
    await upstream.arrived.wait()
    request.cancel()
    await asyncio.wait_for(upstream.requests[0].closed.wait(), 20)


async def test_a_client_that_leaves_in_mid_stream_closes_the_upstream(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(sse(chat_chunk({"content": "one"})), end=False))
    response = await http.post(await start() + "/v1/messages", json=STREAM)
    assert b"one" in await response.content.readany() + await response.content.readany()
    response.close()
    await asyncio.wait_for(upstream.requests[0].closed.wait(), 20)


async def test_silence_is_filled_with_pings_and_a_late_failure_is_an_event(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "HOLD", 0.05)
    monkeypatch.setattr(delivery, "QUIET", 0.05)
    pinged = asyncio.Event()

    async def fail_late(writer: asyncio.StreamWriter, _: Any) -> None:
        await pinged.wait()
        await json_answer({"error": {"message": "late"}}, 400)(writer, upstream.requests[0])

    upstream.reply(fail_late)
    async with http.post(await start() + "/v1/messages", json=STREAM) as response:
        assert response.status == 200
        got = b""
        while got.count(b"event: ping") < 2:
            got += await response.content.readany()
        pinged.set()
        rest = await response.read()
    assert b"event: error" in rest
    assert b"late" in rest
    assert b"message_stop" not in rest


async def test_a_dead_provider_is_a_clear_error(start: Start, http: aiohttp.ClientSession) -> None:
    url = await start(provider={"api_base_url": "http://127.0.0.1:9/v1/chat/completions"})
    for body in (STREAM, BODY):
        async with http.post(url + "/v1/messages", json=body) as response:
            assert response.status == 502
            error = (await response.json())["error"]
        assert "cannot be reached" in error["message"]
        assert "127.0.0.1:9" in error["message"]


async def test_a_provider_that_never_answers_times_out(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(hang)
    async with http.post(await start(API_TIMEOUT_MS=50) + "/v1/messages", json=BODY) as response:
        assert response.status == 504
    await asyncio.wait_for(upstream.requests[0].closed.wait(), 20)


async def test_a_provider_that_falls_silent_times_out(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(sse(chat_chunk({"content": "one"})), end=False))
    url = await start(Timeouts={"idle": 0.05})
    async with http.post(url + "/v1/messages", json=STREAM) as response:
        text = await response.text()
    assert "one" in text
    assert "event: error" in text
    assert "silent" in text


async def test_a_stop_sequence_ends_the_answer_where_the_provider_ignores_it(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(chat_text("<block>", "no</bl", "ock> and on"), end=False))
    url = await start() + "/v1/messages"
    async with http.post(url, json={**BODY, "stop_sequences": ["</block>"]}) as response:
        message = await response.json()
    assert message["content"] == [{"type": "text", "text": "<block>no"}]
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "</block>")


async def test_silence_after_the_first_words_is_filled_too(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "QUIET", 0.05)
    go_on, now = asyncio.Event(), asyncio.Event()
    now.set()
    upstream.reply(stream(chat_text("one", "two"), gates=[now, now, go_on]))
    async with http.post(await start() + "/v1/messages", json=STREAM) as response:
        got = b""
        while got.count(b"event: ping") < 2:
            got += await response.content.readany()
        go_on.set()
        got += await response.read()
    assert got.index(b"one") < got.index(b"event: ping") < got.index(b"two")
    assert got.endswith(b'event: message_stop\ndata: {"type":"message_stop"}\n\n')


async def test_a_redirect_is_an_error_that_names_the_address(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(answer(301, b"moved", location="https://new.example/v1"))
    async with http.post(await start() + "/v1/messages", json=BODY) as response:
        assert response.status == 502
        message = (await response.json())["error"]["message"]
    assert "https://new.example/v1" in message
    assert "api_base_url" in message


async def test_health_tells_who_it_is_to_this_machine_alone(
    start: Start, http: aiohttp.ClientSession
) -> None:
    url = await start(APIKEY="k")
    async with http.get(url + "/health") as response:
        assert {"instance", "pid", "config"} <= set(await response.json())
    async with http.get(url + "/health", headers={"x-forwarded-for": "1.2.3.4"}) as response:
        assert set(await response.json()) == {"status", "service", "version"}


async def test_what_was_degraded_is_said_in_a_header_and_in_the_log(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.reply(json_answer(chat_json("ok")))
    hosted = {"type": "code_execution_20250825", "name": "code_execution"}
    with caplog.at_level("INFO", "ccr.request"):
        async with http.post(await start() + "/v1/messages", json={**BODY, "tools": [hosted]}) as response:
            assert "code_execution" in response.headers["x-ccr-degraded"]
    assert any("degraded" in line and "code_execution" in line for line in caplog.messages)


@pytest.mark.parametrize("headers", [{"Host": "[::1"}, {"Host": "[evil.example]"}, {"Origin": "http://["}])
@pytest.mark.parametrize("path", ["/health", "/v1/models", "/v1/messages"])
async def test_names_that_are_none_stay_out(
    start: Start, http: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    method = "POST" if path == "/v1/messages" else "GET"
    async with http.request(method, await start() + path, headers=headers, json=BODY) as refused:
        assert (refused.status, (await refused.json())["error"]["type"]) == (403, "permission_error")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/models"), ("PUT", "/"), ("GET", "/api/route")])
async def test_other_methods_are_refused_in_anthropic_s_form(
    start: Start, http: aiohttp.ClientSession, method: str, path: str
) -> None:
    async with http.request(method, await start() + path) as refused:
        assert refused.status == 405
        assert method not in refused.headers["allow"]
        assert (await refused.json())["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("begun", [True, False])
async def test_an_answer_that_outlasts_the_shutdown_is_told_to_end(
    upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path, begun: bool
) -> None:
    upstream.reply(stream(chat_text("a")[:2], end=False) if begun else hang)
    entry = {"name": "lab", "api_base_url": upstream.url, "api_key": "k", "models": ["m1"]}
    async with router(tmp_path, {"Providers": [entry], "Router": {"default": "lab,m1"}}) as url:
        asking = asyncio.ensure_future(http.post(url + "/v1/messages", json=STREAM))
        await upstream.arrived.wait()
        if begun:
            await asyncio.wait({asking})
    async with await asking as answered:
        text = (await answered.text()).rstrip().rpartition("data: ")[2]
    assert answered.status == (200 if begun else 529)
    assert json.loads(text)["error"]["type"] == "overloaded_error"


async def test_a_body_without_a_length_is_limited_too(start: Start, http: aiohttp.ClientSession) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield json.dumps({**BODY, "more": "x" * 20_000}).encode()

    async with http.post(await start(MAX_BODY_MB=0.01) + "/v1/messages", data=pieces()) as refused:
        assert (refused.status, (await refused.json())["error"]["type"]) == (413, "request_too_large")
