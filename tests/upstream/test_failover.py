"""The targets of a plan, tried in order: when the next is asked, with what, and what is told in the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, Reply, answer, chat_json, chat_text, json_answer, sse, stream

BODY: dict[str, Any] = {"model": "default", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
GOOD = json_answer(chat_json("fine"))
GOOD_NATIVE = json_answer(
    {"type": "message", "content": [{"type": "text", "text": "fine"}], "stop_reason": "end_turn"}
)
OVERLOADED = json_answer({"error": {"message": "too busy"}}, 429, retry_after="7")
WRONG = json_answer({"error": {"message": "that is wrong"}}, 400)


async def cut(writer: Any, _seen: Any) -> None:
    writer.transport.abort()


def lab(upstream: FakeUpstream, name: str, *, native: bool = False, **more: Any) -> dict[str, Any]:
    protocol, path = ("anthropic", "/v1/messages") if native else ("openai_chat", "/v1/chat/completions")
    return {"name": name, "protocol": protocol, "api_base_url": upstream.url + path, "api_key": name, **more}


async def ask(http: aiohttp.ClientSession, url: str, **changes: Any) -> tuple[int, dict[str, Any], Any]:
    async with http.post(url + "/v1/messages", json=BODY | changes) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, headers, await response.json()


@pytest.mark.parametrize(
    "failing",
    [
        OVERLOADED,
        json_answer({"error": "x"}, 500),
        answer(502, b"<html><title>Bad Gateway</title></html>", "text/html"),
        json_answer({"error": {"message": "bad key"}}, 401),
        json_answer({"error": {"message": "no credit"}}, 402),
        json_answer({"error": {"message": "no such model"}}, 404),
        cut,
        answer(200, b""),
        json_answer({"error": {"message": "busy", "code": 503}}),
    ],
)
async def test_the_next_target_answers_where_the_provider_failed(
    failing: Reply, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(failing, GOOD)
    url = await start(fallback={"default": ["lab,m2"]})
    status, headers, message = await ask(http, url)
    assert (status, message["content"]) == (200, [{"type": "text", "text": "fine"}])
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "m2"]
    assert headers["x-ccr-model"] == "m2"
    assert headers["x-ccr-failed"] == "lab,m1"


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_the_next_target_is_not_asked_where_the_request_is_wrong(
    status: int, start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer({"error": {"message": "that is wrong"}}, status), GOOD)
    url = await start(fallback={"default": ["lab,m2"]})
    told, _, body = await ask(http, url)
    assert (told, len(upstream.requests)) == (status, 1)
    assert "that is wrong" in body["error"]["message"]


async def test_where_all_fail_the_first_error_is_told(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(OVERLOADED, json_answer({"error": "x"}, 500), WRONG, GOOD)
    url = await start(fallback={"default": ["lab,m2", "lab,m3", "lab,m4"]})
    status, headers, body = await ask(http, url)
    assert (status, len(upstream.requests)) == (429, 3)
    assert "too busy" in body["error"]["message"]
    assert (headers["retry-after"], headers["x-ccr-model"]) == ("7", "m1")
    assert headers["x-ccr-failed"] == "lab,m1, lab,m2, lab,m3"


async def test_a_stream_that_fails_before_its_content_goes_on_elsewhere(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(
        stream(sse({"error": {"message": "overloaded", "code": 529}})), stream(chat_text("fi", "ne"))
    )
    url = await start(fallback={"default": ["lab,m2"]})
    async with http.post(url + "/v1/messages", json={**BODY, "stream": True}) as response:
        text = await response.text()
    assert response.headers["x-ccr-model"] == "m2"
    assert "event: error" not in text
    assert "message_stop" in text


async def test_only_a_call_that_gave_content_tells_when_it_came(
    upstream: FakeUpstream, start: Start, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer({"error": {"message": "no"}}, 503), json_answer(chat_json("fine")))
    url = await start(
        Router={"default": "lab,m1"}, fallback={"default": ["lab,m2"]}, Resilience={"retry": {"attempts": 0}}
    )
    async with http.post(f"{url}/v1/messages", json=BODY) as answer:
        request = answer.headers["request-id"]
    async with http.get(f"{url}/api/requests/{request}") as answer:
        tries = (await answer.json())["trace"]["tries"]
    assert [(one["status"], "first_ms" in one) for one in tries] == [(503, False), (200, True)]


async def test_each_target_gets_the_request_in_its_own_language(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(OVERLOADED, OVERLOADED, GOOD)
    tag = "<CCR-SUBAGENT-MODEL>native,n</CCR-SUBAGENT-MODEL>"
    messages = [{"role": "user", "content": [{"type": "text", "text": tag + "Hi"}]}]
    providers = [lab(upstream, "native", native=True), lab(upstream, "chat"), lab(upstream, "other")]
    url = await start(
        Providers=providers, Router={"default": "chat,x"}, fallback={"default": ["chat,c", "other,o"]}
    )
    assert (await ask(http, url, messages=messages, top_k=3))[0] == 200
    native, chat, other = upstream.requests
    assert (native.path, native.json["model"], native.json["top_k"]) == ("/v1/messages", "n", 3)
    assert native.json["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert (chat.json["model"], other.json["model"]) == ("c", "o")
    assert {**chat.json, "model": "o"} == other.json
    assert "top_k" not in chat.json
    assert native.headers["x-api-key"] == "native"
    assert (chat.headers["authorization"], other.headers["authorization"]) == ("Bearer chat", "Bearer other")


async def test_the_ceiling_of_a_target_reaches_its_provider(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(OVERLOADED, GOOD)
    models = [{"name": "m1", "contextWindow": 40_000}, {"name": "m2"}]
    thinking = {"type": "enabled", "budget_tokens": 44_000}
    for native in (True, False):
        upstream.requests.clear()
        upstream.reply(OVERLOADED, GOOD_NATIVE if native else GOOD)
        entry = lab(upstream, "lab", native=native, models=models)
        url = await start(Providers=[entry], fallback={"default": ["lab,m2"]})
        await ask(http, url, max_tokens=45_000, thinking=thinking)
        first, second = (seen.json for seen in upstream.requests)
        lowered = first["max_tokens"]
        assert 35_000 < lowered < 40_000
        assert second["max_tokens"] == 45_000
        if native:
            assert first["thinking"]["budget_tokens"] < lowered
            assert second["thinking"] == thinking


async def test_what_is_too_long_is_told_in_the_client_s_words_and_sent_nowhere(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    url = await start(provider={"models": [{"name": "m1", "contextWindow": 1_000}]})
    long = [{"role": "user", "content": "some words of several lengths " * 1_000}]
    status, headers, body = await ask(http, url, messages=long)
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    assert body["error"]["message"].startswith("prompt is too long: ")
    assert body["error"]["message"].endswith(" tokens > 950 maximum")
    assert (headers["x-ccr-route"], upstream.requests) == ("default", [])
    async with http.post(url + "/v1/messages/count_tokens", json=BODY | {"messages": long}) as response:
        assert (await response.json())["input_tokens"] > 1_000


BREAKS = """
from ccr.transformers.contract import Transformer

