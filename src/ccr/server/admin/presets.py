"""Presets of configuration over HTTP: listed, told about, installed, answered, taken away."""

from __future__ import annotations

import asyncio
import base64
import binascii
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ccr.config import installed
from ccr.config.problems import ConfigError, Problem
from ccr.config.saving.spotting import DOTS
from ccr.config.settings import Settings
from ccr.config.sharing import fetching, installing
from ccr.config.sharing.details import details
from ccr.config.sharing.installing import Taken
from ccr.config.sharing.limits import NotUsable
from ccr.config.sharing.questions import answered
from ccr.errors import BadRequest, NoRoute, RouterError
from ccr.server.admin.api import Service
from ccr.server.admin.config import Mistake

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds for a repository, while somebody waits for the answer."""


class Metadata(BaseModel):
    """What a preset tells of itself; ``id`` is its folder."""

    id: str
    name: str
    version: str | None = None
    description: str | None = None
    author: str | None = None
    homepage: str | None = None
    repository: str | None = None
    license: str | None = None
    keywords: list[str] = []
    ccrVersion: str | None = None  # noqa: N815 - as the original's manifest has it
    source: str | None = None
    sourceType: str | None = None  # noqa: N815
    checksum: str | None = None
    installed: bool = True


class Presets(BaseModel):
    presets: list[Metadata]


class Details(BaseModel):
    """A preset without its secrets: ``config`` is what its answers make of it."""

    metadata: dict[str, Any]
    config: dict[str, Any]
    schema_: list[dict[str, Any]] = Field(alias="schema")
    template: Any = None
    configMappings: Any = None  # noqa: N815
    userValues: dict[str, Any]  # noqa: N815
    code: list[str] = Field(description="Files that run when it is used")
    problems: list[Mistake] = Field(description="Why it cannot be used; empty when it can")


class Install(BaseModel):
    """One of ``source``, ``zip`` and ``manifest`` says what is installed."""

    source: str | None = Field(None, max_length=2000, description="https address of a git repository")
    zip: str | None = Field(None, description="A zip, in base64")
    manifest: dict[str, Any] | None = Field(None, description="A manifest alone")
    name: str | None = Field(None, description="What to call it; as the manifest says when not given")
    values: dict[str, Any] = Field({}, description="Answers to its questions, by id")
    replace: bool = False


class Answers(BaseModel):
    """Answers by the questions' ids. Masked ones (••••) stay as they are."""

    secrets: dict[str, Any] = {}


class Done(BaseModel):
    success: bool = True
    message: str
    presetName: str  # noqa: N815
    problems: list[Mistake] = Field([], description="Why it cannot be used; empty when it can")


class Conflict(RouterError):
    """There is one of that name."""

    status = 409
    type = "invalid_request_error"


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["presets"])

    @router.get("/api/presets")
    async def presets() -> Presets:
        """Those that are installed."""
        return await _off_the_loop(lambda: _listed(_folder(service)))

    @router.get("/api/presets/{name}", response_model_by_alias=True)
    async def preset(name: str) -> Details:
        """One with its questions and answers."""
        return await _off_the_loop(lambda: _details(service.gateway.settings, name))

    @router.post("/api/presets/install")
    async def install(asked: Install) -> Done:
        """Installs one. What brings code or settings of Claude Code only `ccr preset install` takes."""
        return await _off_the_loop(lambda: _installed(service.gateway.settings, asked))

    @router.post("/api/presets/{name}/apply")
    async def apply(name: str, answers: Answers) -> Done:
        """Keeps answers; the preset is used with them from the next request on."""
        return await _off_the_loop(lambda: _answered(service.gateway.settings, name, answers.secrets))

    @router.delete("/api/presets/{name}")
    async def delete(name: str) -> Done:
        """Takes one away, with its answers and all its files."""
        return await _off_the_loop(lambda: _deleted(_folder(service), name))

    return router


async def _off_the_loop(work: Callable[[], T]) -> T:
    """The work done in a thread; what is wrong with a preset is told as an answer."""
    try:
        return await asyncio.to_thread(work)
    except (NotUsable, ConfigError) as error:
        raise BadRequest(str(error)) from None
    except Taken as error:
        raise Conflict(f"{error} With replace: true it is replaced.") from None
    except RecursionError:
        raise BadRequest("The preset is nested too deeply.") from None
    except (OSError, UnicodeEncodeError) as error:
        why = getattr(error, "strerror", None) or "a name or text in it cannot be kept"
        raise BadRequest(f"The preset cannot be read or written: {why}.") from None


def _folder(service: Service) -> Path:
    return installed.folder_of(service.gateway.settings)


def _listed(folder: Path) -> Presets:
    return Presets(
        presets=[_metadata(name, folder / name / installed.FILE) for name in installed.names(folder)]
    )


