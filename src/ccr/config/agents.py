"""What the user decided about agents: the search engine, the verdicts of auto mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Backend = Literal["searxng", "tavily", "brave", "exa", "serper"]
Policy = Literal["ask-model", "allow", "deny", "unsupported"]


@dataclass(frozen=True)
class WebSearch:
    """The engine that searches for models whose provider has no search."""

    backend: Backend
    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    max_results: int = 8


@dataclass(frozen=True)
class Safeguards:
    """Who decides on tool calls in Claude Code's auto mode."""

    policy: Policy = "ask-model"
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    seconds: float = 30.0
