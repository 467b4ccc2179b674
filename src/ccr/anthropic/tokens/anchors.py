"""What upstreams reported for requests that we may see the continuation of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.anthropic.tokens.digests import Digest
from ccr.anthropic.tokens.limits import bounds
from ccr.anthropic.tokens.memo import Memo

Label = tuple[str, str]
"""Provider and model: who counted."""

LEAST = 1000
"""Tokens of a request from which a ratio is learned: in smaller ones the hidden prompts rule."""


class Anchor(NamedTuple):
    messages: int
    """How many of the request's messages were counted."""
    tokens: int


class Anchors:
    """True input totals by the prefix they are of, and how far our own counts were off.

    ``size`` is how many of each are kept, about 100 bytes each.
    """

    def __init__(self, size: int = 4_096) -> None:
        self._totals: Memo[int] = Memo(size)
        self._ratios: Memo[float] = Memo(size)

    def learn(self, digest: Digest, label: Label, usage: Mapping[str, Any]) -> int:
        """Keep what a finished answer says its request had. Returns it, 0 where it says nothing true."""
        total = true_input(usage)
        if not digest.steady or total <= 0 or not self._plausible(digest, label, total):
            return 0
        self._totals.put((label, last(digest)), total)
        return total

    def _plausible(self, digest: Digest, label: Label, total: int) -> bool:
        """Some providers report no more than what was not cached, or make their figures up."""
        if (before := self.find(digest, label)) is not None and total > before.tokens:
            return True
        return total >= bounds(digest.body).low / 2

    def find(self, digest: Digest, label: Label) -> Anchor | None:
        """The longest beginning of this request whose total is known."""
        if digest.steady:
            for at in range(len(digest.prefixes), 0, -1):
                if total := self._totals.get((label, digest.prefixes[at - 1])):
                    return Anchor(at, total)
        return None

    def correct(self, digest: Digest, label: Label, counted: float, true: int) -> None:
        """Remember how far a whole count was off, for requests with the same tools at the same model."""
        if digest.tools and counted >= LEAST:
            self._ratios.put((label, digest.toolset), min(max(true / counted, 0.5), 2.0))

    def ratio(self, digest: Digest, label: Label) -> float:
        return self._ratios.get((label, digest.toolset)) or 1.0


def last(digest: Digest) -> int:
    """The key of the whole request."""
    return digest.prefixes[-1] if digest.prefixes else digest.head


def true_input(usage: Mapping[str, Any]) -> int:
    """All input tokens of a usage; 0 when it counts more than one pass over the request."""
    ran, passes = usage.get("server_tool_use"), usage.get("iterations")
    if isinstance(ran, dict) and any(map(_number, ran.values())):
        return 0
    if isinstance(passes, list) and len(passes) > 1:
        return 0
    return sum(_number(usage.get(key)) for key in _INPUTS)


_INPUTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
