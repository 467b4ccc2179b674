"""The service itself: how it is, and its restart."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ccr.config.problems import ConfigError
from ccr.config.saving import document
from ccr.config.saving.secrets import mask
from ccr.errors import BadRequest
from ccr.server.admin.api import Service
from ccr.server.examine import examine

PAUSE = 0.2
"""Seconds in which the answer goes out before the service begins to end."""


class Status(BaseModel):
    """How the service is."""

    running: bool = True
    health: dict[str, Any] = Field(description="What /health tells on this machine")
    host: str
    port: int
    providers: int
    router: Any = Field(description="The routes as they are written")
    warnings: list[str]


class Restarting(BaseModel):
    success: bool
    message: str


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["service"])

    @router.get("/api/status")
    async def status() -> Status:
        """Version, process, address, routes, and what is doubtful in the configuration."""
        settings = service.gateway.settings
        return Status(
            health=service.health.report(near=True),
            host=settings.host,
            port=settings.port,
            providers=len(settings.providers),
            router=mask(settings.written.get("Router") or {}),
            warnings=mask(list(settings.warnings)),
        )

    @router.post("/api/restart")
    async def restart() -> Restarting:
        """Ends the service after running answers, and starts it again; in a container the container ends.

        With mistakes in the configuration nothing happens.
        """
        await asyncio.to_thread(_refuse_mistakes, service.gateway.settings.path)
        asyncio.get_running_loop().call_later(PAUSE, _restart, service)
        return Restarting(success=True, message="Service restart initiated")

    return router


def _refuse_mistakes(path: Path) -> None:
    """Raises ``BadRequest``: what cannot be started again is not ended."""
    if not path.exists():
        return
    try:
        report = examine(document.read(path), os.environ)
    except ConfigError as error:
        raise BadRequest(str(error)) from None
    if report.problems:
        raise BadRequest(str(ConfigError(report.problems, path)))


def _restart(service: Service) -> None:
    """By the command line where that started the service, else by whoever watches over the process."""
    if os.getpid() == 1 or not os.environ.get("CCR_INSTANCE"):
        os.kill(os.getpid(), signal.SIGTERM)
        return
    settings = service.gateway.settings
    named = {"CCR_CONFIG_PATH": str(settings.path), "CCR_PORT": str(settings.port)}
    env = {name: value for name, value in os.environ.items() if not name.startswith("CCR_")} | named
    subprocess.Popen(
        [sys.executable, "-m", "ccr", "restart"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
