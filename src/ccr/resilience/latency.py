"""How long targets take to their first content: the last samples of each, and any percentile of them."""

from __future__ import annotations

from collections import OrderedDict, deque

KEPT = 128
"""Samples of a target: enough for a 95th percentile, few enough to follow the hour of the day."""

TARGETS = 1024


class Latency:
    """Samples by target. Nothing is computed until somebody asks."""

    def __init__(self) -> None:
        self._samples: OrderedDict[str, deque[float]] = OrderedDict()

    def took(self, target: str, seconds: float) -> None:
        """A first content came after so long. Of too many targets the one longest unheard of goes."""
        samples = self._samples.get(target)
        if samples is None:
            samples = self._samples[target] = deque(maxlen=KEPT)
            if len(self._samples) > TARGETS:
                self._samples.popitem(last=False)
        else:
            self._samples.move_to_end(target)
        samples.append(seconds)

    def percentile(self, target: str, percent: float, least: int = 1) -> float | None:
        """What so many of a hundred do not pass, in seconds; None: fewer than ``least`` are known."""
        samples = self._samples.get(target, ())
        if len(samples) < max(least, 1):
            return None
        return sorted(samples)[min(int(len(samples) * percent / 100), len(samples) - 1)]
