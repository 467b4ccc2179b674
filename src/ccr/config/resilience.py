"""What the file says of failures: keys, retries, breakers, the commit gate, hedging, sharing of answers.

``Resilience`` holds for all providers; a provider's entry may say each part otherwise, under the same name.
In the file the names are written ``likeThis``, here ``like_this``.
``…_ms`` are milliseconds, ``…_seconds`` seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

KeyStrategy = Literal["sticky", "round-robin", "weighted", "least-used", "priority"]


@dataclass(frozen=True)
class Keys:
    """Which of a provider's keys is shown, and how long one rests that was refused."""

    strategy: KeyStrategy = "sticky"
    warm_seconds: float = 3600.0
    """A session that moved stays with its new key until it was idle for so long, as prompt caches live."""

    bench_seconds: float = 60.0
    """A key refused with 401, 402 or 403 is tried again after so long, then after twice as long, …"""

    max_bench_seconds: float = 1800.0
    cool_seconds: float = 5.0
    """A key that is over its limit, where the provider names no time: so long, then twice as long, …"""

    max_cool_seconds: float = 120.0


@dataclass(frozen=True)
class Retry:
    """Asking the same target again, before anything of its answer has gone to the client."""

    enabled: bool = True
    attempts: int = 2
    """How often one target is asked again for one request where no other is left."""

    first_delay_ms: float = 500.0
    """The longest first wait; each further one may be twice as long. The true wait is drawn from below it."""

    max_delay_ms: float = 4000.0
    retry_after_seconds: float = 5.0
    """A wait that the provider names is kept up to so long; for longer ones the client is told at once."""

    total_seconds: float = 8.0
    """The waits of one request together, those that the provider names not counted."""

    budget: float = 0.2
    """At most so many retries for each request, averaged: no storm when all fails."""

    budget_per_second: float = 0.5
    """Retries that are allowed however few requests there are."""

    budget_burst: int = 10
    """Retries that may be saved up."""


@dataclass(frozen=True)
class Breaker:
    """When a provider, or a model of it, is passed over because it fails or is slow."""

    enabled: bool = True
    window_seconds: float = 120.0
    min_requests: int = 5
    """Fewer requests within the window say nothing."""

    failure_ratio: float = 0.5
    slow_seconds: float = 0.0
    """An answer whose content begins later counts as slow; 0: none does."""

    slow_ratio: float = 0.8
    open_seconds: float = 10.0
    """It opens for so long, then for twice as long, …"""

    max_open_seconds: float = 300.0
    probes: int = 1
    """Requests at once that find out whether it is well again."""

    fail_fast: bool = False
    """Refuse requests while open, even where no other target is left; else it is asked all the same then."""


@dataclass(frozen=True)
class Gate:
    """How long the beginning of an answer is held until it is sure to be one."""

    first_content_ms: float | None = None
    """Content must have come by then, else the next target is asked; none: the time-outs alone hold."""

    hold_ms: float = 20_000.0
    """Events are held at most so long for content to come; then they go out as they are."""

    slow_tokens_per_second: float = 0.0
    """A stream that is slower before the commit is left for the next target; 0: none is."""

    slow_after_ms: float = 5000.0
    """Its speed is judged after so long."""

    empty_fails: bool = True
    """An answer with nothing in it counts as a failure while there is another target or try."""

    @property
    def patient(self) -> Gate:
        """The same, but that no stream is too slow."""
        return replace(self, slow_tokens_per_second=0.0) if self.slow_tokens_per_second else self


@dataclass(frozen=True)
class Hedge:
    """A second target is raced when the first is unusually late."""

    enabled: bool = False
    percentile: float = 95.0
    """Late is what so many of a hundred answers are not."""

    min_samples: int = 20
    min_ms: float = 1000.0
    """Sooner than this nothing is late."""

    max_share: float = 0.05
    """At most so many second calls for each request, averaged: they cost money."""


@dataclass(frozen=True)
class Continue:
    """Answers that break after they began are written on by another target."""

    enabled: bool = False


@dataclass(frozen=True)
class SingleFlight:
    """Identical requests at the same time share one call of the provider."""

    enabled: bool = True


@dataclass(frozen=True)
class Reconnect:
    """A client that lost its connection and asks the same again gets the same answer."""

    enabled: bool = True
    grace_seconds: float = 0.1
    """So long the provider's answer is read on after its client has left."""

    keep_seconds: float = 60.0
    """So long a finished answer is kept for whoever lost it."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds that a provider is waited for; what is left out follows from ``API_TIMEOUT_MS``."""

    connect: float | None = None
    first_byte: float | None = None
    idle: float | None = None
    total: float | None = None


@dataclass(frozen=True)
class Resilience:
    """The section ``Resilience`` of the file."""

    key_pool: Keys = Keys()
    retry: Retry = Retry()
    breaker: Breaker = Breaker()
    gate: Gate = Gate()
    hedge: Hedge = Hedge()
    continuing: Continue = Continue()
    timeouts: Timeouts = Timeouts()
    single_flight: SingleFlight = SingleFlight()
    reconnect: Reconnect = Reconnect()
