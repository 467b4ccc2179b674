"""Who takes part in a request."""

from __future__ import annotations

import pytest

from ccr.agents.contract import Agent, Task
from ccr.agents.crew import Agents
from ccr.anthropic.request import Body
from ccr.config.provider import Provider
from ccr.errors import BadRequest, ProxyFault
from ccr.exchange import Exchange, Target

TARGET = Target(Provider("p", "https://x.example", "openai_chat"), "m")


class Marking(Task):
    def __init__(self, mark: str) -> None:
        self.mark = mark

    def request(self, body: Body, target: Target) -> Body:
        return {**body, "system": f"{body.get('system', '')}{self.mark}@{target.model}"}


class Marker(Agent):
    def __init__(self, mark: str = "", error: Exception | None = None) -> None:
        self.mark = mark
        self.error = error

    async def prepare(self, exchange: Exchange) -> Task | None:
        assert exchange.plan is None
        if self.error is not None:
            raise self.error
        return Marking(self.mark) if self.mark else None


def exchange() -> Exchange:
    return Exchange(raw=b"{}", body={"messages": []}, headers={}, stream=False)


async def test_nobody_takes_part_where_nobody_wants_to() -> None:
    one = exchange()
    assert await Agents([Marker(), Marker()]).prepare(one) is None
    assert one.body_for(TARGET) is one.body


async def test_tasks_edit_in_the_order_of_their_agents() -> None:
    one = exchange()
    assert await Agents([Marker("a"), Marker(), Marker("b")]).prepare(one) is not None
    assert one.body_for(TARGET).get("system") == "a@mb@m"
    assert "system" not in one.body


async def test_an_agent_that_fails_is_named() -> None:
    with pytest.raises(ProxyFault, match="The agent 'marker' failed: ValueError: oh no"):
        await Agents([Marker(error=ValueError("oh no"))]).prepare(exchange())


async def test_an_agent_may_refuse_a_request_in_words() -> None:
    with pytest.raises(BadRequest, match="not today"):
        await Agents([Marker(error=BadRequest("not today"))]).prepare(exchange())
