"""An Anthropic upstream: bytes in, the same bytes out."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import anthropic

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, answer, json_answer, sse, stream

BODY: dict[str, Any] = {
    "model": "lab,claude-x",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "hé"}],
}
START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-x",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 5, "output_tokens": 1},
    },
}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
TEXT = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}
STOP = {"type": "content_block_stop", "index": 0}
DELTA = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
    "usage": {"output_tokens": 2},
}
END = {"type": "message_stop"}
WHOLE = (START, {"type": "ping"}, BLOCK, {"type": "novelty", "x": 1}, TEXT, STOP, DELTA, END)


async def test_a_stream_passes_byte_for_byte_however_it_is_cut(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    wire = b": comment\n\n" + b"".join(sse(*WHOLE, named=True))
    upstream.reply(stream([wire[i : i + 7] for i in range(0, len(wire), 7)]))
    url = await start("anthropic")
    async with http.post(url + "/v1/messages?beta=true", json={**BODY, "stream": True}) as response:
        assert response.status == 200
        assert await response.read() == wire
        assert response.headers["x-ccr-provider"] == "lab"
        assert response.headers["x-ccr-model"] == "claude-x"
        assert response.headers["x-ccr-route"] == "explicit"
        assert float(response.headers["x-ccr-overhead-ms"]) >= 0


async def test_a_request_passes_byte_for_byte_but_for_its_model(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer({**START["message"], "content": []}))
    raw = b'{ "model" : "lab,claude-x","future": {"model": "kept"}, "n": 1.0e5, "messages":["\\u00e9"] }'
    url = await start("anthropic")
    headers = {
        "anthropic-beta": "a-1,b-2",
        "anthropic-version": "2026-10-21",
        "authorization": "Bearer client",
    }
    async with http.post(url + "/v1/messages", data=raw, headers=headers) as response:
        assert response.status == 200
    seen = upstream.requests[0]
    assert seen.body == raw.replace(b"lab,claude-x", b"claude-x")
    assert seen.headers["anthropic-beta"] == "a-1,b-2"
    assert seen.headers["anthropic-version"] == "2026-10-21"
    assert seen.headers["x-api-key"] == "provider-key"
    assert "authorization" not in seen.headers


async def test_a_json_answer_passes_byte_for_byte(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    body = json.dumps({**START["message"], "content": [{"type": "new", "n": 1.50}]}, indent=1).encode()
    upstream.reply(answer(200, body, request_id="req_up", anthropic_ratelimit_requests_limit="7"))
    url = await start("anthropic")
    async with http.post(url + "/v1/messages", json=BODY) as response:
        assert await response.read() == body
        assert response.headers["request-id"] == "req_up"
        assert response.headers["anthropic-ratelimit-requests-limit"] == "7"


async def test_an_error_passes_byte_for_byte(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    body = (
        b'{"type":"error","error":{"type":"rate_limit_error","message":"slow","extra":[1]},"request_id":"r"}'
    )
    upstream.reply(answer(429, body, retry_after="7", x_should_retry="true"))
    url = await start("anthropic")
    for streaming in (True, False):
        async with http.post(url + "/v1/messages", json={**BODY, "stream": streaming}) as response:
            assert response.status == 429
            assert await response.read() == body
            assert response.headers["retry-after"] == "7"
            assert response.headers["x-should-retry"] == "true"


async def test_an_error_event_before_content_is_an_http_error(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    upstream.reply(stream(sse(START, error, named=True)))
    url = await start("anthropic")
    async with http.post(url + "/v1/messages", json={**BODY, "stream": True}) as response:
        assert response.status == 529
        assert await response.json() == error


async def test_a_broken_stream_ends_in_an_error_event_and_never_in_message_stop(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start("anthropic")
    for cut in (True, False):
        upstream.reply(stream(sse(START, BLOCK, TEXT, named=True), cut=cut))
        async with http.post(url + "/v1/messages", json={**BODY, "stream": True}) as response:
            text = await response.text()
        assert text.startswith("event: message_start")
        assert "event: error" in text
        assert "message_stop" not in text


async def test_a_json_answer_to_a_stream_request_becomes_a_stream(
    start: Start, upstream: FakeUpstream
) -> None:
    content = [
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "toolu_1", "name": "t", "input": {"a": [1]}},
    ]
    upstream.reply(json_answer({**START["message"], "content": content, "stop_reason": "tool_use"}))
    url = await start("anthropic")
    async with (
        anthropic.AsyncAnthropic(base_url=url, api_key="x", max_retries=0) as client,
        client.messages.stream(**BODY) as events,
    ):
        message = await events.get_final_message()
    assert [b.to_dict() for b in message.content] == content
    assert message.stop_reason == "tool_use"


async def test_a_stream_to_a_client_that_asked_for_json_becomes_one_message(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(sse(*WHOLE, named=True)))
    url = await start("anthropic")
    async with http.post(url + "/v1/messages", json=BODY) as response:
        message = await response.json()
    assert message["content"] == [{"type": "text", "text": "hi"}]
    assert message["usage"] == {"input_tokens": 5, "output_tokens": 2}


async def test_thinking_that_anthropic_did_not_sign_stays_here(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer({**START["message"]}))
    thoughts = [
        {"type": "thinking", "thinking": t, "signature": s}
        for t, s in (("a", "ccr1.x."), ("b", ""), ("c", "EqQ="))
    ]
    messages = [
        *BODY["messages"],
        {"role": "assistant", "content": [*thoughts, {"type": "text", "text": "x"}]},
    ]
    url = await start("anthropic")
    async with http.post(url + "/v1/messages", json={**BODY, "messages": messages}):
        pass
    assert upstream.requests[0].json["messages"][1]["content"] == [thoughts[2], {"type": "text", "text": "x"}]


async def test_errors_in_other_forms_are_quoted_and_those_of_length_told_in_claude_s_words(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start("anthropic") + "/v1/messages"
    too_long = {
        "error": {"message": "This model's maximum context length is 8192 tokens, you asked for 9000."}
    }
    upstream.reply(json_answer({"error": {"message": "slow down"}}, 429), json_answer(too_long, 400))
    async with http.post(url, json=BODY) as slow:
        assert (slow.status, (await slow.json())["error"]["message"]) == (429, "slow down")
    async with http.post(url, json=BODY) as long:
        assert long.status == 400
        assert (await long.json())["error"]["message"].startswith("prompt is too long: 9000 tokens > 8192")


async def test_the_provider_s_key_is_never_told(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start("anthropic") + "/v1/messages"
    error = {"type": "authentication_error", "message": "invalid x-api-key: provider-key"}
    upstream.reply(json_answer({"type": "error", "error": error}, 401))
    async with http.post(url, json=BODY) as refused:
        assert (await refused.json())["error"]["message"] == "invalid x-api-key: …"
