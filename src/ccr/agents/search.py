"""Web search for models whose provider has none.

Anthropic runs ``web_search`` itself; many providers have a search of their own, which the protocols map. For
the others the model gets an ordinary function, and its calls are answered here by the engine of ``WebSearch``
in the configuration. Without an engine the model is told so: an honest error, never an empty success.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ccr.agents import results
from ccr.agents.ask import Ask
from ccr.agents.backends import Engine, Fetch, Page, Query
from ccr.agents.contract import Agent, Result, Task, ToolCall
from ccr.agents.native import searches
from ccr.anthropic.ids import unique
from ccr.anthropic.parsing import made_of
from ccr.anthropic.request import Body, tools
from ccr.errors import UpstreamError
from ccr.exchange import Exchange, Target
from ccr.protocols.shared.websearch import usage_of
from ccr.wire import json

log = logging.getLogger("ccr.agents")

LONGEST_QUERY = 1_000
MOST_USES = 20
"""Searches for a request that sets no ``max_uses``."""


class SearchFailed(Exception):
    """The engine gave no results. ``code`` is Anthropic's word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Backend:
    """An engine as it is configured."""

    name: str
    engine: Engine
    fetch: Fetch
    url: str = ""
    key: str = field(default="", repr=False)
    max_results: int = 8

    async def search(self, query: Query) -> list[Page]:
        """The pages found, at most ``max_results``. Raises ``SearchFailed``."""
        request = self.engine.ask(self.engine.url(self.url), self.key, query)
        try:
            reply = await self.fetch(request)
        except UpstreamError as error:
            raise SearchFailed("unavailable", error.message) from None
        if reply.status != 200:
            code = "too_many_requests" if reply.status == 429 else "unavailable"
            said = reply.body[:200].decode("utf-8", "replace")
            raise SearchFailed(code, f"status {reply.status}: {said}")
        pages = self.engine.pages(_object(reply.body))
        return [page for page in pages if _is_wanted(page.url, query)][: self.max_results]


class SearchAgent(Agent):
    """``backend`` is None where none is configured."""

    name = "search"

    def __init__(self, backend: Backend | None = None) -> None:
        self.backend = backend

    async def prepare(self, exchange: Exchange) -> Task | None:
        asked = made_of(tools(exchange.body), "search", _asked)
        return None if asked is None else _Searching(self.backend, asked, exchange)


def _asked(listed: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((tool for tool in listed if is_search(tool)), None)


class _Searching(Task):
    def __init__(self, backend: Backend | None, asked: Mapping[str, Any], exchange: Exchange) -> None:
        self._backend = backend
        self._asked = asked
        self._exchange = exchange
        self._own = any(t.get("name") == "web_search" and not is_search(t) for t in tools(exchange.body))
        self._uses = 0
        """Searches so far. After the first, the conversation has calls of the function in it."""

    @property
    def _name(self) -> str:
        """The function's name: the client may have a tool of its own that is called so."""
        return "ccr_web_search" if self._own else "web_search"

    def tools(self, target: Target) -> frozenset[str]:
        native = not self._uses and searches(target, self._exchange.body)
        return frozenset() if native else frozenset((self._name,))

    def request(self, body: Body, target: Target) -> Body:
        if not self.tools(target):
            return body
        offered = [self._definition() if is_search(t) else t for t in body.get("tools") or []]
        recalled = results.recalled(body, self._name)
        return {**recalled, "tools": offered}

    async def run(self, call: ToolCall, ask: Ask) -> Result:
        del ask
        search_id, query = f"{results.ID}{unique()}", str(call.input.get("query") or "").strip()
        self._uses += 1
        try:
            pages = await self._search(query)
        except SearchFailed as failure:
            log.warning("%s: no search: %s", self._exchange.id, failure)
            blocks = results.failed(search_id, query, failure.code)
            return Result(results.told_failure(failure.code), is_error=True, shown=blocks)
        shown = results.shown(search_id, query, pages)
        return Result(results.told(pages), shown=shown, usage=usage_of(1))

    async def _search(self, query: str) -> list[Page]:
        if self._backend is None:
            raise SearchFailed("unavailable", "no WebSearch is configured, and the provider has none")
        if self._uses > self._most():
            raise SearchFailed("max_uses_exceeded", f"over {self._most()} searches")
        if not query:
            raise SearchFailed("invalid_tool_input", "no query")
        if len(query) > LONGEST_QUERY:
            raise SearchFailed("query_too_long", f"{len(query)} characters")
        return await self._backend.search(self._query(query, self._backend.max_results))

    def _most(self) -> int:
        most = self._asked.get("max_uses")
        return most if isinstance(most, int) and most >= 0 else MOST_USES

    def _query(self, text: str, count: int) -> Query:
        where = self._asked.get("user_location")
        country = where.get("country") if isinstance(where, dict) else None
        return Query(
            text,
            count,
            _domains(self._asked.get("allowed_domains")),
            _domains(self._asked.get("blocked_domains")),
            country if isinstance(country, str) and len(country) == 2 else "",
        )

    def _definition(self) -> dict[str, Any]:
        limited = _domains(self._asked.get("allowed_domains"))
        only = f" Only pages of these domains are found: {', '.join(limited)}." if limited else ""
        return {
            "name": self._name,
            "description": "Searches the web and gives the pages found, each with its title, address and an "
            f"extract.{only} Name the pages you rely on, with their addresses as Markdown links.",
            "input_schema": {
                "type": "object",
                "properties": {"query": {"type": "string", "description": "What to search for."}},
                "required": ["query"],
            },
        }


def is_search(tool: Mapping[str, Any]) -> bool:
    """Anthropic's own web search, of whatever version."""
    kind = tool.get("type")
    return isinstance(kind, str) and kind.startswith("web_search_")


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.decode(body)
    except json.JSONError:
        value = None
    if not isinstance(value, dict):
        raise SearchFailed("unavailable", "the answer is no JSON (does the engine give JSON?)")
    return value


def _domains(value: object) -> Sequence[str]:
    """Domains without scheme and ``www.``; an empty list limits nothing."""
    listed = value if isinstance(value, list) else []
    plain = (str(d).strip().lower().partition("://")[2] or str(d).strip().lower() for d in listed if d)
    return tuple(domain.removeprefix("www.").rstrip("/") for domain in plain)


def _is_wanted(url: str, query: Query) -> bool:
    if any(_is_at(url, domain) for domain in query.blocked):
        return False
    return not query.allowed or any(_is_at(url, domain) for domain in query.allowed)


def _is_at(url: str, domain: str) -> bool:
    """Whether a page is at a domain or below one; a path in the domain limits to what is under it."""
    host, _, path = domain.partition("/")
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    name = (address.hostname or "").lower()
    under = not path or address.path.strip("/").lower().startswith(path)
    return under and (name == host or name.endswith(f".{host}"))
