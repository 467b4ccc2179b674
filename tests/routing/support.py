"""Requests and routers for the tests of routing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.anthropic.tokens import TokenCounter
from ccr.config import Settings, load
from ccr.exchange import Exchange, Plan, session_of
from ccr.routing.facts import Facts
from ccr.routing.router import Router
from ccr.routing.rules import Rule

LAB: dict[str, Any] = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1/chat/completions"}
BODY: dict[str, Any] = {
    "model": "claude-x",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello"}],
}


def provider(name: str = "lab", *models: str, **more: Any) -> dict[str, Any]:
    return {**LAB, "name": name, "models": list(models), **more}


def settings(folder: Path, router: Mapping[str, Any], *providers: dict[str, Any], **config: Any) -> Settings:
    """The settings of a configuration with these routes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.json"
    path.write_text(json.dumps({"Providers": list(providers) or [LAB], "Router": router, **config}), "utf-8")
    return load(path, {})


def router(folder: Path, routes: Mapping[str, Any], *providers: dict[str, Any], **config: Any) -> Router:
    custom: Rule | None = config.pop("custom", None)
    return Router(settings(folder, routes, *providers, **config), TokenCounter(), custom)


def exchange(headers: Mapping[str, str] | None = None, client: str = "", **changes: Any) -> Exchange:
    """A request: ``BODY`` with changes."""
    body: Any = {key: value for key, value in (BODY | changes).items() if value is not None}
    headers = headers or {}
    return Exchange(
        raw=json.dumps(body).encode(),
        body=body,
        headers=headers,
        stream=False,
        session=session_of(body, headers),
        client=client,
    )


def facts(headers: Mapping[str, str] | None = None, **changes: Any) -> Facts:
    return Facts(exchange(headers, **changes), TokenCounter())


def names(plan: Plan) -> list[str]:
    """The targets of a plan."""
    return [str(target) for target in plan.targets]


def text_of_tokens(count: int) -> str:
    """A text of about so many tokens; never less."""
    return " ".join(f"word{n % 97}" for n in range(count))
