"""``maxtoken``: a ceiling for the length of answers."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from ccr.anthropic.request import Body
from ccr.transformers.contract import Transformer

Tokens = Annotated[int, msgspec.Meta(ge=1)]

SMALLEST_BUDGET = 1024
"""Anthropic takes no smaller thinking budget, and none that is not below ``max_tokens``."""


class MaxToken(Transformer):
    """Lowers ``max_tokens`` where it is larger."""

    name = "maxtoken"

    def __init__(self, *, max_tokens: Tokens) -> None:
        self._most = max_tokens

    def request(self, body: Body) -> Body:
        return limit_output(body, self._most)


def limit_output(body: Body, most: int) -> Body:
    """Lowers ``max_tokens``, and with it a thinking budget that would no longer fit below it."""
    asked = body.get("max_tokens")
    if not isinstance(asked, int) or asked <= most:
        return body
    body["max_tokens"] = most
    thinking = body.get("thinking")
    if isinstance(thinking, dict):
        body["thinking"] = _fitting(thinking, most)
    return body


def _fitting(thinking: dict[str, Any], most: int) -> dict[str, Any]:
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int) or budget < most:
        return thinking
    return {**thinking, "budget_tokens": most - 1} if most > SMALLEST_BUDGET else {"type": "disabled"}
