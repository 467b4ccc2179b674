"""Search engines: how each is asked, and what it answers. No I/O: requests out, results in.

Shapes as their public documentation has them (November 2026). Domains are asked for in the engine's own words
where it has any, else by ``site:``; whoever calls sorts out what an engine lets through all the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from ccr.wire import json


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole."""

    status: int
    body: bytes


Fetch = Callable[[Request], Awaitable[Reply]]
"""Sends a request. Raises ``UpstreamError`` when nothing comes back."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for."""

    text: str
    count: int = 8
    allowed: Sequence[str] = ()
    """Domains, subdomains included, maybe with a path."""

    blocked: Sequence[str] = ()
    country: str = ""
    """Two letters, where the user said so."""

    @property
    def with_sites(self) -> str:
        """The query with its domains as search operators."""
        sites = " OR ".join(f"site:{domain}" for domain in self.allowed)
        without = " ".join(f"-site:{domain}" for domain in self.blocked)
        wanted = f"({sites})" if len(self.allowed) > 1 else sites
        return " ".join(part for part in (self.text, wanted, without) if part)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was found."""

    url: str
    title: str
    text: str = ""
    age: str | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """A search engine. ``base`` is its public address; empty where everybody has an own one."""

    base: str
    path: str
    needs_key: bool
    ask: Callable[[str, str, Query], Request]
    """``(url, key, query)``"""

    pages: Callable[[Mapping[str, Any]], Sequence[Page]]

    def url(self, configured: str) -> str:
        """The endpoint at a configured base, or at a whole endpoint."""
        base = (configured or self.base).rstrip("/")
        return base if urlsplit(base).path.endswith(self.path) else base + self.path


def _searxng(url: str, key: str, query: Query) -> Request:
    form = urlencode({"q": query.with_sites, "format": "json"})
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return Request("POST", url, headers | ({"authorization": f"Bearer {key}"} if key else {}), form.encode())


def _tavily(url: str, key: str, query: Query) -> Request:
    body = {
        "query": query.text,
        "max_results": min(query.count, 20),
        "include_domains": list(query.allowed),
        "exclude_domains": list(query.blocked),
    }
    return _json(url, {"authorization": f"Bearer {key}"}, body)


def _brave(url: str, key: str, query: Query) -> Request:
    asked = {"q": query.with_sites, "count": str(min(query.count, 20))}
    if query.country:
        asked["country"] = query.country.upper()
    return Request(
        "GET", f"{url}?{urlencode(asked)}", {"x-subscription-token": key, "accept": "application/json"}
    )


def _exa(url: str, key: str, query: Query) -> Request:
    body: dict[str, Any] = {
        "query": query.text,
        "numResults": min(query.count, 25),
        "contents": {"text": {"maxCharacters": 1500}},
    }
    if query.allowed:
        body["includeDomains"] = list(query.allowed)
    if query.blocked:
        body["excludeDomains"] = list(query.blocked)
    if query.country:
        body["userLocation"] = query.country.upper()
    return _json(url, {"x-api-key": key}, body)


def _serper(url: str, key: str, query: Query) -> Request:
    body: dict[str, Any] = {"q": query.with_sites, "num": min(query.count, 20)}
    if query.country:
        body["gl"] = query.country.lower()
    return _json(url, {"x-api-key": key}, body)


def _json(url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Request:
    known = {"content-type": "application/json", "accept": "application/json"}
    return Request("POST", url, {**known, **headers}, json.encode(body))


def _reader(*place: str, url: str = "url", text: str, age: str) -> Callable[[Mapping[str, Any]], list[Page]]:
    """Reads the list at ``place``, by the engine's names of what a page has."""

    def pages(answer: Mapping[str, Any]) -> list[Page]:
        found: Any = answer
        for key in place:
            found = found.get(key) if isinstance(found, dict) else None
        listed = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        return [
            Page(
                item[url],
                _text(item.get("title")) or item[url],
                _text(item.get(text)),
                _text(item.get(age)) or None,
            )
            for item in listed
            if isinstance(item.get(url), str) and item[url]
        ]

    return pages


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


ENGINES: Mapping[str, Engine] = {
    "searxng": Engine(
        "", "/search", False, _searxng, _reader("results", text="content", age="publishedDate")
    ),
    "tavily": Engine(
        "https://api.tavily.com",
        "/search",
        True,
        _tavily,
        _reader("results", text="content", age="published_date"),
    ),
    "brave": Engine(
        "https://api.search.brave.com",
        "/res/v1/web/search",
        True,
        _brave,
        _reader("web", "results", text="description", age="page_age"),
    ),
    "exa": Engine(
        "https://api.exa.ai", "/search", True, _exa, _reader("results", text="text", age="publishedDate")
    ),
    "serper": Engine(
        "https://google.serper.dev",
        "/search",
        True,
        _serper,
        _reader("organic", url="link", text="snippet", age="date"),
    ),
}