def _metadata(name: str, path: Path) -> Metadata:
    """As much of it as is of the right kind."""
    told = installing.about(path)
    words = told.pop("keywords", None)
    texts = {key: value for key, value in told.items() if isinstance(value, str)}
    kept = [word for word in words if isinstance(word, str)] if isinstance(words, list) else []
    return Metadata(**{"name": name, **texts, "id": name, "keywords": kept})


def _path(folder: Path, name: str) -> Path:
    if (path := installed.find(folder, name)) is None:
        raise NoRoute(f"There is no preset '{name[:100]}'; GET /api/presets tells which there are.")
    return path


def _details(settings: Settings, name: str) -> Details:
    path = _path(installed.folder_of(settings), name)
    manifest = installing.manifest_in(path.parent)
    return Details(**details(manifest, path.parent, _problems(settings, path)))


def _installed(settings: Settings, asked: Install) -> Done:
    if sum(one is not None for one in (asked.source, asked.zip, asked.manifest)) != 1:
        raise BadRequest("Say what is to be installed: one of source, zip and manifest.")
    with tempfile.TemporaryDirectory(prefix="ccr-preset-") as scratch:
        folder = _fetched(asked, Path(scratch) / "it")
        manifest = asked.manifest if folder is None else installing.manifest_in(folder)
        assert manifest is not None
        if folder is not None and (code := installing.code_in(folder)):
            raise _only_by_command(f"code ({', '.join(code[:5])})")
        name = asked.name or _named(manifest)
        values = _values(manifest, asked.values, settings)
        told = {"source": asked.source} if asked.source else {}
        whole = {**manifest, **told, **({"userValues": values} if values else {})}
        if installing.changes_client(whole):
            raise _only_by_command("settings of Claude Code")
        path = installing.put(installed.folder_of(settings), name, whole, folder, over=asked.replace)
    return _done(settings, path, "Preset installed successfully")


def _only_by_command(what: str) -> BadRequest:
    """Whoever reaches the service must not run commands as its user."""
    return BadRequest(f"It brings {what}: `ccr preset install` takes such presets.")


def _fetched(asked: Install, place: Path) -> Path | None:
    """The folder of what is sent or named; None for a manifest alone. Raises ``NotUsable``."""
    if asked.zip is not None:
        try:
            return fetching.unpack_bytes(base64.b64decode(asked.zip, validate=True), place)
        except (binascii.Error, ValueError) as error:
            raise error if isinstance(error, NotUsable) else NotUsable("zip is no base64.") from None
    if asked.source is None:
        return None
    if not asked.source.startswith("https://") or not fetching.is_git(asked.source):
        raise NotUsable("source must be the https address of a git repository.")
    fetching.cloned(asked.source, place, PATIENCE)
    return fetching.root(place)


def _named(manifest: Mapping[str, Any]) -> str:
    name = manifest.get("name")
    if not isinstance(name, str) or not name:
        raise NotUsable("The manifest has no name: give one.")
    return name


def _values(manifest: Mapping[str, Any], given: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The answers, checked; masked ones are those there were. Raises ``BadRequest`` with all mistakes."""
    kept = {key: value for key, value in given.items() if not (isinstance(value, str) and DOTS in value)}
    values, problems = answered(manifest, kept, settings.raw)
    if problems:
        said = "; ".join(f"{one.path} {one.message} {one.cure}".strip() for one in problems)
        found = [mistake.model_dump() for mistake in _mistakes(problems)]
        raise BadRequest(f"The preset's questions have no good answers: {said}", details={"problems": found})
    return values


def _answered(settings: Settings, name: str, given: Mapping[str, Any]) -> Done:
    path = _path(installed.folder_of(settings), name)
    if installing.changes_client(dict(given)):
        raise _only_by_command("settings of Claude Code")
    installing.answer(path, _values(installing.manifest_in(path.parent), given, settings))
    return _done(settings, path, "Preset applied successfully")


def _deleted(folder: Path, name: str) -> Done:
    path = _path(folder, name)
    installing.remove(path)
    return Done(message="Preset deleted successfully", presetName=path.parent.name)


def _done(settings: Settings, path: Path, message: str) -> Done:
    problems = _mistakes(_problems(settings, path))
    later = ". It cannot be used yet: see problems" if problems else ""
    return Done(message=message + later, presetName=path.parent.name, problems=problems)


def _problems(settings: Settings, path: Path) -> tuple[Problem, ...]:
    try:
        installed.load(path, settings)
    except ConfigError as error:
        return error.problems
    return ()


def _mistakes(problems: tuple[Problem, ...] | list[Problem]) -> list[Mistake]:
    return [Mistake(path=one.path, message=one.message, cure=one.cure) for one in problems]
