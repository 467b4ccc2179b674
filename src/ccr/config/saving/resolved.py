"""The settings as the router uses them, for people: all that can be filled in is, keys are masked."""

from __future__ import annotations

from typing import Any

from ccr.config.provider import Provider, Use
from ccr.config.saving.secrets import mask
from ccr.config.settings import Settings


def resolved(settings: Settings) -> dict[str, Any]:
    """The file with variables, presets and defaults filled in; JSON values."""
    shown = {key: value for key, value in settings.raw.items() if key != "providers"} | {
        "HOST": settings.host,
        "PORT": settings.port,
        "API_TIMEOUT_MS": settings.timeout_ms,
        "LOG": settings.log,
        "LOG_LEVEL": settings.log_level,
        "Providers": [provider_of(provider) for provider in settings.providers],
        "Router": dict(settings.router),
        "fallback": {rule: list(targets) for rule, targets in settings.fallback.items()},
    }
    masked: dict[str, Any] = mask(shown)
    return masked


def provider_of(provider: Provider) -> dict[str, Any]:
    """One provider, its keys in clear: to be masked."""
    return {
        "name": provider.name,
        "preset": provider.preset,
        "protocol": provider.protocol,
        "api_base_url": provider.base_url,
        "api_key": list(provider.keys),
        "auth": provider.auth,
        "local": provider.local,
        "models": list(provider.models),
        "transformer": {
            "use": [_use(use) for use in provider.use],
            **{model: {"use": [_use(use) for use in uses]} for model, uses in provider.model_use.items()},
        },
        "headers": dict(provider.headers),
        "query": dict(provider.query),
    }


def _use(use: Use) -> Any:
    return [use.name, dict(use.options)] if use.options else use.name
