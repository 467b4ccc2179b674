"""The section ``Resilience``, and a provider's own parts of it, as they may be written.

In the file the names are written ``likeThis``, here ``like_this``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.alias_generators import to_camel

from ccr.config import resilience as of

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]

STRATEGY_OF = {
    "session": "sticky",
    "affinity": "sticky",
    "session-affinity": "sticky",
    "session-sticky": "sticky",
    "rr": "round-robin",
    "roundrobin": "round-robin",
    "rotate": "round-robin",
    "rotation": "round-robin",
    "weight": "weighted",
    "weighted-random": "weighted",
    "random": "weighted",
    "leastused": "least-used",
    "least-busy": "least-used",
    "least-loaded": "least-used",
    "ordered": "priority",
    "failover": "priority",
    "fallback": "priority",
    "fill-first": "priority",
}
"""What other routers and users call the strategies."""


def _strategy(value: Any) -> Any:
    plain = value.strip().lower().replace("_", "-").replace(" ", "-") if isinstance(value, str) else value
    return STRATEGY_OF.get(plain, plain) if isinstance(plain, str) else plain


Strategy = Annotated[of.KeyStrategy, BeforeValidator(_strategy)]


class _Camel(BaseModel):
    """An object whose unknown keys are kept; ``firstByte`` may be written ``first_byte``, too."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,
    )


