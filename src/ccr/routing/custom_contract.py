"""What a custom router is given, and what the languages it may be written in have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from ccr.anthropic.request import Body
from ccr.exchange import Exchange
from ccr.wire import json

FIELDS = ("body", "headers", "token_count", "session_id")


class Request(Mapping[str, Any]):
    """A request as custom routers see it: ``request.body`` or, as in a dict, ``request["body"]``."""

    headers: Mapping[str, str]
    """The client's headers, names in lower case."""

    token_count: int
    """Input tokens, estimated."""

    session_id: str | None
    """The client's session, where it names one."""

    edited: bytes | None = None
    """The body's JSON, where the custom router has changed it."""

    def __init__(self, exchange: Exchange, token_count: int) -> None:
        self.headers = exchange.headers
        self.token_count = token_count
        self.session_id = exchange.session
        self._exchange = exchange

    @cached_property
    def body(self) -> Body:
        """The Messages request, one's own: what is changed in it is sent on so."""
        return self._exchange.fresh()

    @property
    def raw(self) -> bytes:
        """The body's JSON as it came."""
        return json.encode(self._exchange.body) if self._exchange.edited else self._exchange.raw

    def settle(self) -> None:
        """Notes whether ``body`` has been changed."""
        if "body" in vars(self) and self.body != self._exchange.body:
            self.edited = json.encode(self.body)

    def __getitem__(self, name: str) -> Any:
        if name not in FIELDS:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(FIELDS)

    def __len__(self) -> int:
        return len(FIELDS)


class Failed(Exception):
    """The custom router has no answer. The text says why, for the user."""


class Script(Protocol):
    """A file with a custom router."""

    def load(self) -> None:
        """Before the first request: raises ``Failed`` where the file plainly cannot be used as it is."""

    async def ask(self, request: Request) -> object:
        """What the user's function gave. Raises ``Failed``."""

    def overdue(self) -> None:
        """An answer has not come in time, and nobody waits for it any more."""

    async def close(self) -> None:
        """Ends what runs beside the service."""
