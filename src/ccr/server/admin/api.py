"""One FastAPI application out of the parts below ``/api/``; its document is at ``/api/docs``."""

from __future__ import annotations

import typing
from importlib import import_module

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ccr import __version__
from ccr.errors import BadRequest, NoRoute, RouterError, WrongMethod
from ccr.gateway import Gateway
from ccr.server.admin.bounded import Bounded, refusal
from ccr.server.health import Health
from ccr.server.reload import Outcome
from ccr.services import Services
from ccr.telemetry.active import Active

PARTS: tuple[str, ...] = (
    "config",
    "providers",
    "status",
    "transformers",
    "presets",
    "logs",
    "usage",
    "speed",
    "requests",
    "errors",
    "live",
)
"""Modules of this folder: each has ``routes(service) -> APIRouter`` with whole paths (``/api/config``).

Of two that fit a path the first is asked: ``/api/requests/active`` of the logs before ``/api/requests/{id}``.
"""


class Service(typing.Protocol):
    """What the parts may know of the process: the gateway in use, which may be another the next time."""

    @property
    def gateway(self) -> Gateway: ...

    @property
    def instance(self) -> str: ...

    @property
    def active(self) -> Active: ...

    @property
    def services(self) -> Services: ...

    @property
    def health(self) -> Health: ...

    async def reload(self) -> Outcome:
        """Takes the configuration anew."""
        ...


def build(service: Service) -> FastAPI:
    """The application. Access has been checked before it is asked."""
    api = FastAPI(
        title="Claude Code Router",
        version=__version__,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    for part in PARTS:
        api.include_router(import_module(f"ccr.server.admin.{part}").routes(service))
    api.add_middleware(Bounded)
    api.add_exception_handler(RouterError, _failed)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _refused)
    return api


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RouterError)
    return refusal(error)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = f"{request.method} {request.url.path}"
    if error.status_code == 405:
        return await _failed(
            request, WrongMethod(f"{what}: it takes other methods.", headers=error.headers or {})
        )
    if error.status_code == 400:
        return await _failed(request, BadRequest("The request's body cannot be read."))
    return await _failed(request, NoRoute(f"There is nothing at {what}; /api/docs tells what there is."))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return await _failed(request, BadRequest(said))
