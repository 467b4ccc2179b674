"""The sections ``Ledger`` and ``Database``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ccr.config import ledger as of


class _Open(BaseModel):
    """An object whose unknown keys are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Ledger(_Open):
    """How the ledger is kept."""

    enabled: bool = of.Ledger.enabled
    retentionDays: Annotated[float, Field(gt=0)] = of.Ledger.retentionDays  # noqa: N815 - the file's spelling
    maxMB: Annotated[float, Field(gt=0)] = of.Ledger.maxMB  # noqa: N815
    path: str | None = of.Ledger.path


def _known(url: str | None) -> str | None:
    if url and not of.is_known(url):
        raise ValueError(f"should begin with postgresql:// or sqlite:///, such as {of.KNOWN}")
    return url


class Database(_Open):
    """A database other than the SQLite file beside the configuration."""

    url: Annotated[str | None, Field(repr=False), AfterValidator(_known)] = None


SECTIONS: Mapping[str, type[BaseModel]] = {"Ledger": Ledger, "Database": Database}
