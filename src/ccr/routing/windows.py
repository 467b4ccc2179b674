"""Context windows: whether a request, with its answer, fits into a target's.

Where the answer as asked for does not, its ceiling is lowered; where the request itself leaves no room, the
target is passed over. A window is known by preset or configuration, or learned from a provider's refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ccr.errors import UpstreamError
from ccr.exchange import Target
from ccr.routing.facts import Facts

LEAST = 4_096
"""Output tokens for which there should be room; an eighth of the window where that is less."""

MILLION = 1_000_000
_MILLION_BETA = "context-1m"
_TOO_LONG = re.compile(r"prompt is too long: (\d+) tokens > (\d+) maximum")
REMEMBERED = 1_024


class Short(NamedTuple):
    """The target's window does not hold the request."""

    tokens: int
    limit: int
    """How many input tokens it would hold."""

    unsure: Target | None = None
    """The target, where its window is a preset's and the tokens are estimated: its own word counts."""

    def __str__(self) -> str:
        return f"about {self.tokens} tokens do not fit, at most {self.limit} do"


@dataclass(slots=True)
class Windows:
    """What one process knows of windows."""

    learned: dict[str, int] = field(default_factory=dict)

    async def fit(self, target: Target, facts: Facts) -> Target | Short:
        """The target, with a lower ceiling where it needs one, or why the request does not fit there."""
        window = self.of(target, facts.exchange.headers)
        if window is None or facts.most + (output := _most(target, facts.output)) <= window:
            return target
        tokens = await facts.tokens_at(target.model)
        limit = window - min(LEAST, window // 8, output or LEAST)
        if tokens > limit:
            sure = str(target) in self.learned or target.provider.facts_of(target.model).window_sure
            return Short(tokens, limit, None if sure else target)
        room = max(window - tokens - tokens // 20, window - limit)
        return replace(target, ceiling=room) if room < output else target

    def of(self, target: Target, headers: Mapping[str, str]) -> int | None:
        """The window of a target in tokens, None when nobody knows."""
        known = target.provider.facts_of(target.model).context_window
        if known and target.provider.protocol == "anthropic" and _asks_million(headers):
            known = max(known, MILLION)
        learned = self.learned.get(str(target))
        return known if learned is None else min(learned, known or learned)

    def learn(self, target: Target, error: UpstreamError) -> None:
        """Takes in what a refusal says of the target's window."""
        if error.status != 400 or not (match := _TOO_LONG.search(error.message)):
            return
        if len(self.learned) >= REMEMBERED:
            self.learned.clear()
        self.learned[str(target)] = int(match[2])


def _asks_million(headers: Mapping[str, str]) -> bool:
    return _MILLION_BETA in headers.get("anthropic-beta", "")


def _most(target: Target, asked: int) -> int:
    """How long the answer may get: what is asked for, within what the model gives at all."""
    limits = (target.provider.facts_of(target.model).max_output, target.dialect.max_output)
    return min([asked, *(limit for limit in limits if limit)])
