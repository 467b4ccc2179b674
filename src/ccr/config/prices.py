"""What tokens cost: US dollars for a million of them, as the file and the packaged table write it."""

from __future__ import annotations

from typing import Annotated

import msgspec

Rate = Annotated[float, msgspec.Meta(ge=0)]


class Rates(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """None: not said. What a cache gives or takes then costs as much as input (write_1h: as cache_write)."""

    input: Rate | None = None
    output: Rate | None = None
    cache_read: Rate | None = None
    cache_write: Rate | None = None
    cache_write_1h: Rate | None = None


class Long(Rates, frozen=True, kw_only=True):
    """The rates of a whole request whose prompt is longer than ``above`` tokens, cached ones and all."""

    above: int


class Peak(Rates, frozen=True, kw_only=True):
    """The rates at some hours of the day, UTC."""

    hours: tuple[str, ...]
    """Such as ``01:00-04:00``."""

    weekdays: bool = False
    """On Saturdays and Sundays the plain rates hold."""


class Price(Rates, frozen=True, kw_only=True):
    """All rates of one model."""

    long: Long | None = None
    peak: Peak | None = None
