"""Whether a second target is raced, and when: after the first is later than nearly all its answers were."""

from __future__ import annotations

from ccr.config.resilience import Hedge
from ccr.resilience.latency import Latency

SAVED = 5.0
"""Second calls that may be saved up while none is needed."""


class Hedging:
    """Counts what second calls may cost: each request earns a share of one."""

    def __init__(self, latency: Latency) -> None:
        self.latency = latency
        self._credit = 0.0

    def late(self, target: str, hedge: Hedge) -> float | None:
        """Seconds after which a second call may be made; None: none is. Called once a request."""
        if not hedge.enabled:
            return None
        self._credit = min(self._credit + hedge.max_share, SAVED)
        usual = self.latency.percentile(target, hedge.percentile, hedge.min_samples)
        return None if usual is None else max(usual, hedge.min_ms / 1000)

    def take(self) -> bool:
        """Takes a second call where one is left to take."""
        if self._credit < 1.0 - 1e-9:
            return False
        self._credit -= 1.0
        return True
