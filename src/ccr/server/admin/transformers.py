"""Which transformers there are, what they take, and who uses them."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ccr.config import Settings
from ccr.server.admin.api import Service
from ccr.transformers.catalogue import Known, known

ENDPOINTS = {"anthropic": "/v1/messages"}
"""Those that the original says to answer at a path of their own: ours has one."""


class Transformer(BaseModel):
    """One name that ``transformer.use`` may have."""

    name: str
    endpoint: str | None
    options: list[str]
    anyOption: bool = Field(description="Whether it takes options of any name")  # noqa: N815
    kind: Literal["code", "data", "own"] = Field(
        description="code: it changes requests or answers; data: its name says how the provider speaks;"
        " own: it comes from a file or a package of yours"
    )
    usedBy: list[str] = Field(description="provider, or provider,model")  # noqa: N815


class Transformers(BaseModel):
    transformers: list[Transformer]


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["transformers"])

    @router.get("/api/transformers")
    async def transformers() -> Transformers:
        """All of them, in the order of the table, those of your own behind."""
        settings = service.gateway.settings
        found = await asyncio.to_thread(known, settings)
        return Transformers(transformers=[_shown(one, settings) for one in found])

    return router


def _shown(one: Known, settings: Settings) -> Transformer:
    return Transformer(
        name=one.name,
        endpoint=ENDPOINTS.get(one.name.lower()),
        options=list(one.options),
        anyOption=one.any_option,
        kind=one.kind,
        usedBy=_users(one.name.lower(), settings),
    )


def _users(name: str, settings: Settings) -> list[str]:
    found: list[str] = []
    for provider in settings.providers:
        found += [provider.name for use in provider.use if use.name.lower() == name]
        found += [
            f"{provider.name},{model}"
            for model, uses in provider.model_use.items()
            for use in uses
            if use.name.lower() == name
        ]
    return list(dict.fromkeys(found))
