"""What rules may ask of a request, each found out once and only when asked."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Any

from ccr.anthropic.request import blocks, messages, wants_thinking
from ccr.anthropic.tokens import Bounds, Digest, TokenCounter, bounds, digest
from ccr.config.routes.shapes import Kind
from ccr.exchange import Exchange
from ccr.routing.kinds import is_web_search, kind_of
from ccr.routing.tag import tagged_model

SPARE = 2_000
"""More tokens than a provider adds to any request by itself."""

AGENT_HEADER = "x-claude-code-agent-type"


class Facts:
    """The facts of one request."""

    def __init__(self, exchange: Exchange, counter: TokenCounter) -> None:
        self.exchange = exchange
        self.remarks: list[str] = []
        """What the rule being asked wants to have said about it, whatever it decides."""

        self._counter = counter
        self._tokens: int | None = None

    @property
    def asked(self) -> str:
        """The model's name as the client sent it, empty when it sent none."""
        model = self.exchange.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def agent(self) -> str:
        """The type of the subagent that asks, such as ``Explore``."""
        return self.exchange.headers.get(AGENT_HEADER, "")

    @cached_property
    def tag(self) -> str | None:
        return tagged_model(self.exchange.body)

    @cached_property
    def kind(self) -> Kind:
        found = self.exchange.kind = kind_of(self.exchange.body, self.exchange.headers)
        return found

    @cached_property
    def thinks(self) -> bool:
        return wants_thinking(self.exchange.body)

    @cached_property
    def searches(self) -> bool:
        return is_web_search(self.exchange.body)

    @cached_property
    def shows_image(self) -> bool:
        """What the user said last has an image, directly or inside a tool result.

        It may be more than one message: Claude Code sends a file named with ``@`` in one of its own before.
        """
        said = False
        for message in reversed(messages(self.exchange.body)):
            if message.get("role") == "user":
                said = True
                if any(map(_has_image, blocks(message.get("content")))):
                    return True
            elif message.get("role") == "assistant" and said:
                return False
        return False

    @property
    def output(self) -> int:
        """How many output tokens the client asks for at most, 0 when it does not say."""
        asked = self.exchange.body.get("max_tokens")
        return asked if isinstance(asked, int) else 0

    @property
    def most(self) -> int:
        """More input tokens than there can be: each has a byte, but for documents that stand elsewhere."""
        return len(self.exchange.raw) + SPARE

    async def exceeds(self, threshold: int) -> bool:
        """Whether the request is longer than so many tokens; most are told without counting."""
        if self.most <= threshold:
            return False
        if self._tokens is None and not self._known:
            limits = self._bounds
            if limits.high <= threshold or limits.low > threshold:
                return limits.low > threshold
        return await self.tokens() > threshold

    async def tokens(self) -> int:
        """Input tokens, as estimated for the model that the client asked for."""
        if self._tokens is None:
            self._tokens = await self._estimate(self.asked)
        return self._tokens

    async def tokens_at(self, model: str) -> int:
        """Input tokens at another model: tokenizers differ, but what was truly counted is true of all."""
        return await self.tokens() if self._known else await self._estimate(model)

    @property
    def counted(self) -> int | None:
        """Input tokens, if a rule has asked for them."""
        return self._tokens

    def forget(self) -> None:
        """The request has been changed: what was found out about it is no longer true."""
        kept = {name: vars(self)[name] for name in ("exchange", "remarks", "_counter")}
        vars(self).clear()
        vars(self).update(kept, _tokens=None)

    async def _estimate(self, model: str) -> int:
        """In passing where the conversation is known, else off the loop."""
        if self._known:
            return self._counter.estimate(self._digest, self.asked)
        return await asyncio.to_thread(self._counter.estimate, self._digest, model)

    @cached_property
    def _digest(self) -> Digest:
        found = self.exchange.digest = digest(self.exchange.body)
        return found

    @cached_property
    def _known(self) -> bool:
        return self._counter.knows(self._digest, self.asked)

    @cached_property
    def _bounds(self) -> Bounds:
        return bounds(self.exchange.body)


def _has_image(block: dict[str, Any]) -> bool:
    if block.get("type") == "tool_result":
        return any(inner.get("type") == "image" for inner in blocks(block.get("content")))
    return block.get("type") == "image"
