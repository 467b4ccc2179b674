"""What a configuration can be made of: keys in the environment, model servers on this machine."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ccr.config.address import split
from ccr.config.presets import Preset, presets

PATIENCE = 0.7
"""Seconds that a server on this machine has to answer."""

LARGEST = 1 << 20
OLLAMA = "ollama"


@dataclass(frozen=True, slots=True)
class Known:
    """A provider that can be used. ``variable`` holds its key, "" where it needs none."""

    name: str
    title: str
    variable: str = ""
    url: str = ""
    """Where it was found, when that is not its usual place."""

    models: tuple[str, ...] = ()
    """Those a server on this machine has."""


def keys(env: Mapping[str, str]) -> list[Known]:
    """Providers known by name whose key is in the environment; of several with one key the first."""
    found: dict[str, Known] = {}
    for name, preset in presets().provider.items():
        variable = next((one for one in preset.key if env.get(one)), "")
        if variable and not _is_clients(name, env):
            found.setdefault(variable, Known(name, preset.title, variable))
    return list(found.values())


def servers(env: Mapping[str, str]) -> list[Known]:
    """Servers on this machine that give a list of their models when asked."""
    asked = [(name, preset, _address(name, preset, env)) for name, preset in _local().items()]
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda one: _models(one[2]), asked))
    return [
        Known(
            name, preset.title, url="" if address == _usual(preset) else f"http://{address}/v1", models=models
        )
        for (name, preset, address), models in zip(asked, answers, strict=True)
        if models is not None
    ]


def _local() -> dict[str, Preset]:
    return {name: preset for name, preset in presets().provider.items() if preset.local}


def _usual(preset: Preset) -> str:
    return split(preset.base_url[preset.protocol]).netloc


def _address(name: str, preset: Preset, env: Mapping[str, str]) -> str:
    """``host:port``; Ollama's own variable says where it is."""
    told = env.get("OLLAMA_HOST", "") if name == OLLAMA else ""
    if not told:
        return _usual(preset)
    parts = split(f"//{told.rpartition('://')[2]}")
    host = parts.hostname or "localhost"
    host = "localhost" if host == "0.0.0.0" else host  # noqa: S104
    return f"{host}:{_port(parts.netloc)}"


def _port(netloc: str) -> int:
    port = netloc.rpartition(":")[2]
    return int(port) if port.isdigit() else 11434


def _models(address: str) -> tuple[str, ...] | None:
    """The names of the models there; None when nobody answers as a model server does."""
    from ccr.errors import RouterError
    from ccr.upstream.listing import names_in

    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    try:
        connection.request("GET", "/v1/models", headers={"Connection": "close"})
        response = connection.getresponse()
        body = response.read(LARGEST)
        is_router = b'"created_at": "1970-01-01' in body or b'"created_at":"1970-01-01' in body
        return tuple(names_in(body)) if response.status == 200 and not is_router else None
    except (OSError, http.client.HTTPException, RouterError):
        return None
    finally:
        connection.close()


def _is_clients(name: str, env: Mapping[str, str]) -> bool:
    """Whether Anthropic's key is there for a client of a router, which is elsewhere."""
    return name == "anthropic" and bool(env.get("ANTHROPIC_BASE_URL"))
