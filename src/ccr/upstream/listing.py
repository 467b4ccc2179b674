"""Which models a provider says it has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ccr.config.network import Network
from ccr.config.provider import Provider
from ccr.errors import Broken, NoRoute
from ccr.exchange import Call, Target
from ccr.protocols import protocol
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.credentials import MINTED
from ccr.wire import json

PATIENCE = Timeouts(connect=5.0, first_byte=15.0, idle=15.0, total=30.0)
LARGEST = 16 << 20
"""Bytes of a list: marketplaces have hundreds of models, with prose about each."""

LISTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "anthropic": ("/messages", "/models?limit=1000"),
        "openai_chat": ("/chat/completions", "/models"),
        "openai_responses": ("/responses", "/models"),
        "gemini": ("/-:generateContent", "?pageSize=1000"),
        "ollama": ("/api/chat", "/api/tags"),
        "cohere": ("/v2/chat", "/v1/models"),
    }
)
"""By protocol: how its endpoint ends, and what stands there instead for the list."""


async def models_of(client: Client, provider: Provider) -> list[str]:
    """The names, in the provider's order.

    Raises ``NoRoute`` for a provider that cannot be asked, ``UpstreamError`` when it gives no list.
    """
    call = Call(
        Target(provider, "-"), {"model": "-", "messages": []}, stream=False, key=next(iter(provider.keys), "")
    )
    url = list_url(call)
    if url is None:
        raise NoRoute(f"{provider.name} cannot be asked for its models: write their names.")
    headers = protocol(provider.protocol).headers(call) | dict(provider.headers)
    headers = {name: value for name, value in headers.items() if name != "content-type"}
    response = await client.request("GET", url, headers, None, PATIENCE, provider.way)
    try:
        body = await response.read(LARGEST)
        if response.status >= 300:
            raise protocol(provider.protocol).error(call, response.status, response.headers, body)
    finally:
        response.close()
    return names_in(body)


async def listed(provider: Provider, network: Network) -> list[str]:
    """The same over a connection of its own."""
    async with Client(network) as client:
        return await models_of(client, provider)


def list_url(call: Call) -> str | None:
    """Where the list is; None for those that have none, or that want more than a key."""
    provider = call.target.provider
    end, instead = LISTS.get(provider.protocol, ("", ""))
    address, _, query = protocol(provider.protocol).endpoint(call).partition("?")
    if not end or not address.endswith(end) or (provider.auth in MINTED and not provider.keys):
        return None
    return f"{address.removesuffix(end)}{instead}{('&' if '?' in instead else '?') + query if query else ''}"


def names_in(body: bytes) -> list[str]:
    """The names in a list of any provider. Raises ``Broken``."""
    try:
        found = json.decode(body)
    except json.JSONError:
        found = None
    entries = found if isinstance(found, list) else _entries(found)
    names = [name for entry in entries or [] if (name := _name(entry))]
    if entries is None:
        raise Broken("What the provider gave is no list of models.")
    return list(dict.fromkeys(names))


def _entries(found: Any) -> list[Any] | None:
    if not isinstance(found, dict):
        return None
    return next((found[key] for key in ("data", "models") if isinstance(found.get(key), list)), None)


def _name(entry: Any) -> str:
    """Gemini's names have their collection before them, and a list of what they can do beside them."""
    if not isinstance(entry, dict):
        return entry if isinstance(entry, str) else ""
    methods = entry.get("supportedGenerationMethods")
    if isinstance(methods, list) and "generateContent" not in methods:
        return ""
    name = entry.get("id") or entry.get("name") or entry.get("model") or ""
    return name.removeprefix("models/") if isinstance(name, str) else ""
