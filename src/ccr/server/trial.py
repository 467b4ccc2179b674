"""A provider tried for a person: which models it has, and whether one of them answers."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from ccr.anthropic.events import BlockDelta, Failure, understood
from ccr.anthropic.message import failure
from ccr.config.provider import Provider
from ccr.errors import RouterError
from ccr.exchange import Exchange, Plan, Target
from ccr.gateway import Gateway
from ccr.wire import json

QUESTION = "Answer with the one word: hello"
MOST_TOKENS = 256
"""Room for an answer, and for models that think before it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How it went. Times are in milliseconds from the request; 0: that never came."""

    provider: str
    model: str
    ok: bool
    message: str
    """What it answered, or what is wrong, for people."""

    first_token_ms: int = 0
    total_ms: int = 0
    status: int = 200

    def facts(self) -> dict[str, Any]:
        return asdict(self)


async def tried(gateway: Gateway, provider: Provider, model: str) -> Trial:
    """Asks a model one short question, streamed, through everything that a request goes through."""
    body = {
        "model": f"{provider.name},{model}",
        "max_tokens": MOST_TOKENS,
        "stream": True,
        "messages": [{"role": "user", "content": QUESTION}],
    }
    exchange = Exchange(json.encode(body), json.decode(json.encode(body)), {}, stream=True)
    exchange.plan = Plan((Target(provider, model),), "trial")
    began = time.perf_counter()
    try:
        first, text = await _answer(gateway, exchange)
    except RouterError as error:
        return Trial(provider.name, model, False, error.message, total_ms=_ms(began), status=error.status)
    said = text.strip()[:200] or "It answered, without any text."
    return Trial(provider.name, model, True, said, round((first - began) * 1000), _ms(began))


async def _answer(gateway: Gateway, exchange: Exchange) -> tuple[float, str]:
    """When the first content came, and the text."""
    answer = await gateway.ask(exchange)
    first, text = time.perf_counter(), ""
    async for batch in answer.batches:
        for event in batch:
            match understood(event):
                case BlockDelta(_, {"type": "text_delta", "text": str() as piece}):
                    text += piece
                case Failure(error):
                    raise failure(error)
    return first, text


def _ms(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
