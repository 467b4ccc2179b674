"""A gateway's time in use: for new requests it ends when another takes over, for running ones with them."""

from __future__ import annotations

import asyncio

from ccr.gateway import Gateway
from ccr.server.messages import Messages


class Tenure:
    """Mutable state: how many requests use the gateway. Enter it with ``with``."""

    __slots__ = ("_closing", "_users", "gateway", "messages")

    def __init__(self, gateway: Gateway, messages: Messages) -> None:
        self.gateway = gateway
        self.messages = messages
        self._users = 0
        self._closing: asyncio.Future[None] | None = None

    def __enter__(self) -> Gateway:
        self._users += 1
        return self.gateway

    def __exit__(self, *_: object) -> None:
        self._users -= 1
        if not self._users and self._closing is not None and not self._closing.done():
            self._closing.set_result(None)

    async def end(self, patience: float) -> None:
        """Closes the gateway when its last request has ended, after so many seconds in any case."""
        try:
            if self._users:
                self._closing = asyncio.get_running_loop().create_future()
                await asyncio.wait({self._closing}, timeout=patience)
        finally:
            await self.gateway.close()
