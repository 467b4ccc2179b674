"""How much may go through: requests and tokens in a time, and how many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from ccr.config.problems import nearest

Metric = Literal["requests", "tokens", "input", "output"]
Amount = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(gt=0)]

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

RATES: Mapping[str, tuple[Metric, float]] = {
    "rpm": ("requests", MINUTE),
    "rph": ("requests", HOUR),
    "rpd": ("requests", DAY),
    "tpm": ("tokens", MINUTE),
    "tph": ("tokens", HOUR),
    "tpd": ("tokens", DAY),
    "inputTpm": ("input", MINUTE),
    "inputTph": ("input", HOUR),
    "inputTpd": ("input", DAY),
    "outputTpm": ("output", MINUTE),
    "outputTph": ("output", HOUR),
    "outputTpd": ("output", DAY),
}
"""What each name means: so much of what, in how many seconds."""

IMAGES = frozenset({"ipm", "iph", "ipd"})
"""Limits of the original on images that are made, which no model of ours does."""


class Rate(NamedTuple):
    """At most so much of something in so many seconds."""

    name: str
    """As it is called in the file."""

    of: Metric
    most: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits on one thing: a provider, a model, a key, a client, or everything."""

    rates: tuple[Rate, ...] = ()
    concurrency: int | None = None
    """Requests under way at once."""

    cache_reads: bool | None = None
    """Whether tokens read from a prompt cache count; None: as the provider counts them."""

    def __bool__(self) -> bool:
        return bool(self.rates or self.concurrency)


NONE = Limits()


class Section(BaseModel):
    """``limits`` in the file. A limit that is not known is a mistake: it would limit nothing."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    rpm: Amount | None = None
    rph: Amount | None = None
    rpd: Amount | None = None
    tpm: Amount | None = None
    tph: Amount | None = None
    tpd: Amount | None = None
    inputTpm: Amount | None = Field(None, validation_alias=AliasChoices("inputTpm", "input_tpm", "itpm"))  # noqa: N815
    inputTph: Amount | None = Field(None, validation_alias=AliasChoices("inputTph", "input_tph", "itph"))  # noqa: N815
    inputTpd: Amount | None = Field(None, validation_alias=AliasChoices("inputTpd", "input_tpd", "itpd"))  # noqa: N815
    outputTpm: Amount | None = Field(None, validation_alias=AliasChoices("outputTpm", "output_tpm", "otpm"))  # noqa: N815
    outputTph: Amount | None = Field(None, validation_alias=AliasChoices("outputTph", "output_tph", "otph"))  # noqa: N815
    outputTpd: Amount | None = Field(None, validation_alias=AliasChoices("outputTpd", "output_tpd", "otpd"))  # noqa: N815
    maxRequests: Amount | None = None  # noqa: N815
    windowMs: Amount | None = None  # noqa: N815
    maxTokens: Amount | None = None  # noqa: N815
    quotaWindowMs: Amount | None = None  # noqa: N815
    concurrency: Whole | None = Field(
        None, validation_alias=AliasChoices("concurrency", "maxConcurrency", "max_concurrency", "parallel")
    )
    cacheReads: bool | None = Field(None, validation_alias=AliasChoices("cacheReads", "cache_reads"))  # noqa: N815

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        return {k: v for k, v in value.items() if v not in ("", None)} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _whole(self) -> Section:
        known = list(type(self).model_fields)
        for name in self.model_extra or {}:
            if name not in IMAGES:
                near = nearest(name, known)
                hint = f'perhaps "{near}" is meant' if near else f"there are: {', '.join(known)}"
                raise ValueError(f'has no limit "{name}"; {hint}')
        if self.maxRequests and not self.windowMs:
            raise ValueError('has "maxRequests" and needs "windowMs", too')
        if self.maxTokens and not self.quotaWindowMs:
            raise ValueError('has "maxTokens" and needs "quotaWindowMs", too')
        return self

    def rates(self) -> tuple[Rate, ...]:
        given = ((name, getattr(self, name), *meant) for name, meant in RATES.items())
        rates = [Rate(name, of, most, seconds) for name, most, of, seconds in given if most is not None]
        if self.maxRequests and self.windowMs:
            rates.append(Rate("maxRequests", "requests", self.maxRequests, self.windowMs / 1000))
        if self.maxTokens and self.quotaWindowMs:
            rates.append(Rate("maxTokens", "tokens", self.maxTokens, self.quotaWindowMs / 1000))
        return tuple(rates)


class Queue(BaseModel):
    """Where requests wait that are over a limit."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    max: Annotated[int, Field(ge=0)] = 256
    """How many may wait; 0: nobody does."""

    seconds: Annotated[float, Field(ge=0)] = 30.0
    """How long one may wait."""


class Global(Section):
    """``Limits`` of the file: on everything together, and the queue."""

    queue: Queue = Queue()


def of(section: Section | None) -> Limits:
    """The limits that a section says, if there is one."""
    if section is None:
        return NONE
    return Limits(section.rates(), section.concurrency, section.cacheReads)


def of_key(beside: Mapping[str, Any]) -> Limits:
    """The limits of a key: ``limits`` beside it, and ``rpm`` and ``tpm`` by themselves."""
    own = {name: beside[name] for name in ("rpm", "tpm") if beside.get(name) is not None}
    return of(Section.model_validate({**own, **(beside.get("limits") or {})}))
