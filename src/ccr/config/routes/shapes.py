"""Routes as the router uses them: what each rule leads to. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Kind = Literal[
    "main",
    "subagent",
    "workflow",
    "auxiliary",
    "compaction",
    "title",
    "hook",
    "classifier",
    "webfetch",
    "websearch",
    "probe",
]
"""What a request is for; ``auxiliary`` is a side request that only its header gives away."""

KINDS: tuple[Kind, ...] = get_args(Kind)

Strategy = Literal["priority", "weighted", "least-latency", "least-cost"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

Scenario = Literal[
    "default", "background", "think", "longContext", "webSearch", "image", "compaction", "safeguard"
]
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)

OTHERS = ("custom", "header", "subagent", "rules", "agents", "explicit", "named")
"""Rules that have no route of their own in ``Router``, but may have fallbacks."""

THRESHOLD = 60_000
SIDE: tuple[Kind, ...] = ("title", "hook", "classifier", "webfetch", "probe", "auxiliary")
BACKGROUND_KINDS: frozenset[str] = frozenset(SIDE)
BACKGROUND_MODELS = ("*haiku*",)


@dataclass(frozen=True, slots=True)
class Member:
    """One of several equals."""

    target: str
    """``provider,model`` as written."""

    weight: float = 1.0
    cost: float | None = None
    """What a million input tokens cost there, for ``least-cost``."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request may go."""

    members: tuple[Member, ...]
    strategy: Strategy = "priority"
    fallback: tuple[str, ...] | None = None
    """Targets to try after the members; None: those of the scenario."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The request is longer (``over``), or not longer, than so many input tokens."""

    than: int
    over: bool
    said: str


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the request, or a value in its headers or body, is as it should be."""

    name: str
    """``header``, ``body``, or one of ``conditions.FIELDS``."""

    holds: Callable[[object], bool]
    said: str
    path: tuple[str, ...] = ()
    """Of ``header`` its name; of ``body`` the keys to go down."""


@dataclass(frozen=True, slots=True)
class Clock:
    """It is a certain time or day, by the clock of the router's machine unless a zone is named."""

    holds: Callable[[datetime], bool]
    said: str


@dataclass(frozen=True, slots=True)
class Group:
    """All, any or (``not``) none of the conditions hold."""

    mode: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]
    said: str = ""


Condition = Tokens | Field | Clock | Group


@dataclass(frozen=True, slots=True)
class Declared:
    """One entry of ``Router.rules``."""

    name: str
    match: Condition
    route: Route


@dataclass(frozen=True)
class Routes:
    """A whole ``Router`` with the ``fallback`` beside it."""

    scenarios: Mapping[str, Route] = field(default_factory=dict)
    agents: Mapping[str, Route] = field(default_factory=dict)
    """By pattern of an agent's type, in the order of the file."""

    rules: tuple[Declared, ...] = ()
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    threshold: int = THRESHOLD
    background_kinds: frozenset[str] = BACKGROUND_KINDS
    background_models: tuple[str, ...] = BACKGROUND_MODELS
    sticky_seconds: float | None = None
    """How long an idle conversation keeps its member of a group; None: as long as prompt caches live."""

    @property
    def every(self) -> tuple[Route, ...]:
        """All routes, of whatever rule."""
        return (*self.scenarios.values(), *self.agents.values(), *(rule.route for rule in self.rules))
