"""Whether a target may be asked, and as whom: the breaker and the keys of one provider together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from ccr.config.provider import Provider
from ccr.errors import UpstreamError
from ccr.resilience.bench import Facts
from ccr.resilience.breaker import Breaker, Permit
from ccr.resilience.keys import KeyPool, Lease

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Leave:
    """Leave for one call. The first of its methods that is called counts; more do nothing."""

    access: Access
    lease: Lease
    permit: Permit

    @property
    def index(self) -> int:
        return self.lease.index

    @property
    def key(self) -> str:
        return self.lease.key

    @property
    def label(self) -> str:
        return self.lease.label

    def answered(self, seconds: float) -> None:
        """Content came after so long."""
        self.access.pool.succeeded(self.lease)
        self.access.breaker.succeeded(self.permit, seconds)

    def failed(self, error: UpstreamError) -> None:
        """There was no answer."""
        self.access.pool.failed(self.lease, error)
        self.access.breaker.failed(self.permit, error)

    def left(self) -> None:
        """It was not found out: the client has left, or something of ours failed."""
        self.access.pool.released(self.lease)
        self.access.breaker.released(self.permit)


class Access:
    """One provider's, for one event loop. ``clock`` gives seconds since 1970."""

    def __init__(self, provider: Provider, facts: Facts, clock: Callable[[], float] = time.time) -> None:
        self.pool = KeyPool(provider, facts, clock)
        self.breaker = Breaker(provider, facts, clock)

    def ready(self, model: str, exclude: Collection[int] = ()) -> bool:
        """Whether the model may be asked now, with another key than these."""
        return self.breaker.ready(model) and self.pool.ready(model, exclude)

    def enter(
        self, session: str | None, model: str, exclude: Collection[int] = (), *, anyway: bool = False
    ) -> Leave | None:
        """Leave for one call, or None: ``refusal`` tells why. ``anyway``: nothing else is left to ask."""
        permit = self.breaker.enter(model, anyway=anyway)
        if permit is None:
            return None
        lease = self.pool.choose(session, model, exclude, anyway=anyway)
        if lease is None:
            self.breaker.released(permit)
            return None
        return Leave(self, lease, permit)

    def refusal(self, model: str) -> UpstreamError:
        """What to tell where ``enter`` gave nothing."""
        return self.breaker.refusal(model) if self.pool.ready(model) else self.pool.refusal(model)


def arranged(targets: Iterable[T], ready: Callable[[T], bool]) -> tuple[T, ...]:
    """The targets that are ready, then the others: what rests is asked when nothing else is left."""
    asked = [(target, ready(target)) for target in targets]
    return (
        *(target for target, is_ready in asked if is_ready),
        *(t for t, is_ready in asked if not is_ready),
    )
