"""Which limits hold for a request, what it is thought to take of each, and what it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ccr.config import Settings
from ccr.config.limits import Limits, Metric, Rate, of_key
from ccr.resilience.keys import labels_of

OUTPUT = 1024
"""Output tokens that are reserved at most: clients allow tens of thousands, answers rarely have so many."""

REMEMBERED = 1024
"""Scopes whose rules are kept: the names of models come from clients."""


class Scope(NamedTuple):
    """On whose account a request goes. An empty name stands for nobody."""

    provider: str = ""
    model: str = ""
    key: str = ""
    """The label of a key of the provider's."""

    client: str = ""
    everyone: bool = False
    """It counts for ``Limits`` of the whole router, too."""

    @classmethod
    def of_request(cls, client: str) -> Scope:
        """What a request takes once, wherever it goes."""
        return cls(client=client, everyone=True)

    @classmethod
    def of_try(cls, provider: str, model: str, key: str) -> Scope:
        """What each call of a provider takes."""
        return cls(provider, model, key)


class Cost(NamedTuple):
    """Tokens."""

    input: float
    output: float


def estimate(body_bytes: int, max_tokens: int | None, counted: int | None = None) -> Cost:
    """What a request may take: four bytes a token where nobody has counted, and an ordinary answer."""
    return Cost(body_bytes / 4 if counted is None else counted, min(max_tokens or OUTPUT, OUTPUT))


class Want(NamedTuple):
    """What is taken of one bucket; see the state's contract."""

    name: str
    amount: float
    capacity: float
    refill: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit, as one bucket."""

    bucket: str
    of: Metric | Literal["places"]
    capacity: float
    refill: float
    """What flows in each second; 0 for places."""

    words: str
    """The limit for people: ``60 requests a minute for the provider openai``."""

    cache_reads: bool = True

    def want(self, cost: Cost) -> Want:
        """Never more than fits in: what a request takes beyond is owed when it is settled."""
        return Want(self.bucket, min(self._amount(cost), self.capacity), self.capacity, self.refill)

    def used(self, usage: Mapping[str, Any], reserved: float) -> float:
        """What a call took, as Anthropic words its usage; what it does not say is as it was reserved."""
        if self.of in ("requests", "places") or not usage:
            return reserved
        return self._amount(_cost_of(usage, self.cache_reads))

    def _amount(self, cost: Cost) -> float:
        match self.of:
            case "input":
                return cost.input
            case "output":
                return cost.output
            case "tokens":
                return cost.input + cost.output
        return 1.0


class Rules:
    """Those of a configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = {
            (provider.name, label): limits
            for provider in settings.providers
            for label, beside in zip(labels_of(provider), provider.key_options, strict=False)
            if (limits := of_key(beside))
        }
        self.some = self._some()
        """Whether there is any at all."""

        self._of: dict[Scope, tuple[Rule, ...]] = {}

    def of(self, scope: Scope) -> tuple[Rule, ...]:
        """The rules that hold for a scope; most often none."""
        if not self.some:
            return ()
        found = self._of.get(scope)
        if found is None:
            if len(self._of) >= REMEMBERED:
                self._of.clear()
            found = self._of[scope] = tuple(self._rules(scope))
        return found

    def _some(self) -> bool:
        settings = self._settings
        return bool(
            settings.limits
            or settings.client_limits
            or self._keys
            or any(provider.limits for provider in settings.providers)
            or any(facts.limits for provider in settings.providers for facts in provider.facts.values())
        )

    def _rules(self, scope: Scope) -> Iterator[Rule]:
        settings = self._settings
        if scope.everyone:
            yield from _rules_of(settings.limits, "all", "all requests together")
        if limits := settings.client_limits.get(scope.client):
            yield from _rules_of(limits, f"client:{scope.client}", f"the client {scope.client}")
        provider = settings.provider(scope.provider) if scope.provider else None
        if provider is None:
            return
        cached = provider.protocol != "anthropic"  # whose limits leave out what is read from the cache
        name = provider.name
        yield from _rules_of(provider.limits, f"provider:{name}", f"the provider {name}", cached)
        model = f"{name},{scope.model}"
        yield from _rules_of(
            provider.facts_of(scope.model).limits, f"model:{model}", f"the model {model}", cached
        )
        if limits := self._keys.get((name, scope.key)):
            yield from _rules_of(limits, f"key:{name},{scope.key}", f"the key {scope.key} of {name}", cached)


def _rules_of(limits: Limits, bucket: str, whose: str, cache_reads: bool = True) -> Iterator[Rule]:
    if limits.cache_reads is not None:
        cache_reads = limits.cache_reads
    for rate in limits.rates:
        capacity = max(1.0, rate.most)
        words = f"{_words(rate)} for {whose}"
        refill = rate.most / rate.seconds
        yield Rule(f"{bucket}:{rate.name}", rate.of, capacity, refill, words, cache_reads)
    if limits.concurrency:
        words = f"{limits.concurrency} requests at once for {whose}"
        yield Rule(f"{bucket}:concurrency", "places", limits.concurrency, 0.0, words)


_SPANS: Mapping[float, str] = {60.0: "a minute", 3600.0: "an hour", 86400.0: "a day"}


def _words(rate: Rate) -> str:
    what = {"requests": "requests", "tokens": "tokens", "input": "input tokens", "output": "output tokens"}
    return f"{rate.most:g} {what[rate.of]} {_SPANS.get(rate.seconds, f'in {rate.seconds:g} s')}"


def _cost_of(usage: Mapping[str, Any], cache_reads: bool) -> Cost:
    names = [
        "input_tokens",
        "cache_creation_input_tokens",
        *(["cache_read_input_tokens"] if cache_reads else []),
    ]
    return Cost(sum(usage.get(name) or 0 for name in names), usage.get("output_tokens") or 0)
