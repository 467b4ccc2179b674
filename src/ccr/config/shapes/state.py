"""The section ``Redis``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ccr.config import state as of

SCHEMES = ("redis", "rediss", "unix")


class Redis(BaseModel):
    """Where it is: a ``url``, or its parts; and under which names we keep our things there."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    url: str | None = Field(None, repr=False)
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = of.Redis.port
    username: str = of.Redis.username
    password: str = Field("", repr=False)
    db: Annotated[int, Field(ge=0)] = of.Redis.db
    tls: bool = of.Redis.tls
    prefix: str = of.Redis.prefix
    timeoutMs: Annotated[float, Field(gt=0, le=10_000)] = of.Redis.timeoutMs  # noqa: N815 - the file's own spelling

    @model_validator(mode="after")
    def _somewhere(self) -> Redis:
        if not self.url and not self.host:
            raise ValueError('needs a "url", such as "redis://127.0.0.1:6379/0", or a "host"')
        if self.url and (wrong := _mistake(self.url)):
            raise ValueError(f'has an "url" that {wrong}')
        if find_spec("redis") is None:
            raise ValueError(
                "needs a package that is not installed. Install it: pip install 'ccrouter[redis]'"
            )
        return self


def overridden(section: Any, url: str | None) -> Any:
    """The section with what ``REDIS_URL`` says instead."""
    if not url:
        return section
    return {**(section if isinstance(section, dict) else {}), "url": url}


def given(section: Any) -> Any:
    """An object without keys that say nothing; None where it says nothing at all. A text is its ``url``."""
    if isinstance(section, str):
        section = {"url": section}
    if not isinstance(section, dict):
        return section
    return {key: value for key, value in section.items() if value not in ("", None)} or None


def _mistake(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "cannot be read"
    if parts.scheme not in SCHEMES:
        return f"begins with none of {', '.join(f'{scheme}://' for scheme in SCHEMES)}"
    return "" if parts.hostname or parts.scheme == "unix" else "names no host"
