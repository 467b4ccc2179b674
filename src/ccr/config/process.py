"""What the file says of the process itself: how many, how much at once, how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

IN_FLIGHT = 10_000
"""Requests at once in one process: twice the open streams that it is measured with (`benchmarks/streams.py`).
Beyond it a storm is refused instead of piled up."""

BODIES_MB = 512
"""All bodies in flight together: 9,000 of Claude Code's usual 54 KB. In memory a request takes three to four
times its body."""


class Keys(BaseModel):
    """Keys of the file."""

    model_config = ConfigDict(extra="allow", frozen=True)

    WORKERS: Annotated[int, Field(ge=1, le=256)] = 1
    DRAIN_SECONDS: Annotated[float, Field(ge=0, le=3600)] = 30
    MAX_IN_FLIGHT: Annotated[int, Field(ge=1)] = IN_FLIGHT
    MAX_BODIES_MB: Annotated[float, Field(gt=0)] = BODIES_MB


@dataclass(frozen=True, slots=True)
class Process:
    """The same as it is used. The bounds are those of each worker."""

    workers: int = 1
    drain: float = 30.0
    """Seconds that running answers get to end."""

    in_flight: int = IN_FLIGHT
    body_bytes: int = BODIES_MB * 1024 * 1024

    @classmethod
    def of(cls, keys: Keys) -> Process:
        size = int(keys.MAX_BODIES_MB * 1024 * 1024)
        return cls(keys.WORKERS, keys.DRAIN_SECONDS, keys.MAX_IN_FLIGHT, size)
