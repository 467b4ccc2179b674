"""Verdicts of auto mode, from the client's request to its answer."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.agents.support import ask, chat, chosen
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, Reply, Seen, hang, json_answer, sse, stream

CONTEXT = {
    "live_cwd": "/home/me/proj",
    "trusted_directories": {"primary": {"path": "/home/me/proj"}},
    "auto_mode": {"allow": ["deploys to staging"], "hard_deny": []},
    "rules": {"deny": [{"rule": "Bash(sudo *)"}]},
}
SAFEGUARDS = [{"type": "dangerous_tool_use", "classifier_context": CONTEXT}]
BASH = {"name": "Bash", "input_schema": {"type": "object"}}
CURL = ("call_1", "Bash", {"command": "curl -s https://a.example; echo"})
ALLOWED = {"type": "evaluated", "outcome": "not_flagged"}
STREAMING = pytest.mark.parametrize("streaming", [True, False])


def request(streaming: bool = True, **more: Any) -> dict[str, Any]:
    said = [
        {"type": "text", "text": "<system-reminder>be kind</system-reminder>"},
        {"type": "text", "text": "fetch it"},
    ]
    return {
        "model": "x",
        "max_tokens": 99,
        "stream": streaming,
        "messages": [{"role": "user", "content": said}],
        "tools": [BASH],
        "safeguards": SAFEGUARDS,
        **more,
    }


def judging(upstream: FakeUpstream, verdict: Reply, *calls: Any) -> None:
    """The model makes these calls; asked for a verdict, it gives this."""
    upstream.reply(chosen(lambda asked: verdict if is_question(asked) else chat("Now.", *(calls or (CURL,)))))


def is_question(asked: Any) -> bool:
    return "security check" in json.dumps(asked["messages"])


def status(message: dict[str, Any]) -> Any:
    (result,) = message["safeguard_results"]
    assert result["type"] == "dangerous_tool_use"
    return result["status"]


def verdict(message: dict[str, Any], tool_id: str = "call_1") -> Any:
    assert status(message)["type"] == "available"
    return status(message)["tool_uses"][tool_id]


@STREAMING
async def test_the_answering_model_judges_its_calls_where_nobody_else_is_named(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, streaming: bool
) -> None:
    judging(upstream, chat("<block>no</block>"))
    url = await start()
    message = await ask(http, url, request(streaming))
    assert verdict(message) == ALLOWED
    assert message["stop_reason"] == "tool_use"
    answered, question = (seen.json for seen in upstream.requests)
    assert "safeguards" not in answered
    assert question["model"] == "m1"
    told = json.dumps(question["messages"])
    for known in ("curl -s", "fetch it", "deploys to staging", "sudo", "/home/me/proj"):
        assert known in told
    assert "be kind" not in told


async def test_router_safeguard_names_who_judges(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    judging(upstream, chat("<block>yes</block><reason>It sends\nsecrets.</reason>"))
    url = await start(
        provider={"models": ["m1", "judge"]}, Router={"default": "lab,m1", "safeguard": "lab,judge"}
    )
    message = await ask(http, url, request())
    flagged = {"type": "evaluated", "outcome": "flagged", "explanation": "It sends secrets"}
    assert verdict(message) == flagged
    assert upstream.requests[1].json["model"] == "judge"


async def test_each_call_is_judged_by_itself_the_harmless_ones_by_nobody(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    def reply(asked: Any) -> Reply:
        if not is_question(asked):
            return chat(
                "", CURL, ("call_2", "Bash", {"command": "rm -rf /"}), ("call_3", "Read", {"file_path": "/x"})
            )
        blocks = "rm -rf" in json.dumps(asked["messages"])
        return chat("<block>yes</block><reason>no</reason>" if blocks else "<block>no</block>")

    upstream.reply(chosen(reply))
    url = await start()
    message = await ask(http, url, request())
    outcomes = {name: verdict(message, name)["outcome"] for name in ("call_1", "call_2", "call_3")}
    assert outcomes == {"call_1": "not_flagged", "call_2": "flagged", "call_3": "not_flagged"}
    assert len(upstream.requests) == 3


@pytest.mark.parametrize("said", ["Sure, go on.", "<block>maybe</block>", "<block>no</block> but", ""])
async def test_what_is_no_verdict_is_asked_for_once_more_and_then_unavailable(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, said: str
) -> None:
    judging(upstream, chat(said))
    url = await start(Resilience={"retry": False})
    message = await ask(http, url, request())
    assert verdict(message) == {"type": "unavailable", "reason": "error"}
    assert len(upstream.requests) == 3


@pytest.mark.parametrize(
    ("reply", "reason"), [(json_answer({"error": {"message": "down"}}, 500), "error"), (hang, "timeout")]
)
async def test_no_verdict_in_time_is_unavailable(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, reply: Reply, reason: str
) -> None:
    judging(upstream, reply)
    url = await start(Safeguards={"seconds": 0.3}, Resilience={"retry": False})
    message = await ask(http, url, request())
    assert verdict(message) == {"type": "unavailable", "reason": reason}


@pytest.mark.parametrize(
    ("config", "outcome"),
    [
        ({"policy": "allow"}, "not_flagged"),
        ({"policy": "deny"}, "flagged"),
        ({"policy": "deny", "allow": ["Bash"]}, "not_flagged"),
        ({"policy": "deny", "allow": ["Bash(curl *)"]}, "flagged"),
        ({"policy": "allow", "deny": ["Bash(curl *)"]}, "flagged"),
        ({"policy": "ask-model", "deny": ["curl *"]}, "flagged"),
    ],
)
async def test_rules_and_policies_need_no_model(
    start: Start,
    upstream: FakeUpstream,
    http: aiohttp.ClientSession,
    config: dict[str, Any],
    outcome: str,
) -> None:
    upstream.reply(chat("", CURL))
    url = await start(Safeguards=config)
    message = await ask(http, url, request())
    assert verdict(message)["outcome"] == outcome
    assert len(upstream.requests) == 1


async def test_unsupported_is_said_so(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", CURL))
    url = await start(Safeguards={"policy": "unsupported"})
    assert status(await ask(http, url, request())) == {"type": "unsupported"}


async def test_other_kinds_of_safeguards_are_unsupported(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("hi"))
    url = await start()
    message = await ask(http, url, request(safeguards=[{"type": "novelty"}, *SAFEGUARDS]))
    assert message["safeguard_results"] == [
        {"type": "novelty", "status": {"type": "unsupported"}},
        {"type": "dangerous_tool_use", "status": {"type": "available", "tool_uses": {}}},
    ]


async def test_a_request_without_safeguards_gets_no_results(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", CURL))
    body = request()
    del body["safeguards"]
    assert "safeguard_results" not in await ask(http, await start(), body)
    assert len(upstream.requests) == 1


def anthropic_stream() -> list[bytes]:
    head = {"id": "m", "type": "message", "role": "assistant", "model": "m1", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 1}
    call = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
    return sse(
        {
            "type": "message_start",
            "message": {**head, "stop_reason": None, "stop_sequence": None, "usage": usage},
        },
        {"type": "content_block_start", "index": 0, "content_block": call},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": '{"command":"make"}'},
        },
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
        named=True,
    )


async def test_anthropic_itself_is_relayed_byte_for_byte(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    frames = anthropic_stream()
    upstream.reply(stream(frames))
    url = await start("anthropic")
    raw = json.dumps(request()).encode()
    async with http.post(url + "/v1/messages", data=raw) as response:
        assert await response.read() == b"".join(frames)
    assert upstream.requests[0].json["safeguards"] == SAFEGUARDS


async def test_a_lookalike_of_anthropic_neither_sees_safeguards_nor_leaves_them_unanswered(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(anthropic_stream()))
    url = await start("anthropic", {"dialect": {"server_tools": False}}, Safeguards={"policy": "allow"})
    message = await ask(http, url, request())
    assert verdict(message, "toolu_1") == ALLOWED
    assert "safeguards" not in upstream.requests[0].json


async def test_the_clients_own_classifier_is_stopped_where_it_says(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    """Over a model that ignores stop sequences and thinks whatever it is told."""
    upstream.reply(chat("<block>no</block> because it is fine", thought="hm"))
    url = await start(provider={"models": ["o3"]}, Router={"default": "lab,o3"})
    body = {
        "model": "claude-sonnet-5",
        "max_tokens": 64,
        "thinking": {"type": "disabled"},
        "stop_sequences": ["</block>"],
        "system": "You are a security monitor for coding agents.",
        "messages": [{"role": "user", "content": "<transcript>"}],
    }
    message = await ask(http, url, body)
    assert message["content"][-1]["text"] == "<block>no"
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "</block>")
    seen: Seen = upstream.requests[0]
    assert seen.json["max_completion_tokens"] > 1_000
    assert seen.json["reasoning_effort"] == "low"
