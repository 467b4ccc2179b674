"""What an agent has to say of itself: little."""

from __future__ import annotations

import pytest

from ccr.agents.ask import Ask
from ccr.agents.contract import Agent, Result, Task, ToolCall
from ccr.anthropic.request import Body
from ccr.config.provider import Provider
from ccr.exchange import Exchange, Target

TARGET = Target(Provider("p", "https://x.example", "openai_chat"), "m")


class Quiet(Agent): ...


class Called(Agent):
    name = "by-name"


def exchange() -> Exchange:
    return Exchange(raw=b"{}", body={"messages": []}, headers={}, stream=False)


async def send(exchange: Exchange) -> object:
    raise AssertionError(exchange)


def test_an_agent_goes_by_its_name_or_its_classes() -> None:
    assert (Quiet.name, Called.name) == ("quiet", "by-name")


async def test_a_task_does_nothing_until_told() -> None:
    task, body = Task(), Body(messages=[])
    assert task.tools(TARGET) == frozenset()
    assert task.request(body, TARGET) is body
    with pytest.raises(NotImplementedError):
        await task.run(ToolCall("1", "x", {}), Ask(send, exchange()))  # type: ignore[arg-type]
    with pytest.raises(NotImplementedError):
        await Quiet().prepare(exchange())


def test_a_result_is_hidden_and_free_by_default() -> None:
    result = Result("text")
    assert (result.is_error, result.shown, dict(result.usage)) == (False, (), {})
