"""Where the rows of the ledger are kept, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ccr.config.problems import Problem

POSTGRES = ("postgresql", "postgres")
SQLITE = "sqlite"
KNOWN = f"{POSTGRES[0]}://user:password@host/database or sqlite:///path/of/a.db"


@dataclass(frozen=True)
class Ledger:
    """How the ledger is kept."""

    enabled: bool = True
    retentionDays: float = 90  # noqa: N815 - the file's own spelling
    maxMB: float = 512  # noqa: N815
    path: str | None = None
    """Of the SQLite file, from the configuration's folder; None: ``ccr.db`` there."""


@dataclass(frozen=True)
class Database:
    """A database other than the SQLite file beside the configuration."""

    url: str | None = field(default=None, repr=False)


class Chosen(NamedTuple):
    """The URL of the database, None for the usual file, and what is to be said about it."""

    url: str | None
    warnings: tuple[Problem, ...] = ()


def chosen(database: Database, ledger: Ledger, env: Mapping[str, str]) -> Chosen:
    """``CCR_DATABASE_URL``, what the file says, else ``DATABASE_URL``.

    The last is any program's variable: it neither wins over what the file says nor may it stop the service.
    """
    if url := env.get("CCR_DATABASE_URL"):
        return _from(url, "CCR_DATABASE_URL")
    if database.url or ledger.path:
        return Chosen(database.url)
    return _from(env.get("DATABASE_URL"), "DATABASE_URL")


def is_known(url: str) -> bool:
    """Whether the ledger can be kept there."""
    return scheme_of(url) in (*POSTGRES, SQLITE)


def scheme_of(url: str) -> str:
    """``postgresql+psycopg://…`` and the like are known by what stands before the plus."""
    return url.partition(":")[0].partition("+")[0].lower()


def _from(url: str | None, name: str) -> Chosen:
    if not url or is_known(url):
        return Chosen(url or None)
    said = f"is not used for the ledger, which knows PostgreSQL and SQLite, not {scheme_of(url)!r}."
    return Chosen(None, (Problem(name, said, f"Set CCR_DATABASE_URL to {KNOWN}, or Ledger.path."),))
