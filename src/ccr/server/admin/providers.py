"""Providers: what is known of them, whether they answer, and which models they have."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ccr.config.checks import PROXY_NAMES
from ccr.config.presets import presets
from ccr.config.problems import ConfigError
from ccr.config.provider import Provider
from ccr.config.saving import document
from ccr.config.saving.resolved import provider_of
from ccr.config.saving.secrets import mask, unmask
from ccr.config.settings import Settings
from ccr.errors import BadRequest, NoRoute
from ccr.gateway import Gateway
from ccr.server.admin.api import Service
from ccr.server.examine import examine
from ccr.server.trial import tried
from ccr.upstream.listing import listed

NEEDED = (*PROXY_NAMES, "NO_PROXY", "no_proxy", "TLS", "tls", "transformers")
"""Keys of the configuration that a provider which is tried apart depends on."""


class Shown(BaseModel):
    """A provider as the router uses it, without its keys."""

    name: str
    title: str
    preset: str | None
    protocol: str
    api_base_url: str
    keys: int = Field(description="How many keys it has")
    local: bool
    models: list[str]
    transformer: dict[str, Any]


class Providers(BaseModel):
    providers: list[Shown]


class Asked(BaseModel):
    """Who is to be tried: a provider of the configuration by name, or one that is not saved yet."""

    name: str | None = Field(None, description="The name of a provider of the configuration")
    provider: dict[str, Any] | None = Field(None, description="An entry of Providers, masked keys and all")
    model: str | None = Field(None, description="The model; the provider's first when not given")


class Tried(BaseModel):
    """How it went; times in milliseconds from the request, 0 for what never came."""

    provider: str
    model: str
    ok: bool
    message: str
    first_token_ms: int
    total_ms: int
    status: int


class Models(BaseModel):
    """``configured`` are those of the configuration, ``models`` what the provider says it has."""

    provider: str
    models: list[str]
    configured: list[str]


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["providers"])

    @router.get("/api/providers")
    async def providers() -> Providers:
        """All that are in use."""
        return Providers(providers=[_shown(one) for one in service.gateway.settings.providers])

    @router.post("/api/providers/test")
    async def test(asked: Asked) -> Tried:
        """Asks a model one short question. An answer that fails is told in the result, with status 200."""
        if asked.provider is None:
            provider = _named(service.gateway.settings, asked.name or "")
            trial = await tried(service.gateway, provider, _model(provider, asked.model))
            return Tried(**trial.facts())
        settings = await asyncio.to_thread(_settings_with, service.gateway.settings, asked.provider)
        return await _tried_apart(settings, asked.model)

    @router.get("/api/providers/{name}/models")
    async def models(name: str) -> Models:
        """Asks the provider for its models. A provider's refusal has the provider's status."""
        settings = service.gateway.settings
        provider = _named(settings, name)
        found = await listed(provider, settings.network)
        return Models(provider=provider.name, models=found, configured=list(provider.models))

    return router


def _shown(provider: Provider) -> Shown:
    facts = mask(provider_of(provider))
    preset = presets().provider.get(provider.preset or "")
    kept = {name: facts[name] for name in Shown.model_fields if name in facts}
    return Shown(**kept, title=preset.title if preset else provider.name, keys=len(provider.keys))


def _named(settings: Settings, name: str) -> Provider:
    provider = settings.provider(name)
    if provider is None:
        known: Iterable[str] = (one.name for one in settings.providers)
        raise NoRoute(f"There is no provider '{name}'. There are: {', '.join(known) or 'none'}.")
    return provider


def _model(provider: Provider, model: str | None) -> str:
    found = model or next(iter(provider.models), "")
    if not found:
        raise BadRequest(f"{provider.name} lists no models: say which one to ask.")
    return found


def _settings_with(settings: Settings, entry: dict[str, Any]) -> Settings:
    """The configuration with this provider alone; its masked keys are those of the one of its name."""
    try:
        old = document.read(settings.path)
        value, problems = unmask({"Providers": [entry]}, old.value)
    except (ConfigError, RecursionError) as error:
        raise BadRequest(str(error)) from None
    kept: dict[str, Any] = {key: old.value[key] for key in NEEDED if key in old.value}
    report = examine(old.become({**kept, **value}), os.environ)
    problems += report.problems
    if problems or report.settings is None or not report.settings.providers:
        raise BadRequest(str(ConfigError(problems)) if problems else "The provider is not enabled.")
    return report.settings


async def _tried_apart(settings: Settings, model: str | None) -> Tried:
    """With a gateway of its own, since the service knows nothing of this provider."""
    provider = settings.providers[0]
    wanted = _model(provider, model)
    gateway = await asyncio.to_thread(Gateway, settings)
    try:
        return Tried(**(await tried(gateway, provider, wanted)).facts())
    finally:
        await gateway.close()
