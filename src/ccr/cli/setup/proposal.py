"""What was chosen, as a configuration."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ccr.cli.setup import choosing
from ccr.config.importing.merging import merged, providers_of
from ccr.config.saving import schema


@dataclass
class Choice:
    """One provider to be used."""

    name: str
    url: str = ""
    variable: str = ""
    """Names the key; "" where there is none."""

    models: list[str] = field(default_factory=list)

    def entry(self) -> dict[str, Any]:
        """Its entry of ``Providers``."""
        key = f"${self.variable}" if self.variable else ""
        written = {"name": self.name, "api_base_url": self.url, "api_key": key, "models": self.models}
        return {name: value for name, value in written.items() if value}

    def targets(self) -> list[str]:
        return [f"{self.name},{model}" for model in self.models]


@dataclass
class Proposal:
    """The whole. ``variables`` are keys to be kept in ``.env``."""

    choices: list[Choice] = field(default_factory=list)
    router: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def targets(self) -> list[str]:
        return [target for choice in self.choices for target in choice.targets()]

    def propose_routes(self, default: str = "") -> None:
        """Rules over the chosen models, with this one as the default."""
        targets = self.targets()
        first = [default] if default else []
        self.router = choosing.routes([*first, *(one for one in targets if one != default)])

    def lock(self) -> None:
        """Gives the router a key of its own."""
        self.variables["CCR_APIKEY"] = f"ccr-{secrets.token_urlsafe(24)}"
        self.more["APIKEY"] = "$CCR_APIKEY"

    def config(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration: what was there before stays, but for the rules, which are the new ones."""
        ours = {
            "Providers": [choice.entry() for choice in self.choices],
            "Router": dict(self.router),
            **self.more,
        }
        if not before:
            return {"$schema": schema.REFERENCE, **ours}
        names = {choice.name.lower() for choice in self.choices}
        key = "providers" if "providers" in before else "Providers"
        others = [one for one in providers_of(before) if str(one.get("name")).lower() not in names]
        whole = merged({**before, key: others}, ours)
        old = before.get("Router")
        return {**whole, "Router": {**(old if isinstance(old, dict) else {}), **self.router}, **self.more}
