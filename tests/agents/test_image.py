"""Eyes for models that have none, from the client's request to its answer."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.agents.support import ask, chat
from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, json_answer

PNG = "iVBORw0KGgoAAAANSUhEUg=="
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
OTHER = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA" + PNG}}
BLIND = {
    "models": ["m1", "vision"],
    "modelMetadata": {"m1": {"dialect": {"images": False}}, "vision": {"dialect": {"images": True}}},
}
ROUTER = {"default": "lab,m1", "image": "lab,vision"}
EDIT = {"name": "Edit", "input_schema": {"type": "object"}}
STREAMING = pytest.mark.parametrize("streaming", [True, False])


def look(id: str = "call_1", *, image: str = "1", task: str = "What does it say?") -> Any:
    return (id, "analyzeImage", {"imageId": [image], "task": task})


def conversation(streaming: bool, *images: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An image, an answer, and then a question in words."""
    shown = images or (IMAGE,)
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "Look:"}, *shown]},
        {"role": "assistant", "content": "I see."},
        {"role": "user", "content": "What does it say?"},
    ]
    return {
        "model": "x",
        "max_tokens": 99,
        "stream": streaming,
        "messages": messages,
        "tools": [EDIT],
        **more,
    }


def contents(request: Any) -> list[Any]:
    return [message.get("content") for message in request["messages"]]


@STREAMING
async def test_a_blind_model_has_images_looked_at_and_the_client_sees_none_of_it(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, streaming: bool
) -> None:
    upstream.reply(chat("Let me see.", look()), chat("It says STOP."), chat("The sign says STOP."))
    url = await start(provider=BLIND, Router=ROUTER)
    message = await ask(http, url, conversation(streaming))
    assert [block["text"] for block in message["content"]] == ["Let me see.", "The sign says STOP."]
    assert message["stop_reason"] == "end_turn"
    assert message["usage"]["input_tokens"] == 24
    assert message["usage"]["output_tokens"] == 6
    assert [one["input_tokens"] for one in message["usage"]["iterations"]] == [12, 12]

    first, vision, second = (seen.json for seen in upstream.requests)
    assert first["model"] == second["model"] == "m1"
    assert "image_url" not in str(first["messages"])
    assert "[Image #1]" in str(contents(first))
    assert [tool["function"]["name"] for tool in first["tools"]] == ["Edit", "analyzeImage"]
    assert vision["model"] == "vision"
    assert PNG in str(vision["messages"])
    assert "What does it say?" in str(vision["messages"])
    assert second["messages"][-2]["tool_calls"][0]["function"]["name"] == "analyzeImage"
    assert second["messages"][-1]["content"] == "It says STOP."


async def test_the_newest_image_goes_to_the_vision_model_as_it_is(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("a cat"))
    result = {
        "type": "tool_result",
        "tool_use_id": "t1",
        "content": [{"type": "text", "text": "here"}, IMAGE],
    }
    messages = [
        {"role": "user", "content": "read cat.png"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "Read", "input": {}}]},
        {"role": "user", "content": [result]},
    ]
    url = await start(provider=BLIND, Router=ROUTER)
    await ask(http, url, {**conversation(False), "messages": messages})
    seen = upstream.requests[0].json
    assert seen["model"] == "vision"
    assert [message["role"] for message in seen["messages"][:3]] == ["user", "assistant", "tool"]
    assert PNG in str(seen["messages"])
    assert "analyzeImage" not in str(seen)


async def test_a_model_that_sees_keeps_its_images(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("ok"))
    url = await start(provider={"models": ["m1", "vision"]}, Router=ROUTER)
    await ask(http, url, conversation(False))
    assert PNG in str(upstream.requests[0].json["messages"])
    assert "analyzeImage" not in str(upstream.requests[0].json)


async def test_force_has_every_image_looked_at_even_the_newest(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", look()), chat("STOP"), chat("done"))
    url = await start(provider={"models": ["m1", "vision"]}, Router=ROUTER, forceUseImageAgent=True)
    body = conversation(True)
    message = await ask(http, url, {**body, "messages": body["messages"][:1]})
    assert [block["text"] for block in message["content"]] == ["done"]
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "vision", "m1"]
    assert PNG not in str(upstream.requests[0].json)


