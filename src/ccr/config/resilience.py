"""What the file says of failures: keys, retries, breakers, the commit gate, hedging, sharing of answers.

``Resilience`` holds for all providers; a provider's entry may say each part otherwise, under the same name.
In the file the names are written ``likeThis``, here ``like_this``.
``…_ms`` are milliseconds, ``…_seconds`` seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]

KeyStrategy = Literal["sticky", "round-robin", "weighted", "least-used", "priority"]

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


Strategy = Annotated[KeyStrategy, BeforeValidator(_strategy)]


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


P = TypeVar("P", bound=BaseModel)


class Keys(_Part):
    """Which of a provider's keys is shown, and how long one rests that was refused."""

    strategy: Strategy = "sticky"
    warm_seconds: Positive = 3600.0
    """A session that moved stays with its new key until it was idle for so long, as prompt caches live."""

    bench_seconds: Positive = 60.0
    """A key refused with 401, 402 or 403 is tried again after so long, then after twice as long, …"""

    max_bench_seconds: Positive = 1800.0
    cool_seconds: Positive = 5.0
    """A key that is over its limit, where the provider names no time: so long, then twice as long, …"""

    max_cool_seconds: Positive = 120.0


class Retry(_Part):
    """Asking the same target again, before anything of its answer has gone to the client."""

    enabled: bool = True
    attempts: Annotated[int, Field(ge=0, le=20)] = 2
    """How often one target is asked again for one request where no other is left."""

    first_delay_ms: Positive = 500.0
    """The longest first wait; each further one may be twice as long. The true wait is drawn from below it."""

    max_delay_ms: Positive = 4000.0
    retry_after_seconds: NotNegative = 5.0
    """A wait that the provider names is kept up to so long; for longer ones the client is told at once."""

    total_seconds: NotNegative = 8.0
    """The waits of one request together, those that the provider names not counted."""

    budget: Share = 0.2
    """At most so many retries for each request, averaged: no storm when all fails."""

    budget_per_second: NotNegative = 0.5
    """Retries that are allowed however few requests there are."""

    budget_burst: Count = 10
    """Retries that may be saved up."""


class Breaker(_Part):
    """When a provider, or a model of it, is passed over because it fails or is slow."""

    enabled: bool = True
    window_seconds: Positive = 120.0
    min_requests: Count = 5
    """Fewer requests within the window say nothing."""

    failure_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    slow_seconds: NotNegative = 0.0
    """An answer whose content begins later counts as slow; 0: none does."""

    slow_ratio: Annotated[float, Field(gt=0, le=1)] = 0.8
    open_seconds: Positive = 10.0
    """It opens for so long, then for twice as long, …"""

    max_open_seconds: Positive = 300.0
    probes: Count = 1
    """Requests at once that find out whether it is well again."""

    fail_fast: bool = False
    """Refuse requests while open, even where no other target is left; else it is asked all the same then."""


class Gate(_Part):
    """How long the beginning of an answer is held until it is sure to be one."""

    first_content_ms: Positive | None = None
    """Content must have come by then, else the next target is asked; none: the time-outs alone hold."""

    hold_ms: NotNegative = 20_000.0
    """Events are held at most so long for content to come; then they go out as they are."""

    slow_tokens_per_second: NotNegative = 0.0
    """A stream that is slower before the commit is left for the next target; 0: none is."""

    slow_after_ms: Positive = 5000.0
    """Its speed is judged after so long."""

    empty_fails: bool = True
    """An answer with nothing in it counts as a failure while there is another target or try."""


class Hedge(_Part):
    """A second target is raced when the first is unusually late."""

    enabled: bool = False
    percentile: Annotated[float, Field(gt=0, lt=100)] = 95.0
    """Late is what so many of a hundred answers are not."""

    min_samples: Count = 20
    min_ms: NotNegative = 1000.0
    """Sooner than this nothing is late."""

    max_share: Share = 0.05
    """At most so many second calls for each request, averaged: they cost money."""


class Continue(_Part):
    """Answers that break after they began are written on by another target."""

    enabled: bool = False


class SingleFlight(_Part):
    """Identical requests at the same time share one call of the provider."""

    enabled: bool = True


class Reconnect(_Part):
    """A client that lost its connection and asks the same again gets the same answer."""

    enabled: bool = True
    grace_seconds: NotNegative = 0.25
    """So long the provider's answer is read on after its client has left."""

    keep_seconds: NotNegative = 60.0
    """So long a finished answer is kept for whoever lost it."""


class Timeouts(_Part):
    """Seconds that a provider is waited for; what is left out follows from ``API_TIMEOUT_MS``."""

    connect: Positive | None = None
    first_byte: Positive | None = None
    idle: Positive | None = None
    total: Positive | None = None


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

    def with_parts(self, own: Parts) -> Resilience:
        """The same with what one provider says otherwise."""
        said = {name: part for name in _OWN if (part := getattr(own, name)) is not None}
        parts: dict[str, BaseModel] = {name: _over(getattr(self, name), part) for name, part in said.items()}
        if own.key_strategy is not None:
            pool = parts.get("key_pool", self.key_pool)
            parts["key_pool"] = pool.model_copy(update={"strategy": own.key_strategy})
        return self.model_copy(update=parts) if parts else self


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


def _over(base: P, own: P) -> P:
    """What ``own`` says, and ``base`` where it says nothing."""
    return base.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})
