"""Fixtures: a provider that does as it is told, and a router in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.router import router
from tests.e2e.upstream import FakeUpstream, fake_upstream

Start = Callable[..., Any]


@pytest.fixture
async def upstream() -> AsyncIterator[FakeUpstream]:
    async with fake_upstream() as fake:
        yield fake


@pytest.fixture
async def start(upstream: FakeUpstream, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a router over the upstream: ``await start("openai-chat")``; keywords are configuration."""
    paths = {"openai-chat": "/v1/chat/completions", "anthropic": "/v1/messages"}
    async with AsyncExitStack() as stack:

        async def started(
            protocol: str = "openai-chat", provider: dict[str, Any] | None = None, **config: Any
        ) -> str:
            entry = {
                "name": "lab",
                "protocol": protocol,
                "api_base_url": upstream.url + paths[protocol],
                "api_key": "provider-key",
                "models": ["m1"],
                **(provider or {}),
            }
            whole = {"Providers": [entry], "Router": {"default": "lab,m1"}, **config}
            return await stack.enter_async_context(router(tmp_path, whole))

        yield started


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
    await asyncio.sleep(0)  # closing a transport takes one turn of the loop