class Breaks(Transformer):
    def request(self, body):
        raise KeyError("oh")
"""


async def test_what_one_target_cannot_carry_is_the_client_s_to_know_but_not_a_fallback_s(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """A transformer that raises is a failure of ours: told at the first target, passed over at a fallback."""
    (tmp_path / "breaks.py").write_text(BREAKS)
    upstream.reply(OVERLOADED, GOOD)
    broken = lab(upstream, "broken", transformer={"use": ["breaks"]})
    providers = [lab(upstream, "lab", models=["m1"]), broken]
    url = await start(
        Providers=providers,
        transformers=[{"path": str(tmp_path / "breaks.py")}],
        fallback={"default": ["broken,m", "lab,m2"]},
    )
    status, headers, _ = await ask(http, url)
    assert (status, headers["x-ccr-failed"]) == (200, "lab,m1, broken,m")
    status, _, body = await ask(http, url, model="broken,m")
    assert status == 500
    assert "breaks" in body["error"]["message"]


async def test_a_group_stays_with_whoever_answered(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(json_answer({"error": {"message": "oops"}}, 500), GOOD)
    url = await start(Router={"default": ["lab,a", "lab,b"]})
    for _ in range(3):
        assert (await ask(http, url))[0] == 200
    assert [seen.json["model"] for seen in upstream.requests] == ["a", "b", "b", "b"]
    other = [{"role": "user", "content": "Another conversation"}]
    await ask(http, url, messages=other)
    assert upstream.requests[-1].json["model"] == "a"


async def test_a_window_that_a_provider_tells_is_remembered(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    refusal = "This model's maximum context length is 2000 tokens. However, you requested 5100 tokens."
    upstream.reply(json_answer({"error": {"message": refusal, "code": "context_length_exceeded"}}, 400), GOOD)
    url = await start(fallback={"default": ["lab,long"]})
    long = [{"role": "user", "content": "some words of several lengths " * 1_000}]
    status, _, body = await ask(http, url, messages=long)
    assert status == 400
    assert "prompt is too long: 5100 tokens > 2000 maximum" in body["error"]["message"]
    assert (await ask(http, url, messages=long))[0] == 200
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "long"]