class _Part(_Camel):
    """A group of values, each at its default where the file says nothing."""

    @model_validator(mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        """``true`` and ``false`` alone switch a part; keys that say nothing are left out."""
        if isinstance(value, bool) and "enabled" in cls.model_fields:
            return {"enabled": value}
        return (
            {k: v for k, v in value.items() if v not in ("", None)} if isinstance(value, Mapping) else value
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Editors are told of it, too."""
        made = handler.resolve_ref_schema(handler(core_schema))
        if "enabled" in cls.model_fields:
            made["type"] = ["object", "boolean"]
        return made


class Keys(_Part):
    """Which of a provider's keys is shown, and how long one rests that was refused."""

    strategy: Strategy = of.Keys.strategy
    warm_seconds: Positive = of.Keys.warm_seconds
    bench_seconds: Positive = of.Keys.bench_seconds
    max_bench_seconds: Positive = of.Keys.max_bench_seconds
    cool_seconds: Positive = of.Keys.cool_seconds
    max_cool_seconds: Positive = of.Keys.max_cool_seconds


class Retry(_Part):
    """Asking the same target again, before anything of its answer has gone to the client."""

    enabled: bool = of.Retry.enabled
    attempts: Annotated[int, Field(ge=0, le=20)] = of.Retry.attempts
    first_delay_ms: Positive = of.Retry.first_delay_ms
    max_delay_ms: Positive = of.Retry.max_delay_ms
    retry_after_seconds: NotNegative = of.Retry.retry_after_seconds
    total_seconds: NotNegative = of.Retry.total_seconds
    budget: Share = of.Retry.budget
    budget_per_second: NotNegative = of.Retry.budget_per_second
    budget_burst: Count = of.Retry.budget_burst


class Breaker(_Part):
    """When a provider, or a model of it, is passed over because it fails or is slow."""

    enabled: bool = of.Breaker.enabled
    window_seconds: Positive = of.Breaker.window_seconds
    min_requests: Count = of.Breaker.min_requests
    failure_ratio: Annotated[float, Field(gt=0, le=1)] = of.Breaker.failure_ratio
    slow_seconds: NotNegative = of.Breaker.slow_seconds
    slow_ratio: Annotated[float, Field(gt=0, le=1)] = of.Breaker.slow_ratio
    open_seconds: Positive = of.Breaker.open_seconds
    max_open_seconds: Positive = of.Breaker.max_open_seconds
    probes: Count = of.Breaker.probes
    fail_fast: bool = of.Breaker.fail_fast


class Gate(_Part):
    """How long the beginning of an answer is held until it is sure to be one."""

    first_content_ms: Positive | None = of.Gate.first_content_ms
    hold_ms: NotNegative = of.Gate.hold_ms
    slow_tokens_per_second: NotNegative = of.Gate.slow_tokens_per_second
    slow_after_ms: Positive = of.Gate.slow_after_ms
    empty_fails: bool = of.Gate.empty_fails


class Hedge(_Part):
    """A second target is raced when the first is unusually late."""

    enabled: bool = of.Hedge.enabled
    percentile: Annotated[float, Field(gt=0, lt=100)] = of.Hedge.percentile
    min_samples: Count = of.Hedge.min_samples
    min_ms: NotNegative = of.Hedge.min_ms
    max_share: Share = of.Hedge.max_share


class Continue(_Part):
    """Answers that break after they began are written on by another target."""

    enabled: bool = of.Continue.enabled


class SingleFlight(_Part):
    """Identical requests at the same time share one call of the provider."""

    enabled: bool = of.SingleFlight.enabled


class Reconnect(_Part):
    """A client that lost its connection and asks the same again gets the same answer."""

    enabled: bool = of.Reconnect.enabled
    grace_seconds: NotNegative = of.Reconnect.grace_seconds
    keep_seconds: NotNegative = of.Reconnect.keep_seconds


class Timeouts(_Part):
    """Seconds that a provider is waited for; what is left out follows from ``API_TIMEOUT_MS``."""

    connect: Positive | None = of.Timeouts.connect
    first_byte: Positive | None = of.Timeouts.first_byte
    idle: Positive | None = of.Timeouts.idle
    total: Positive | None = of.Timeouts.total


class Parts(_Camel):
    """What a provider's entry may say by itself. None: as for all."""

    key_pool: Keys | None = None
    key_strategy: Strategy | None = Field(
        None,
        validation_alias=AliasChoices(
            "key_strategy", "keyStrategy", "key_selection", "keySelection", "keyMode", "key_mode"
        ),
    )
    retry: Retry | None = None
    breaker: Breaker | None = None
    gate: Gate | None = None
    hedge: Hedge | None = None
    continuing: Continue | None = Field(
        None, validation_alias=AliasChoices("continue", "continuing"), serialization_alias="continue"
    )
    timeouts: Timeouts | None = None


class Resilience(_Part):
    """The section ``Resilience`` of the file."""

    key_pool: Keys = Keys()
    retry: Retry = Retry()
    breaker: Breaker = Breaker()
    gate: Gate = Gate()
    hedge: Hedge = Hedge()
    continuing: Continue = Field(
        Continue(), validation_alias=AliasChoices("continue", "continuing"), serialization_alias="continue"
    )
    timeouts: Timeouts = Timeouts()
    single_flight: SingleFlight = SingleFlight()
    reconnect: Reconnect = Reconnect()


PARTS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "keyPool": Keys,
        "retry": Retry,
        "breaker": Breaker,
        "gate": Gate,
        "hedge": Hedge,
        "continue": Continue,
        "timeouts": Timeouts,
        "singleFlight": SingleFlight,
        "reconnect": Reconnect,
    }
)
"""What stands in ``Resilience``, by its name in the file."""

_OWN = ("key_pool", "retry", "breaker", "gate", "hedge", "continuing", "timeouts")


def of_provider(usual: of.Resilience, own: Parts) -> of.Resilience:
    """What holds for all, with what one provider says otherwise."""
    said = {name: part for name in _OWN if (part := getattr(own, name)) is not None}
    parts: dict[str, Any] = {name: _over(getattr(usual, name), part) for name, part in said.items()}
    if own.key_strategy is not None:
        parts["key_pool"] = replace(parts.get("key_pool", usual.key_pool), strategy=own.key_strategy)
    return replace(usual, **parts) if parts else usual


def _over(base: Any, own: BaseModel) -> Any:
    """What ``own`` says, and ``base`` where it says nothing."""
    known = {field.name for field in fields(base)} & own.model_fields_set
    return replace(base, **{name: getattr(own, name) for name in known})
