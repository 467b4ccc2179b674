"""Verdicts for Claude Code's auto mode, from models that give none.

In auto mode the client sends ``safeguards`` and runs no risky call without the verdict that comes with the
answer, in ``safeguard_results``. Anthropic's own answers have it; to others the field is never sent (it names
local paths and rules), and the verdict is made here: by the user's rules, by what is plainly harmless, and
for the rest by ``policy``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from ccr.agents import judge
from ccr.agents.ask import Ask, unfolded
from ccr.agents.contract import Agent, Task
from ccr.agents.native import is_native
from ccr.agents.policy import Call, Policy, Rules, is_harmless
from ccr.anthropic.events import Batches, BlockDelta, BlockStart, Event, MessageDelta, understood
from ccr.anthropic.message import parsed
from ccr.anthropic.request import Body, text_of
from ccr.errors import RouterError
from ccr.exchange import Exchange, Target

log = logging.getLogger("ccr.agents")

KIND = "dangerous_tool_use"
ROUTE = "safeguard"
SECONDS = 30.0
ATTEMPTS = 2

Status = dict[str, Any]


class SafeguardAgent(Agent):
    """``routed``: ``Router.safeguard`` is set and judges; else the model that answers judges itself."""

    name = "safeguard"

    def __init__(
        self,
        policy: Policy = "ask-model",
        rules: Rules | None = None,
        *,
        routed: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self.policy = policy
        self.rules = rules or Rules()
        self.routed = routed
        self.seconds = seconds

    async def prepare(self, exchange: Exchange) -> Task | None:
        asked = exchange.body.get("safeguards")
        return _Checking(self, exchange, asked) if asked else None


class _Checking(Task):
    def __init__(self, agent: SafeguardAgent, exchange: Exchange, asked: object) -> None:
        self._agent = agent
        self._exchange = exchange
        self._asked = [a for a in asked if isinstance(a, dict)] if isinstance(asked, list) else []
        found = next((a.get("classifier_context") for a in self._asked if a.get("type") == KIND), None)
        self._context: Mapping[str, Any] = found if isinstance(found, dict) else {}

    def request(self, body: Body, target: Target) -> Body:
        if is_native(target) or "safeguards" not in body:
            return body
        kept: Body = {key: value for key, value in body.items() if key != "safeguards"}  # type: ignore[assignment]
        return kept

    def follow(self, batches: Batches, target: Target, ask: Ask) -> Batches:
        return batches if is_native(target) else self._checked(batches, target, ask)

    async def _checked(self, batches: Batches, target: Target, ask: Ask) -> Batches:
        calls = _Calls()
        try:
            async for batch in batches:
                events = unfolded(batch)
                for place, event in enumerate(events):
                    ending = calls.read(event)
                    if ending is not None:
                        results = await self._results(calls.made(), target, ask)
                        delta = {**ending.delta, "safeguard_results": results}
                        events[place] = MessageDelta(delta, ending.usage)
                yield events
        finally:
            await batches.aclose()

    async def _results(self, calls: Mapping[str, Call], target: Target, ask: Ask) -> list[dict[str, Any]]:
        return [
            {"type": a.get("type"), "status": await self._status(calls, target, ask)}
            if a.get("type") == KIND
            else {"type": a.get("type"), "status": {"type": "unsupported"}}
            for a in self._asked
        ]

    async def _status(self, calls: Mapping[str, Call], target: Target, ask: Ask) -> Status:
        if self._agent.policy == "unsupported":
            return {"type": "unsupported"}
        verdicts = await asyncio.gather(*(self._verdict(call, target, ask) for call in calls.values()))
        return {"type": "available", "tool_uses": dict(zip(calls, verdicts, strict=True))}

    async def _verdict(self, call: Call, target: Target, ask: Ask) -> Status:
        if (ruled := self._agent.rules.verdict(call)) is not None:
            verdict, rule = ruled
            return _evaluated(verdict == "deny", f"The router's rule '{rule}' denies this")
        if self._agent.policy == "allow" or is_harmless(call, self._context):
            return _evaluated(False)
        if self._agent.policy == "deny":
            return _evaluated(True, "The router's policy denies what its rules do not allow")
        return await self._judged(call, target, ask)

    async def _judged(self, call: Call, target: Target, ask: Ask) -> Status:
        question = judge.question(call, self._exchange.body, self._context)
        if question is None:
            return _unavailable("input_too_long")
        try:
            async with asyncio.timeout(self._agent.seconds):
                for _ in range(ATTEMPTS):
                    message = await self._asked_model(question, target, ask)
                    if (judged := judge.read(text_of(message.get("content")))) is not None:
                        return _evaluated(judged.blocked, judged.reason or "The check of the call blocks it")
                    if message.get("stop_reason") == "refusal":
                        return _unavailable("refused")
        except TimeoutError:
            log.warning("%s: no verdict on %s in time", self._exchange.id, call.name)
            return _unavailable("timeout")
        except RouterError as error:
            log.warning("%s: no verdict on %s: %s", self._exchange.id, call.name, error.message)
            return _unavailable("error")
        log.warning("%s: what came for a verdict on %s is none", self._exchange.id, call.name)
        return _unavailable("error")

    async def _asked_model(self, question: Body, target: Target, ask: Ask) -> dict[str, Any]:
        if self._agent.routed:
            return await ask(question, route=ROUTE, seconds=self._agent.seconds)
        return await ask({**question, "model": str(target)}, seconds=self._agent.seconds)


class _Calls:
    """Collects the calls of an answer as its events pass."""

    def __init__(self) -> None:
        self._calls: dict[int, tuple[str, str, list[str]]] = {}

    def read(self, carried: Event) -> MessageDelta | None:
        """Takes an event; gives the one that ends the message."""
        event = understood(carried)
        match event:
            case BlockStart(index, {"type": "tool_use", "id": str(id), "name": str(name)}):
                self._calls[index] = id, name, []
            case BlockDelta(index, {"partial_json": str(piece)}) if index in self._calls:
                self._calls[index][2].append(piece)
        return event if isinstance(event, MessageDelta) else None

    def made(self) -> dict[str, Call]:
        """The calls by their ids."""
        return {
            tool_id: Call(name, parsed("".join(pieces) or "{}"))
            for tool_id, name, pieces in self._calls.values()
        }


def _evaluated(flagged: bool, why: str = "") -> Status:
    if not flagged:
        return {"type": "evaluated", "outcome": "not_flagged"}
    return {"type": "evaluated", "outcome": "flagged", "explanation": why.rstrip(".")}  # the client adds one


def _unavailable(reason: str) -> Status:
    """Reasons that the client knows: timeout, error, refused, input_too_long, truncated."""
    return {"type": "unavailable", "reason": reason}
