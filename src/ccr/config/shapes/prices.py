"""Prices as they may be written."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Rates(BaseModel):
    """None: not said. What a cache gives or takes then costs as much as input (write_1h: as cache_write)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    input: Rate | None = None
    output: Rate | None = None
    cache_read: Rate | None = Field(
        None, validation_alias=AliasChoices("cache_read", "cacheRead", "cached_input")
    )
    cache_write: Rate | None = Field(
        None, validation_alias=AliasChoices("cache_write", "cacheWrite", "cache_write_5m", "cacheWrite5m")
    )
    cache_write_1h: Rate | None = Field(None, validation_alias=AliasChoices("cache_write_1h", "cacheWrite1h"))


class Long(Rates):
    """The rates of a whole request whose prompt is longer than ``above`` tokens, cached ones and all."""

    above: int


def _hours(value: Any) -> Any:
    hours = [value] if isinstance(value, str) else value
    for span in hours if isinstance(hours, list | tuple) else ():
        if not (isinstance(span, str) and _SPAN.fullmatch(span)):
            raise ValueError(f'"{span}" should be hours of the day in UTC, such as "01:00-04:00"')
    return hours


_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")


class Peak(Rates):
    """The rates at some hours of the day, UTC."""

    hours: Annotated[tuple[str, ...], BeforeValidator(_hours)]
    weekdays: bool = False


class Price(Rates):
    """All rates of one model."""

    long: Long | None = None
    peak: Peak | None = None
