"""Runs the calls that a model makes of agents' tools, and asks on until it calls no more of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ccr.agents.ask import Answer, Ask
from ccr.agents.contract import Result, Task, ToolCall
from ccr.agents.hidden import Hidden, Past
from ccr.agents.joint import Joint
from ccr.anthropic.events import Batch, Batches
from ccr.anthropic.request import Block, Body, Message
from ccr.errors import RouterError
from ccr.exchange import Exchange

log = logging.getLogger("ccr.agents")

MOST_ROUNDS = 24
"""After so many rounds the answer ends, whatever the model still wants to call."""


class Rounds:
    """One answer and the rounds behind it. ``tasks``: who answers which tool."""

    def __init__(self, exchange: Exchange, tasks: Mapping[str, Task], ask: Ask, hidden: Hidden) -> None:
        self._exchange = exchange
        self._tasks = tasks
        self._ask = ask
        self._hidden = hidden
        self._told: list[Message] = []
        """What came after the client's messages so far: answers with calls, and their results."""

        self._hid = False

    async def batches(self, answer: Answer) -> Batches:
        """The answer as one message. Closes what it reads, however it ends."""
        joint = Joint(self._tasks)
        for left in reversed(range(MOST_ROUNDS)):
            try:
                async for batch in answer.batches:
                    if out := joint.read(batch):
                        yield out
            finally:
                await answer.batches.aclose()
            message = joint.round()
            calls = self._calls(message)
            results = await asyncio.gather(*map(self._run, calls))
            if shown := self._shown(joint, results):
                yield shown
            told = [_told(call, result) for call, result in zip(calls, results, strict=True)]
            if not calls or not left or self._others(message):
                self._remember(message, told)
                break
            self._told += [_assistant(message), {"role": "user", "content": told}]
            answer = await self._ask.send(self._further(answer))
        yield joint.end()

    def _calls(self, message: Message) -> list[Block]:
        """The calls to run; an answer that was cut off has none."""
        if message.get("stop_reason") != "tool_use":
            return []
        return [b for b in message["content"] if b.get("type") == "tool_use" and b.get("name") in self._tasks]

    def _others(self, message: Message) -> list[str]:
        """The ids of the calls that are for the client."""
        calls = [b for b in message["content"] if b.get("type") == "tool_use"]
        return [str(call.get("id")) for call in calls if call.get("name") not in self._tasks]

    async def _run(self, block: Block) -> Result:
        name, given = str(block["name"]), block.get("input")
        if not isinstance(given, dict) or "__unparsedToolInput" in given:
            return Result("The arguments are not a JSON object.", is_error=True)
        call = ToolCall(str(block.get("id")), name, given)
        try:
            return await self._tasks[name].run(call, self._ask)
        except RouterError as error:
            return Result(f"{name} failed: {error.message}", is_error=True)
        except Exception as error:
            log.exception("%s: %s failed", self._exchange.id, name)
            return Result(f"{name} failed: {type(error).__name__}: {error}", is_error=True)

    def _shown(self, joint: Joint, results: Sequence[Result]) -> Batch:
        batch: Batch = []
        for result in results:
            joint.spend(result.usage)
            self._hid = self._hid or not result.shown
            for block in result.shown:
                batch += joint.show(block)
        return batch

    def _further(self, answer: Answer) -> Exchange:
        """The conversation with what was told so far, to the target that answers, else to those behind it."""
        plan = self._exchange.plan
        assert plan is not None
        others = [target for target in plan.targets if target != answer.target]
        said: Body = self._exchange.body
        body: Body = {**said, "messages": [*(said.get("messages") or []), *self._told]}
        if isinstance(choice := said.get("tool_choice"), dict) and choice.get("type") in ("any", "tool"):
            body["tool_choice"] = {**_without_name(choice), "type": "auto"}  # it has called what it had to
        return replace(
            self._exchange,
            raw=b"",
            body=body,
            edited=True,
            id=self._ask.next_id(),
            parent=self._exchange.id,
            plan=replace(plan, targets=(answer.target, *others)),
            failed=[],
            degraded=[],
            digest=None,
            usage={},
            tries=[],
            answering=None,
            error=None,
            started=time.perf_counter(),
            upstream_seconds=0.0,
        )

    def _remember(self, message: Message, told: Sequence[Block]) -> None:
        if self._hid and (ids := self._others(message)):
            past = Past(tuple(self._told), tuple(message["content"]), tuple(told))
            self._hidden.keep(self._exchange.conversation, ids, past)


def _assistant(message: Message) -> Message:
    return {"role": "assistant", "content": message["content"]}


def _told(call: Block, result: Result) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": call.get("id"), "content": result.content}
    return {**block, "is_error": True} if result.is_error else block


def _without_name(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in choice.items() if key != "name"}
