"""A service whose configuration can be changed, for the tests of the admin API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from ccr.config import load
from ccr.server.app import App
from tests.e2e.router import gateway_of, serving

SECRETS = ("the-key-of-the-provider-lab", "the-second-key-of-lab-22", "hidden-in-a-header-333")


def config(url: str) -> dict[str, Any]:
    """One provider at ``url``, with keys in several places."""
    entry = {
        "name": "lab",
        "api_base_url": url,
        "api_key": [SECRETS[0], SECRETS[1]],
        "headers": {"x-api-token": SECRETS[2]},
        "models": ["m"],
        "transformer": {"use": [["maxtoken", {"max_tokens": 99}]], "m": {"use": ["enhancetool"]}},
    }
    return {"LOG": False, "Providers": [entry], "Router": {"default": "lab,m"}}


@dataclass
class Admin:
    """The service at ``url``, and its configuration's file."""

    url: str
    path: Path
    http: aiohttp.ClientSession

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        async with self.http.request(method, f"{self.url}{path}", json=body) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def admin(folder: Path, text: str) -> AsyncIterator[Admin]:
    """Serves a configuration, which is taken anew when it is changed."""
    path = folder / "config.json"
    path.write_text(text)
    app = App(gateway_of(path))
    app.allow_reload(partial(load, path, {}))
    async with serving(app) as url, aiohttp.ClientSession() as http:
        yield Admin(url, path, http)


def written(config: Any) -> str:
    return "// mine\n" + json.dumps(config, indent=2)
