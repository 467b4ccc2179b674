"""What rules may ask of a request, each found out once and only when asked."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Any

from ccr.anthropic.request import blocks, messages, wants_thinking
from ccr.anthropic.tokens import Bounds, Digest, TokenCounter, bounds, digest
from ccr.exchange import Exchange
from ccr.routing.kinds import Kind, is_web_search, kind_of
from ccr.routing.tag import tagged_model

SPARE = 2_000
"""More tokens than a provider adds to any request by itself."""


class Facts:
    """The facts of one request."""

    def __init__(self, exchange: Exchange, counter: TokenCounter) -> None:
        self.exchange = exchange
        self._counter = counter
        self._tokens: int | None = None

    @property
    def asked(self) -> str:
        """The model's name as the client sent it, empty when it sent none."""
        model = self.exchange.body.get("model")
        return model if isinstance(model, str) else ""

    @cached_property
    def tag(self) -> str | None:
        return tagged_model(self.exchange.body)

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.exchange.body, self.exchange.headers)

    @cached_property
    def thinks(self) -> bool:
        return wants_thinking(self.exchange.body)

    @cached_property
    def searches(self) -> bool:
        return is_web_search(self.exchange.body)

    @cached_property
    def shows_image(self) -> bool:
        """The newest user message has an image, directly or inside a tool result."""
        for message in reversed(messages(self.exchange.body)):
            if message.get("role") == "user":
                return any(_has_image(block) for block in blocks(message.get("content")))
        return False

    @cached_property
    def bounds(self) -> Bounds:
        return bounds(self.exchange.body)

    async def tokens(self) -> int:
        """Input tokens, as estimated: in passing where the conversation is known, else off the loop."""
        if self._tokens is None:
            request = self.exchange.digest = digest(self.exchange.body)
            if self._counter.knows(request, self.asked):
                self._tokens = self._counter.estimate(request, self.asked)
            else:
                self._tokens = await asyncio.to_thread(self._estimate, request)
        return self._tokens

    async def exceeds(self, threshold: int) -> bool:
        """Whether the request is longer than so many tokens; most are told without counting.

        A body of so few bytes cannot be, unless a document stands elsewhere (``SPARE``: hidden prompts).
        """
        raw = self.exchange.raw
        if len(raw) + SPARE <= threshold and b'"document"' not in raw:
            return False
        if self.bounds.high <= threshold:
            return False
        return self.bounds.low > threshold or await self.tokens() > threshold

    def _estimate(self, request: Digest) -> int:
        return self._counter.estimate(request, self.asked)


def _has_image(block: dict[str, Any]) -> bool:
    if block.get("type") == "tool_result":
        return any(inner.get("type") == "image" for inner in blocks(block.get("content")))
    return block.get("type") == "image"
