"""``GET /v1/models``: what can be asked for, in the shape Claude Code's model discovery reads."""

from __future__ import annotations

from typing import Any

from ccr.config import Settings
from ccr.routing.models import PICKER_PREFIX

_PICKED = ("claude", "anthropic")
"""Only ids with one of these in them reach the client's picker (claude-code.md §17)."""


def listing(settings: Settings, *, picker: bool) -> dict[str, Any]:
    """All models as ``provider,model``. With ``picker`` under ids that Claude Code shows."""
    data = [
        _entry(provider.name, model, picker=picker)
        for provider in settings.providers
        for model in provider.models
    ]
    ids = [entry["id"] for entry in data] or [None]
    return {"data": data, "has_more": False, "first_id": ids[0], "last_id": ids[-1]}


def _entry(provider: str, model: str, *, picker: bool) -> dict[str, Any]:
    name = f"{provider},{model}"
    shown = not picker or any(word in name.lower() for word in _PICKED)
    return {
        "type": "model",
        "id": name if shown else PICKER_PREFIX + name,
        "display_name": f"{model} ({provider})",
        "description": f"{model} by {provider}, through the router",
        "created_at": "1970-01-01T00:00:00Z",
    }
