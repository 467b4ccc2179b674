"""What the file says of the process itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ccr.config import process as of

MB = 1024 * 1024


class Keys(BaseModel):
    """Keys of the file."""

    model_config = ConfigDict(extra="allow", frozen=True)

    WORKERS: Annotated[int, Field(ge=1, le=256)] = 1
    DRAIN_SECONDS: Annotated[float, Field(ge=0, le=3600)] = 30
    MAX_IN_FLIGHT: Annotated[int, Field(ge=1)] = of.IN_FLIGHT
    MAX_BODIES_MB: Annotated[float, Field(gt=0)] = of.BODIES_MB


def settled(keys: Keys) -> of.Process:
    return of.Process(keys.WORKERS, keys.DRAIN_SECONDS, keys.MAX_IN_FLIGHT, int(keys.MAX_BODIES_MB * MB))
