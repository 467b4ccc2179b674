"""``agents``, ``WebSearch`` and ``Safeguards`` as they may be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ccr.config import agents as of


class _Open(BaseModel):
    """An object whose unknown keys are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)


class AgentEntry(_Open):
    """An agent: the ones in a file of the user's own (``path``), or one that a package brings (``name``)."""

    path: str = ""
    name: str = ""
    options: dict[str, Any] = {}

    @model_validator(mode="after")
    def _named(self) -> AgentEntry:
        if bool(self.path) == bool(self.name):
            raise ValueError(
                'should have a "path" to a Python file, or the "name" of an agent that a package brings'
            )
        return self


def _entry(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Entry = Annotated[AgentEntry, BeforeValidator(_entry)]

NEEDS_KEY = ("tavily", "brave", "exa", "serper")


class WebSearch(_Open):
    """The engine that searches for models whose provider has no search."""

    backend: of.Backend
    url: str | None = Field(None, validation_alias=AliasChoices("url", "base_url", "baseUrl", "api_base_url"))
    api_key: str | None = Field(None, repr=False, validation_alias=AliasChoices("api_key", "apiKey"))
    max_results: Annotated[int, Field(ge=1, le=20)] = of.WebSearch.max_results

    @model_validator(mode="after")
    def _complete(self) -> WebSearch:
        if self.backend == "searxng" and not self.url:
            raise ValueError('needs the "url" of your SearXNG, such as "http://127.0.0.1:8888"')
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError('has an "url" that begins with neither http:// nor https://')
        if self.backend in NEEDS_KEY and not self.api_key:
            raise ValueError(f'needs an "api_key" for {self.backend}')
        return self


class Safeguards(_Open):
    """Who decides on tool calls in Claude Code's auto mode."""

    policy: of.Policy = of.Safeguards.policy
    allow: tuple[str, ...] = of.Safeguards.allow
    deny: tuple[str, ...] = of.Safeguards.deny
    seconds: Annotated[float, Field(gt=0)] = of.Safeguards.seconds


def without_nulls(value: Any) -> Any:
    """An object without keys that say nothing."""
    return {k: v for k, v in value.items() if v not in ("", None)} if isinstance(value, Mapping) else value
