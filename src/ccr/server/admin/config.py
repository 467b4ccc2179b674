"""The configuration over HTTP: read without keys, checked, written with a backup, taken at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from ccr.config.problems import ConfigError, Problem
from ccr.config.saving import backups, document, schema
from ccr.config.saving.document import Changed, Document
from ccr.config.saving.secrets import mask, unmask
from ccr.errors import BadRequest, NoRoute, RouterError
from ccr.server.admin.api import Service
from ccr.server.examine import examine

T = TypeVar("T")

Whole = Annotated[
    dict[str, Any],
    Body(
        description="The whole configuration. Masked values (••••) keep the secret that stands there now.",
        openapi_examples={
            "one provider": {"value": {"Providers": [{"name": "ollama", "models": ["qwen3"]}]}}
        },
    ),
]


class Mistake(BaseModel):
    """One mistake or doubt; ``path`` is where it is, "" for the whole."""

    path: str
    message: str
    cure: str


class Verdict(BaseModel):
    """What is to be said of a configuration."""

    valid: bool
    problems: list[Mistake]
    warnings: list[Mistake]


class Saved(BaseModel):
    """What was done; ``backup`` is the file that holds what was there before."""

    success: bool
    message: str
    backup: str | None = None
    warnings: list[Mistake] = []
    restart: list[str] = Field([], description="Keys whose new values count from the next start")


class Kept(BaseModel):
    """A backup."""

    name: str
    time: str
    size: int


class Backups(BaseModel):
    """All of them, the newest first."""

    backups: list[Kept]


class Unusable(RouterError):
    """The file on the disk is not what it should be."""

    status = 409
    type = "invalid_request_error"


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["config"])

    def path() -> Path:
        return service.gateway.settings.path

    @router.get("/api/config")
    async def read() -> dict[str, Any]:
        """The configuration as it is written: variables by name, keys masked."""
        return await _off_the_loop(lambda: _shown(path()))

    @router.post("/api/config")
    async def write(config: Whole) -> Saved:
        """Checks the whole, keeps a backup, writes and takes it. With a mistake in it nothing is done."""
        return await _taken(service, await _off_the_loop(lambda: _written(path(), config)))

    @router.post("/api/config/validate")
    async def validate(config: Whole) -> Verdict:
        """Tells what is wrong with a configuration; nothing is written."""
        return await _off_the_loop(lambda: _verdict(path(), config))

    @router.get("/api/config/schema")
    async def json_schema() -> dict[str, Any]:
        """The JSON Schema of the configuration."""
        return await _off_the_loop(schema.document)

    @router.post("/api/config/backup")
    async def backup() -> Saved:
        """Keeps a copy of the file, whatever is in it."""
        made = await _off_the_loop(lambda: document.backup(path()))
        if made is None:
            raise NoRoute(f"There is no configuration file {path()}.")
        return Saved(success=True, message="The backup is made.", backup=str(made.path))

    @router.get("/api/config/backups")
    async def listed() -> Backups:
        """The backups there are."""
        found = await _off_the_loop(lambda: backups.listed(path()))
        return Backups(backups=[Kept(name=one.name, time=one.time, size=one.size) for one in found])

    @router.post("/api/config/backups/{name}/restore")
    async def restore(name: str) -> Saved:
        """Puts a backup in the place of the configuration, of which a backup is made before, and takes it."""
        return await _taken(service, await _off_the_loop(lambda: _restored(path(), name)))

    return router


async def _off_the_loop(work: Callable[[], T]) -> T:
    """The work done in a thread; what is wrong with the file is told as an answer."""
    try:
        return await asyncio.to_thread(work)
    except (ConfigError, Changed) as error:
        raise Unusable(str(error)) from None
    except RecursionError:
        raise BadRequest("The configuration is nested too deeply.") from None
    except OSError as error:
        raise Unusable(f"The configuration cannot be read or written: {error.strerror or error}.") from None


def _shown(path: Path) -> dict[str, Any]:
    shown: dict[str, Any] = mask(document.read(path).value)
    return shown


def _written(path: Path, config: dict[str, Any]) -> Saved:
    old, value = _unmasked(path, config)
    new = _become(old, value)
    report = examine(new, os.environ)
    if report.settings is None:
        raise _refused(report.problems)
    backup = document.save(new)
    where = str(backup.path) if backup else None
    return Saved(success=True, message="", backup=where, warnings=_mistakes(report.warnings))


def _verdict(path: Path, config: dict[str, Any]) -> Verdict:
    old, value = _unmasked(path, config)
    report = examine(_become(old, value), os.environ)
    return Verdict(
        valid=report.settings is not None,
        problems=_mistakes(report.problems),
        warnings=_mistakes(report.warnings),
    )


def _unmasked(path: Path, config: dict[str, Any]) -> tuple[Document, dict[str, Any]]:
    """The file as it is, and what was sent with its masks taken off."""
    old = document.read(path)
    value, problems = unmask(config, old.value)
    if problems:
        raise _refused(problems)
    return old, value


def _become(old: Document, value: dict[str, Any]) -> Document:
    try:
        return old.become(value)
    except ConfigError as error:
        raise _refused(error.problems) from None


def _restored(path: Path, name: str) -> Saved:
    try:
        restored, made = document.restore(path, name)
    except backups.NoBackup:
        raise NoRoute(
            f"There is no backup '{name}'; GET /api/config/backups tells which there are."
        ) from None
    report = examine(document.read(path), os.environ)
    return Saved(
        success=True,
        message=f"The configuration is as it was at {restored.time}.",
        backup=str(made.path) if made else None,
        warnings=_mistakes([*report.problems, *report.warnings]),
    )


async def _taken(service: Service, saved: Saved) -> Saved:
    """Lets the service take what was written, and says whether it did."""
    outcome = await service.reload()
    done = saved.message or "Configuration updated successfully."
    if not outcome.taken:
        return saved.model_copy(update={"message": f"{done} It is not in use yet: {outcome.why}"})
    later = f" {', '.join(outcome.restart)} will count from the next start." if outcome.restart else ""
    return saved.model_copy(
        update={"message": f"{done} It is in use.{later}", "restart": list(outcome.restart)}
    )


def _refused(problems: Iterable[Problem]) -> BadRequest:
    found = list(problems)
    details = {"problems": [mistake.model_dump() for mistake in _mistakes(found)]}
    return BadRequest(f"{ConfigError(found)}\nNothing was written.", details=details)


def _mistakes(problems: Iterable[Problem]) -> list[Mistake]:
    return [Mistake(path=one.path, message=one.message, cure=one.cure) for one in problems]
