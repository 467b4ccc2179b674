"""``limits`` and ``Limits`` as they may be written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from ccr.config import limits as plain
from ccr.config.problems import nearest

Amount = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(gt=0)]

IMAGES = frozenset({"ipm", "iph", "ipd"})
"""Limits of the original on images that are made, which no model of ours does."""


class Limits(BaseModel):
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
    def _whole(self) -> Limits:
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


class Queue(BaseModel):
    """Where requests wait that are over a limit."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    max: Annotated[int, Field(ge=0)] = plain.Queue.max
    seconds: Annotated[float, Field(ge=0)] = plain.Queue.seconds


class Global(Limits):
    """``Limits`` of the file: on everything together, and the queue."""

    queue: Queue = Queue()


def of(section: Limits | None) -> plain.Limits:
    """The limits that a section says, if there is one."""
    return plain.NONE if section is None else plain.of(dict(section))
