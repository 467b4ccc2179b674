"""How agents ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from ccr.agents.ask import Answer, Ask, assembled, unfolded
from ccr.anthropic.events import Batches, MessageStart, Opaque, Ping
from ccr.anthropic.message import replay
from ccr.config.provider import Provider
from ccr.errors import Broken, Unreachable
from ccr.exchange import Exchange, Target
from ccr.wire import json

TARGET = Target(Provider("p", "https://x.example", "openai_chat"), "m")
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "hi"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


@dataclass
class Given:
    batches: Batches
    target: Target = TARGET


async def stream(*events: object, forever: bool = False) -> Batches:
    for event in events:
        yield [event]  # type: ignore[list-item]
    if forever:
        await asyncio.Event().wait()


def client() -> Exchange:
    headers = {"anthropic-version": "2026-10-21", "x-claude-code-request-class": "main", "authorization": "k"}
    return Exchange(raw=b"{}", body={}, headers=headers, stream=True, session="s", client="me", id="req_1")


async def test_a_question_is_a_request_of_its_own_in_the_clients_name() -> None:
    seen: list[Exchange] = []

    async def send(exchange: Exchange) -> Answer:
        seen.append(exchange)
        return Given(stream(*replay(MESSAGE)))

    ask = Ask(send, client())
    assert await ask({"model": "p,m", "messages": []}) == MESSAGE
    await ask({"messages": []}, route="image")
    first, second = seen
    assert first.body == {"model": "p,m", "messages": [], "stream": False}
    assert (first.stream, first.edited, first.session, first.client) == (False, True, "s", "me")
    assert first.headers == {"anthropic-version": "2026-10-21"}
    assert second.headers["x-ccr-route"] == "image"
    assert [(exchange.id, exchange.parent) for exchange in seen] == [
        ("req_1_1", "req_1"),
        ("req_1_2", "req_1"),
    ]


async def test_no_answer_in_time_is_an_error_and_not_said_to_be_left() -> None:
    told: list[object] = []

    async def send(exchange: Exchange) -> Answer:
        return Given(cut_off(exchange))

    async def cut_off(exchange: Exchange) -> Batches:
        try:
            async for batch in stream(Ping(), forever=True):
                yield batch
        finally:
            told.append(exchange.error)

    with pytest.raises(Unreachable, match=r"no whole answer within 0\.01 s") as raised:
        await Ask(send, client())({"model": "p,m"}, seconds=0.01)
    assert told == [raised.value]


async def test_a_whole_message_may_come_as_json() -> None:
    event = Opaque("message", json.encode(MESSAGE))
    assert await assembled(stream(event)) == MESSAGE
    assert unfolded([Ping(), event])[0] == Ping()
    assert isinstance(unfolded([event])[0], MessageStart)


async def test_an_answer_that_breaks_off_is_none() -> None:
    with pytest.raises(Broken):
        await assembled(stream(*replay(MESSAGE)[:-1]))
