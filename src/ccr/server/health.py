"""``/health`` and ``/ready``: what monitors, the command line and strangers are told."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ccr import __version__
from ccr.gateway import Gateway, Part
from ccr.server.admission import is_local
from ccr.server.load import Load


class Subject(Protocol):
    """Of whose health is asked."""

    @property
    def gateway(self) -> Gateway: ...

    @property
    def load(self) -> Load: ...

    @property
    def instance(self) -> str: ...

    @property
    def parts(self) -> Mapping[str, Part]: ...


class Health:
    """The two endpoints. Both answer without a key; the details are for this machine only.

    A part of ``/health`` is a name and what tells its state as JSON: those of the process are in
    ``Subject.parts``, those of a configuration (its Redis, its ledger) in ``Gateway.parts``.
    """

    def __init__(self, subject: Subject) -> None:
        self._of = subject
        self._started = time.time()

    async def live(self, request: Request) -> Response:
        """``GET /health``: 200 as long as there is an answer."""
        return JSONResponse(self.report(near=_is_near(request)))

    async def ready(self, _: Request) -> Response:
        """``GET /ready``: 200, or 503 with the reason why requests should go elsewhere."""
        why = self.unready()
        if not why:
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "why": why}, 503, {"retry-after": "2"})

    def unready(self) -> str:
        """Why requests should go elsewhere; "" when they need not."""
        load = self._of.load
        if load.draining:
            return "draining"
        if load.in_flight >= load.most:
            return "overloaded"
        return "" if self._of.gateway.settings.providers else "no provider is configured"

    def report(self, *, near: bool) -> dict[str, Any]:
        """Who answers here: how the command line, which is ``near``, tells its own service from others."""
        status = "draining" if self._of.load.draining else "ok"
        known = {"status": status, "service": "claude-code-router", "version": __version__}
        return known | self._details() if near else known

    def _details(self) -> dict[str, Any]:
        worker = os.environ.get("CCR_WORKER")
        return {
            "instance": self._of.instance,
            "pid": os.getpid(),
            **({"worker": int(worker)} if worker else {}),
            "config": str(self._of.gateway.settings.path),
            "tasks": len(asyncio.all_tasks()),
            "uptime_seconds": round(time.time() - self._started, 1),
            **{name: part() for name, part in (*self._of.parts.items(), *self._of.gateway.parts.items())},
        }


def _is_near(request: Request) -> bool:
    """Whether it comes from this machine, and no proxy brought it."""
    near = request.client is not None and is_local(request.client.host)
    return near and "x-forwarded-for" not in request.headers
