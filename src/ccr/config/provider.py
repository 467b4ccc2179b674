"""A provider as the router uses it: where it is, who we are there, how it talks. Data, never a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ccr.config.dialect import Dialect
from ccr.config.limits import Limits
from ccr.config.network import DIRECT, Way
from ccr.config.prices import Price
from ccr.config.resilience import Resilience

Auth = Literal["bearer", "x-api-key", "x-goog-api-key", "api-key", "google", "aws", "none"]


@dataclass(frozen=True, slots=True)
class Use:
    """One entry of ``transformer.use``: a name as written, its options, and where in the file it stands."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of one model, by preset or configuration; None: not known."""

    context_window: int | None = None
    window_sure: bool = False
    """The window is the user's own figure, not a preset's supposition."""

    max_output: int | None = None
    dialect: Dialect | None = None
    """The provider's dialect with this model's own flags over it."""

    price: Price | None = None
    """What the user says that it costs."""

    limits: Limits = field(default_factory=Limits)
    """On this model at this provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry of ``Providers``, completed by its preset, its transformers' names and its URL."""

    name: str
    base_url: str
    """As configured or from the preset: a base or a full endpoint; protocols complete it."""

    protocol: str
    """``anthropic``, ``openai_chat``, ``openai_responses``, ``gemini``, ``bedrock``,
    ``ollama`` or ``cohere``."""

    keys: tuple[str, ...] = field(default=(), repr=False)
    key_options: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """What stands beside each key (``weight``, ``priority``, ``limits``, …); as long as ``keys``."""

    limits: Limits = field(default_factory=Limits)
    """On all its models and keys together."""

    models: tuple[str, ...] = ()
    auth: Auth | None = None
    """How the key is shown; None: the protocol's own way."""

    dialect: Dialect = field(default_factory=Dialect)
    use: tuple[Use, ...] = ()
    model_use: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers sent with every request to this provider."""

    query: Mapping[str, str] = field(default_factory=dict)
    """Query parameters of every request, such as Azure's ``api-version``."""

    facts: Mapping[str, ModelFacts] = field(default_factory=dict)
    """By model name. From a configuration, it has an answer for models that are not listed, too."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """What the protocol or the credential needs beyond this: project, location, region, …"""

    resilience: Resilience = field(default_factory=Resilience)
    """Retries, breaker, keys, … : what holds for all, with what this entry says otherwise."""

    way: Way = DIRECT
    """Through which proxy it is reached, and which certificates are trusted and shown."""

    preset: str | None = None
    """The row of ``presets.toml`` it was completed from."""

    local: bool = False
    """It is on this machine or in its network."""

    def dialect_of(self, model: str) -> Dialect:
        return self.facts_of(model).dialect or self.dialect

    def facts_of(self, model: str) -> ModelFacts:
        """What is known of a model, listed or not."""
        return self.facts.get(model) or _UNKNOWN


_UNKNOWN = ModelFacts()
