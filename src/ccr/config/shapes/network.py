"""``NO_PROXY`` and ``TLS`` as they may be written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ccr.config.network import names


def _names(value: Any) -> Any:
    return names(value) if isinstance(value, str) else value


Hosts = Annotated[list[str], BeforeValidator(_names)]


class Tls(BaseModel):
    """``tls`` of a provider, or of the whole file. Paths are PEM files, meant from the file's folder."""

    model_config = ConfigDict(extra="allow", frozen=True)

    ca: str | None = None
    """Certificates to trust beside the system's: a file, or a folder of hashed names."""

    cert: str | None = None
    """The certificate we show, with its chain."""

    key: str | None = None
    """Its key, where it does not stand in the same file."""

    verify: bool | None = None
