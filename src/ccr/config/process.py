"""What the file says of the process itself: how many, how much at once, how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

IN_FLIGHT = 10_000
"""Requests at once in one process: far beyond what one loop can serve with content, so that many idle streams
(a person's, an agent's waiting) cost nothing, yet bounded, that a storm is refused instead of piled up."""

BODIES_MB = 1024
"""All bodies in flight together: 10,000 of a usual 50 KB need half of it, and ten of the largest fit."""


class Keys(BaseModel):
    """Keys of the file."""

    model_config = ConfigDict(extra="allow", frozen=True)

    WORKERS: Annotated[int, Field(ge=1, le=256)] = 1
    DRAIN_SECONDS: Annotated[float, Field(ge=0, le=3600)] = 30
    MAX_IN_FLIGHT: Annotated[int, Field(ge=1)] = IN_FLIGHT
    MAX_BODIES_MB: Annotated[float, Field(gt=0)] = BODIES_MB


@dataclass(frozen=True, slots=True)
class Process:
    """The same as it is used, for each process."""

    workers: int = 1
    drain: float = 30.0
    """Seconds that running answers get to end."""

    in_flight: int = IN_FLIGHT
    body_bytes: int = BODIES_MB * 1024 * 1024

    @classmethod
    def of(cls, keys: Keys) -> Process:
        return cls(
            keys.WORKERS, keys.DRAIN_SECONDS, keys.MAX_IN_FLIGHT, int(keys.MAX_BODIES_MB * 1024 * 1024)
        )
