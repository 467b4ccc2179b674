"""What the file says of the process itself: how many, how much at once, how it ends."""

from __future__ import annotations

from dataclasses import dataclass

IN_FLIGHT = 10_000
"""Requests at once in one process: twice the open streams that it is measured with (`benchmarks/streams.py`).
Beyond it a storm is refused instead of piled up."""

BODIES_MB = 512
"""All bodies in flight together: 9,000 of Claude Code's usual 54 KB. In memory a request takes three to four
times its body."""


@dataclass(frozen=True, slots=True)
class Process:
    """The same as it is used. The bounds are those of each worker."""

    workers: int = 1
    drain: float = 30.0
    """Seconds that running answers get to end."""

    in_flight: int = IN_FLIGHT
    body_bytes: int = BODIES_MB * 1024 * 1024