async def test_without_a_vision_model_there_is_no_tool(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("ok"))
    url = await start(provider=BLIND)
    await ask(http, url, conversation(False))
    assert "analyzeImage" not in str(upstream.requests[0].json)


@STREAMING
async def test_other_calls_of_the_turn_reach_the_client_and_come_back_with_what_was_seen(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession, streaming: bool
) -> None:
    upstream.reply(chat("Both.", ("call_e", "Edit", {"a": 1}), look("call_i")), chat("It says STOP."))
    url = await start(provider=BLIND, Router=ROUTER)
    body = conversation(streaming)
    message = await ask(http, url, body)
    assert [block["type"] for block in message["content"]] == ["text", "tool_use"]
    assert message["content"][1]["name"] == "Edit"
    assert message["content"][1]["input"] == {"a": 1}
    assert message["stop_reason"] == "tool_use"

    upstream.reply(chat("done"))
    result = {"type": "tool_result", "tool_use_id": message["content"][1]["id"], "content": "edited"}
    body["messages"] += [
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": [result]},
    ]
    await ask(http, url, body)
    told = upstream.requests[-1].json["messages"]
    assert [call["function"]["name"] for call in told[-3]["tool_calls"]] == ["Edit", "analyzeImage"]
    assert {m["tool_call_id"]: m["content"] for m in told[-2:]} == {
        "call_e": "edited",
        "call_i": "It says STOP.",
    }


async def test_rounds_before_a_call_of_the_client_are_put_back_too(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", look("call_i")), chat("It says STOP."), chat("", ("call_e", "Edit", {})))
    url = await start(provider=BLIND, Router=ROUTER)
    body = conversation(True)
    message = await ask(http, url, body)
    assert [block["type"] for block in message["content"]] == ["tool_use"]
    upstream.reply(chat("done"))
    result = {"type": "tool_result", "tool_use_id": "call_e", "content": "edited"}
    body["messages"] += [
        {"role": "assistant", "content": message["content"]},
        {"role": "user", "content": [result]},
    ]
    await ask(http, url, body)
    told = upstream.requests[-1].json["messages"]
    roles = [message["role"] for message in told[-4:]]
    assert roles == ["assistant", "tool", "assistant", "tool"]
    assert [m["content"] for m in told if m["role"] == "tool"] == ["It says STOP.", "edited"]


async def test_the_same_look_is_taken_once_in_a_session(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(chat("", look("call_1")), chat("STOP"), chat("", look("call_2")), chat("twice"))
    url = await start(provider=BLIND, Router=ROUTER)
    await ask(http, url, conversation(True), **{"x-session-id": "s1"})
    assert [seen.json["model"] for seen in upstream.requests] == ["m1", "vision", "m1", "m1"]
    upstream.reply(chat("", look("call_3")), chat("STOP"), chat("ok"))
    await ask(http, url, conversation(True), **{"x-session-id": "s2"})
    assert [seen.json["model"] for seen in upstream.requests[4:]] == ["m1", "vision", "m1"]


async def test_what_fails_is_told_to_the_model(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(
        chat("", look("call_1", image="7"), look("call_2")),
        json_answer({"error": {"message": "no eyes today"}}, 400),
        chat("I could not look."),
    )
    url = await start(provider=BLIND, Router=ROUTER)
    message = await ask(http, url, conversation(True))
    assert message["content"][0]["text"] == "I could not look."
    told = [m["content"] for m in upstream.requests[-1].json["messages"] if m["role"] == "tool"]
    assert "no image '7'" in told[0]
    assert "no eyes today" in told[1]


async def test_each_look_gets_the_images_it_names(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    asked = (
        "call_1",
        "analyzeImage",
        {"imageId": ["[Image #2]", "1"], "task": "Compare", "regions": [{"x": 1}]},
    )
    upstream.reply(chat("", asked), chat("differ"), chat("ok"))
    url = await start(provider=BLIND, Router=ROUTER)
    await ask(http, url, conversation(True, IMAGE, OTHER))
    content = upstream.requests[1].json["messages"][-1]["content"]
    assert [part["type"] for part in content] == ["text", "image_url", "text", "image_url", "text"]
    assert "AAAA" in content[1]["image_url"]["url"]
    assert content[4]["text"] == 'Compare\n{"regions":[{"x":1}]}'
