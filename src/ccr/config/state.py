"""What the file says of the Redis that replicas share their state in."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMES = ("redis", "rediss", "unix")


class Redis(BaseModel):
    """Where it is: a ``url``, or its parts; and under which names we keep our things there."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    url: str | None = Field(None, repr=False)
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 6379
    username: str = ""
    password: str = Field("", repr=False)
    db: Annotated[int, Field(ge=0)] = 0
    tls: bool = False
    prefix: str = "ccr:"
    timeoutMs: Annotated[float, Field(gt=0, le=10_000)] = 50  # noqa: N815 - the file's own spelling
    """How long a request may wait for it, once, before the router goes on without it."""

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

    @property
    def address(self) -> str:
        """The complete URL, secrets and all."""
        if self.url:
            return self.url
        who = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@" if self.password else ""
        host = f"[{self.host}]" if ":" in str(self.host) else self.host
        return f"redis{'s' if self.tls else ''}://{who}{host}:{self.port}/{self.db}"

    @property
    def shown(self) -> str:
        """Where it is, for logs and people."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


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
