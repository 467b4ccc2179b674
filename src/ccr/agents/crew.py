"""All agents of a configuration (``Agents``), and those that take part in one request (``Crew``)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ccr.agents.ask import Answer, Ask, Send
from ccr.agents.contract import Agent, Task
from ccr.agents.hidden import Hidden
from ccr.agents.rounds import Rounds
from ccr.anthropic.events import Batches
from ccr.anthropic.request import Body
from ccr.errors import ProxyFault, RouterError
from ccr.exchange import Exchange, Target

log = logging.getLogger("ccr.agents")


class Agents:
    """Asks each agent about each request, in their order."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self._agents = tuple(agents)
        self._hidden = Hidden()

    async def prepare(self, exchange: Exchange) -> Crew | None:
        """Before routing: who takes part; None, at no further cost, when nobody does."""
        tasks = [task for agent in self._agents if (task := await _prepared(agent, exchange)) is not None]
        if not tasks:
            return None
        crew = Crew(tasks, exchange, self._hidden)
        exchange.adapt = crew.request
        return crew


async def _prepared(agent: Agent, exchange: Exchange) -> Task | None:
    try:
        return await agent.prepare(exchange)
    except RouterError:
        raise
    except Exception as error:
        log.exception("%s: agent %s failed", exchange.id, agent.name)
        raise ProxyFault(f"The agent '{agent.name}' failed: {type(error).__name__}: {error}") from error


class Crew:
    """The tasks of one request."""

    def __init__(self, tasks: Sequence[Task], exchange: Exchange, hidden: Hidden) -> None:
        self._tasks = tasks
        self._exchange = exchange
        self._hidden = hidden

    def request(self, body: Body, target: Target) -> Body:
        """What a target is sent: ``Exchange.adapt``."""
        if any(task.tools(target) for task in self._tasks):
            body = self._hidden.restored(self._exchange.conversation, body)
        for task in self._tasks:
            body = task.request(body, target)
        return body

    def follow(self, answer: Answer, send: Send) -> Batches:
        """The answer as the client gets it."""
        ask, target = Ask(send, self._exchange), answer.target
        own = {name: task for task in self._tasks for name in task.tools(target)}
        batches = answer.batches
        if own:
            batches = Rounds(self._exchange, own, ask, self._hidden).batches(answer)
        for task in self._tasks:
            batches = task.follow(batches, target, ask)
        return batches
