"""How agents ask: by the way that requests of clients go, with its routes, keys and fallbacks."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Awaitable, Callable

from ccr.anthropic.events import Batch, Batches, Event, Opaque
from ccr.anthropic.message import Assembler, replay
from ccr.anthropic.request import Body, Message
from ccr.errors import Unreachable
from ccr.exchange import Exchange, Target
from ccr.wire import json


class Answer(typing.Protocol):
    """An answer that has begun well."""

    @property
    def target(self) -> Target: ...

    @property
    def batches(self) -> Batches: ...


Send = Callable[[Exchange], Awaitable[Answer]]
"""Routes an exchange, unless it has its plan already, and sends it. Raises ``RouterError``."""

ROUTE_HEADER = "x-ccr-route"
_FORWARDED = ("anthropic-version",)


class Ask:
    """Asks models on behalf of one request of a client."""

    def __init__(self, send: Send, exchange: Exchange) -> None:
        self.send = send
        self._exchange = exchange
        self._count = 0

    async def __call__(self, body: Body, *, route: str = "", seconds: float = 120.0) -> Message:
        """The whole answer to ``body``, whose ``model`` is ``provider,model``.

        Where ``route`` is given, it names the route of ``Router`` to take instead: ``image``.
        Raises ``RouterError`` when there is no answer within so many seconds.
        """
        exchange = self._question({**body, "stream": False}, route)
        late = Unreachable(f"There was no whole answer within {seconds:g} s.", status=504)
        # Its account is made up while it is cancelled: the timer that is set first tells why before that.
        timer = asyncio.get_running_loop().call_later(seconds, setattr, exchange, "error", late)
        try:
            async with asyncio.timeout(seconds):
                answer = await self.send(exchange)
                return await assembled(answer.batches)
        except TimeoutError:
            raise late from None
        finally:
            timer.cancel()

    def _question(self, body: Body, route: str) -> Exchange:
        """The client's headers stay away: they say what kind of request the client's own was."""
        client = self._exchange.headers
        headers = {name: client[name] for name in _FORWARDED if name in client}
        return Exchange(
            raw=b"",
            body=body,
            headers=headers | ({ROUTE_HEADER: route} if route else {}),
            stream=False,
            session=self._exchange.session,
            client=self._exchange.client,
            id=self.next_id(),
            parent=self._exchange.id,
            edited=True,
        )

    def next_id(self) -> str:
        """The id of a further request: the client's own with a number behind it."""
        self._count += 1
        return f"{self._exchange.id}_{self._count}"


async def assembled(batches: Batches) -> Message:
    """The message that a whole answer makes. Closes the answer."""
    assembler = Assembler()
    try:
        async for batch in batches:
            for event in unfolded(batch):
                assembler.add(event)
    finally:
        await batches.aclose()
    return assembler.message()


def unfolded(batch: Batch) -> list[Event]:
    """The events of a batch; a JSON message that came instead of a stream becomes one."""
    events: list[Event] = []
    for event in batch:
        if isinstance(event, Opaque) and event.name == "message":
            events += replay(json.decode(event.raw))
        else:
            events.append(event)
    return events
