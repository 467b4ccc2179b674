"""The configuration as the rest of the code uses it: checked, complete, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ccr.config.agents import Safeguards, WebSearch
from ccr.config.ledger import Ledger
from ccr.config.limits import Limits, Queue
from ccr.config.logs import Logs
from ccr.config.network import Network
from ccr.config.prices import Price
from ccr.config.process import Process
from ccr.config.provider import Provider
from ccr.config.resilience import Resilience
from ccr.config.routes.shapes import Routes
from ccr.config.state import Redis


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry of ``transformers``: a file with transformers of the user's own."""

    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentUse:
    """One entry of ``agents``: a file of the user's own, or the name of an agent that a package brings."""

    path: Path | None
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """What the user decided, with everything else at its default."""

    path: Path
    found: bool = False
    """Whether the file exists; without it there are no providers."""

    host: str = "127.0.0.1"
    """What is bound; always loopback without ``apikey``."""

    port: int = 3456
    apikey: str | None = field(default=None, repr=False)
    clients: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Names by key of ``APIKEYS``: clients that show keys of their own."""

    timeout_ms: int = 600_000
    """How long a whole request may take."""

    network: Network = field(default_factory=Network)
    """How hosts are reached; a provider has its own ``way``."""

    process: Process = field(default_factory=Process)
    log: bool = True
    log_level: str = "info"
    """``fatal``, ``error``, ``warn``, ``info``, ``debug`` or ``trace``."""

    logs: Logs = field(default_factory=Logs)

    max_body_bytes: int = 100 * 1024 * 1024
    claude_path: str | None = None
    non_interactive: bool = False
    custom_router_path: Path | None = None
    custom_router_timeout_ms: int = 5_000
    """How long a request waits for the custom router."""

    rewrite_system_prompt: Path | None = None
    router: Mapping[str, Any] = field(default_factory=dict)
    """As it stands in the file, without what is empty; ``routes`` is the same, typed."""

    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By rule: which ``provider,model`` to try when the first fails, in order."""

    transformers: tuple[Plugin, ...] = ()
    agents: tuple[AgentUse, ...] = ()
    force_image_agent: bool = False
    web_search: WebSearch | None = None
    prices: Mapping[str, Price] = field(default_factory=dict)
    """By ``provider,model`` or model, with ``*`` and ``?``."""

    safeguards: Safeguards = field(default_factory=Safeguards)
    resilience: Resilience = field(default_factory=Resilience)
    """What holds for all providers; a provider has its own, complete."""

    limits: Limits = field(default_factory=Limits)
    """On everything together; providers, models and keys have theirs."""

    client_limits: Mapping[str, Limits] = field(default_factory=dict)
    """By the names of ``clients``, those that have some."""

    queue: Queue = field(default_factory=Queue)
    redis: Redis | None = None
    """Where replicas share their state; None: this process has its own."""

    ledger: Ledger = field(default_factory=Ledger)
    database_url: str | None = field(default=None, repr=False)
    """Of the ledger's database; None: the file that ``ledger`` names."""

    providers: tuple[Provider, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The file with variables filled in, unknown keys and all."""

    written: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The file as it stands."""

    warnings: tuple[str, ...] = ()

    @cached_property
    def routes(self) -> Routes:
        """``router`` and ``fallback`` as the router uses them."""
        from ccr.config.routes.reading import read

        return read(self.router, self.fallback).routes

    def route(self, scenario: str) -> str | None:
        """The first target of a scenario's route as written, None when it has none."""
        route = self.routes.scenarios.get(scenario)
        return route.members[0].target if route is not None else None

    def provider(self, name: str) -> Provider | None:
        """The provider of that name, or of that name in another case."""
        return self._by_name.get(name) or self._by_name.get(name.lower())

    @cached_property
    def _by_name(self) -> dict[str, Provider]:
        lower = {provider.name.lower(): provider for provider in reversed(self.providers)}
        return lower | {provider.name: provider for provider in self.providers}
