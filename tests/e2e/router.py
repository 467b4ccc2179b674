"""A real router on loopback, inside the test's own event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from ccr.config import load
from ccr.gateway import Gateway
from ccr.server.app import App
from ccr.server.run import bind
from ccr.services import Services


@asynccontextmanager
async def router(folder: Path, config: dict[str, Any]) -> AsyncIterator[str]:
    """Serves a configuration; gives the base URL."""
    path = folder / "config.json"
    path.write_text(json.dumps({"LOG": False, **config}))
    async with serving(App(gateway_of(path))) as url:
        yield url


def gateway_of(path: Path) -> Gateway:
    """What a process of its own serves a configuration with."""
    settings = load(path, {})
    return Gateway(settings, services=Services(settings))


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[str]:
    """Serves an application; gives the base URL."""
    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    running = asyncio.ensure_future(server.main_loop())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        await server.shutdown(sockets=[listener])
