"""What an agent is: it looks at each request before it is routed, and takes part in those that concern it.

An ``Agent`` serves all requests of a configuration; what it does about one of them is a ``Task``: it edits
what each target is sent, offers tools, answers calls of these tools, and may follow the answer's events.
The client sees none of its calls, only what the model says in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ccr.agents.ask import Ask
from ccr.anthropic.events import Batches
from ccr.anthropic.request import Block, Body
from ccr.exchange import Exchange, Target


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model made of a task's tool."""

    id: str
    name: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a call came to. The model reads ``content``."""

    content: str | list[Block]
    is_error: bool = False
    shown: tuple[Block, ...] = ()
    """Whole blocks that the client sees in the place of the call; usually none."""

    usage: Mapping[str, Any] = field(default_factory=dict)
    """Added to the usage of the answer, such as ``{"server_tool_use": {…}}``."""


class Task:
    """What an agent does about one request. Override what you need."""

    def tools(self, target: Target) -> frozenset[str]:  # noqa: ARG002 - for those who override it
        """Names of the tools whose calls this task answers, when this target answers the request."""
        return frozenset()

    def request(self, body: Body, target: Target) -> Body:  # noqa: ARG002
        """What this target is sent. A new body where anything is changed: the given one is read-only.

        Called before every try and every further round; the same body and target must give the same.
        """
        return body

    async def run(self, call: ToolCall, ask: Ask) -> Result:
        """Answers a call. What is raised becomes an error that the model reads."""
        raise NotImplementedError

    def follow(self, batches: Batches, target: Target, ask: Ask) -> Batches:  # noqa: ARG002
        """The answer as the client gets it. Whoever replaces ``batches`` closes them (``aclose``)."""
        return batches


class Agent:
    """One instance per configuration; its options are its keyword arguments.

    It serves many requests at once: what belongs to one of them is kept in its ``Task``.
    """

    name: ClassVar[str]
    """What logs call it; without it, the name of the class in lower case."""

    def __init_subclass__(cls) -> None:
        if "name" not in cls.__dict__:
            cls.name = cls.__name__.lower()

    async def prepare(self, exchange: Exchange) -> Task | None:
        """Before routing: the task, or None where the request does not concern the agent.

        May edit the request for all that follows, routing too:
        ``exchange.body, exchange.edited = body, True``, where ``body`` began as ``exchange.fresh()``.
        """
        raise NotImplementedError
