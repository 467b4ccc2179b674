"""Lets requests through as limits allow: what they may take is reserved before, and settled after."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Self

from ccr.config import Settings
from ccr.errors import RouterError
from ccr.resilience.limits import Cost, Rule, Rules, Scope, Want
from ccr.resilience.line import Buckets, Line, Taken

UNKNOWN = 1.0
"""Seconds to try again after, where only somebody's leaving helps."""


class OverLimit(RouterError):
    """429: a limit of the configuration. ``retry-after`` says when it would be let through."""

    status = 429
    type = "rate_limit_error"

    def __init__(self, words: str, seconds: float) -> None:
        self.seconds = seconds if math.isfinite(seconds) else UNKNOWN
        after = max(1, math.ceil(self.seconds))
        super().__init__(
            f"Over the limit of {words}. Try again in {after} s.", headers={"retry-after": str(after)}
        )


class Permit:
    """What a request has reserved. It is settled or released once; after that, both do nothing.

    As a context manager it releases what is still open at the end.
    """

    __slots__ = ("_limiter", "_rules", "_taken", "_wants")

    def __init__(
        self,
        limiter: Limiter,
        rules: Sequence[Rule] = (),
        wants: Sequence[Want] = (),
        taken: Taken | None = None,
    ) -> None:
        self._limiter, self._rules, self._wants, self._taken = limiter, rules, wants, taken

    def settle(self, usage: Mapping[str, Any]) -> None:
        """It was called and took so much, in Anthropic's words; an empty usage: as much as reserved."""
        if taken := self._over():
            both = zip(self._rules, self._wants, strict=True)
            taken.settle([rule.used(usage, want.amount) for rule, want in both])

    def release(self) -> None:
        """It was not called, or counts for nothing."""
        if taken := self._over():
            taken.give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _over(self) -> Taken | None:
        taken, self._taken = self._taken, None
        if taken is not None:
            self._limiter.left()
        return taken


class Limiter:
    """One for each configuration; the buckets outlive it."""

    def __init__(self, settings: Settings, buckets: Buckets) -> None:
        self._rules = Rules(settings)
        self._queue = settings.queue
        self._buckets = buckets
        self._line = Line(buckets)
        self.reserved = 0
        """Permits that are neither settled nor released."""

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._line)

    @property
    def limits(self) -> bool:
        """Whether any limit is configured."""
        return self._rules.some

    def applies(self, scope: Scope) -> bool:
        """Whether any limit holds for it; where none is configured at all this costs nothing."""
        return self._rules.some and bool(self._rules.of(scope))

    def would_wait(self, scope: Scope, cost: Cost) -> float:
        """Seconds until it would be let through, as far as this process knows; ``inf``: that is not known."""
        wants = [rule.want(cost) for rule in self._rules.of(scope)]
        return self._line.due(wants) if wants else 0.0

    async def try_enter(self, scope: Scope, cost: Cost) -> Permit | None:
        """A permit, or None where it would have to wait."""
        rules = self._rules.of(scope)
        wants = [rule.want(cost) for rule in rules]
        if not wants:
            return Permit(self)
        if self._line.claimed(wants):
            return None
        taken = await self._buckets.take(wants)
        return None if taken.lacking else self._permit(rules, wants, taken)

    async def enter(self, scope: Scope, cost: Cost, patience: float = math.inf) -> Permit:
        """A permit, at once or when its turn has come.

        ``patience``: seconds to wait at most, where that is less than the configuration allows.
        Raises ``OverLimit`` where the queue is full, or it takes too long: at once, where that is known.
        """
        rules = self._rules.of(scope)
        wants = [rule.want(cost) for rule in rules]
        if not wants:
            return Permit(self)
        lacking = self._line.claimed(wants)
        if not lacking:
            taken = await self._buckets.take(wants)
            if not taken.lacking:
                return self._permit(rules, wants, taken)
            lacking = taken.lacking
        return await self._wait(rules, wants, lacking, min(self._queue.seconds, patience))

    def left(self) -> None:
        """A permit is over: somebody may go on, once it has been given back."""
        self.reserved -= 1
        self._line.wake()

    async def close(self) -> None:
        await self._line.close()

    async def _wait(
        self, rules: Sequence[Rule], wants: Sequence[Want], lacking: Sequence[str], seconds: float
    ) -> Permit:
        due = self._line.due(wants)
        beyond = due > seconds and math.isfinite(due)
        if len(self._line) >= self._queue.max or seconds <= 0 or beyond:
            raise OverLimit(_words(rules, lacking), due)
        taken = await self._line.wait(wants, lacking, seconds)
        if taken is None:
            raise OverLimit(_words(rules, lacking), self._line.due(wants))
        return self._permit(rules, wants, taken)

    def _permit(self, rules: Sequence[Rule], wants: Sequence[Want], taken: Taken) -> Permit:
        self.reserved += 1
        return Permit(self, rules, wants, taken)


def _words(rules: Sequence[Rule], lacking: Sequence[str]) -> str:
    """The limit that is passed, or the first of several."""
    return next(rule.words for rule in rules if rule.bucket in lacking)
