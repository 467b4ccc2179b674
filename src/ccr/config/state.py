"""The Redis that replicas share their state in."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Redis:
    """Where it is: a ``url``, or its parts; and under which names we keep our things there."""

    url: str | None = field(default=None, repr=False)
    host: str | None = None
    port: int = 6379
    username: str = ""
    password: str = field(default="", repr=False)
    db: int = 0
    tls: bool = False
    prefix: str = "ccr:"
    timeoutMs: float = 50  # noqa: N815 - the file's own spelling
    """How long a request may wait for it, once, before the router goes on without it."""

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
