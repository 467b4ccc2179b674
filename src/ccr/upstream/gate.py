"""The commit gate: holds the first events of an answer until real content has come.

Until then an error inside a 200, silence or an empty answer is a failure like any other, and another target
may be asked. A healthy stream is not delayed: its first words go on as they come, what came before with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from ccr.anthropic.events import Batch, Batches, Event
from ccr.config.resilience import Gate
from ccr.errors import Broken, Unreachable
from ccr.upstream.content import PLAIN_ENDS, stop_reason, tokens

Last = bool | Callable[[], bool]
"""Whether nothing else is left, so that an empty answer is better than none; asked only when it is empty, and
in one step with what is decided then, so that nobody else takes the try that it counts on."""

LONG_MS = 15_000
"""By then the client has had the head and a ping (server/delivery.py): what is held may wait for more."""


class Empty(Broken):
    """The answer came to its end and says nothing."""


async def committed(batches: Batches, gate: Gate, *, last: Last = False) -> Batches:
    """The answer once it is sure to be one, its beginning in one batch. The caller closes it.

    Raises ``UpstreamError`` (``Empty`` for an answer without content), and has closed ``batches`` then.
    ``last``: nothing else is left, so that an empty answer is better than none.
    """
    if gate.hold_ms >= LONG_MS and gate.first_content_ms is None and not gate.slow_tokens_per_second:
        return await _first(batches, gate, last=last)
    hold = _Hold(batches, gate, last=last)
    try:
        await hold.released()
    except BaseException:
        await hold.close()
        raise
    return Begun(hold)


async def _first(batches: Batches, gate: Gate, *, last: Last) -> Batches:
    """The same where no time-out needs a task of its own; what is held too long goes with what comes."""
    loop = asyncio.get_running_loop()
    held, until = list[Event](), loop.time() + gate.hold_ms / 1000
    try:
        async for batch in batches:
            held += batch
            if any(map(tokens, batch)) or loop.time() > until:
                break
        else:
            check_whole(held, gate, last=last)
    except BaseException:
        await batches.aclose()
        raise
    return Resumed(held, batches)


def check_whole(events: Batch, gate: Gate, *, last: Last) -> None:
    """Raises ``Empty`` for an answer that is over, without content, although nothing says why."""
    if any(map(tokens, events)) or not gate.empty_fails or stop_reason(events) not in PLAIN_ENDS:
        return
    if not (last() if callable(last) else last):
        raise Empty("The provider's answer is empty: it ended without a word or a call.")


class _Hold:
    """Reads in a task of its own, so that time may run out without harm to what is being read."""

    def __init__(self, batches: Batches, gate: Gate, *, last: Last) -> None:
        self.held: Batch = []
        self.batches = batches
        self._gate = gate
        self._last = last
        self._said = 0.0
        self._over = self._begun = False
        self._loop = asyncio.get_running_loop()
        self._timers: list[asyncio.TimerHandle] = []
        self._decided: asyncio.Future[None] = self._loop.create_future()
        self.reader = self._loop.create_task(self._read())
        self.reader.add_done_callback(self._decide)

    async def released(self) -> None:
        """Waits until the events may go on. Raises why they may not."""
        if self._gate.first_content_ms is not None:
            self._after(self._gate.first_content_ms, self._late)
        self._after(self._gate.hold_ms, self._long_held)
        try:
            await self._decided
        finally:
            for timer in self._timers:
                timer.cancel()
        if self.reader.done() and self.reader.result():
            check_whole(self.held, self._gate, last=self._last)

    async def close(self) -> None:
        """Stops reading and closes what is read."""
        if not self._begun:  # a generator that has not begun runs none of its ends
            await asyncio.sleep(0)
        if not self.reader.done():
            self.reader.cancel()
            await asyncio.wait({self.reader})
        if not self.reader.cancelled():
            self.reader.exception()  # whoever had to know it was told
        await self.batches.aclose()

    async def _read(self) -> bool:
        """Holds what comes until it is enough, or was held long enough. Whether that was the whole answer."""
        self._begun = True
        async for batch in self.batches:
            self.held += batch
            if self._over or self._enough(batch):
                return False
        return True

    def _enough(self, batch: Batch) -> bool:
        said = sum(map(tokens, batch))
        if not said and not self._said:
            return False
        floor = self._gate.slow_tokens_per_second
        if floor and not self._said:
            self._after(self._gate.slow_after_ms, self._slow)
        self._said += said
        return self._said >= floor * self._gate.slow_after_ms / 1000

    # What time decides.

    def _after(self, milliseconds: float, action: Any) -> None:
        self._timers.append(self._loop.call_later(milliseconds / 1000, action))

    def _decide(self, _: object = None) -> None:
        if not self._decided.done():
            self._decided.set_result(None)

    def _fail(self, message: str) -> None:
        if not self._decided.done():
            self._decided.set_exception(Unreachable(message, status=504))

    def _long_held(self) -> None:
        """What there is goes out; where there is nothing, the first that comes."""
        self._over = True
        if self.held:
            self._decide()

    def _late(self) -> None:
        if not self._said:
            waited = (self._gate.first_content_ms or 0.0) / 1000
            self._fail(f"The provider gave no content within {waited:g} s.")

    def _slow(self) -> None:
        rate, floor = self._said / self._gate.slow_after_ms * 1000, self._gate.slow_tokens_per_second
        self._fail(f"The provider is too slow: {rate:.1f} tokens a second, not {floor:g}.")


class Resumed(AsyncGenerator[Batch, None]):
    """What was held, then the rest of it, without a step of its own for each further batch."""

    __slots__ = ("_held", "_rest")

    def __init__(self, held: Batch, rest: Batches) -> None:
        self._held = held
        self._rest = rest

    def __anext__(self) -> Any:
        return self._first() if self._held else self._rest.__anext__()

    async def _first(self) -> Batch:
        held, self._held = self._held, []
        return held

    async def asend(self, value: None) -> Batch:  # noqa: ARG002 - nothing is sent to an answer
        return await self.__anext__()  # type: ignore[no-any-return]

    async def athrow(self, *error: Any) -> Batch:
        return await self._rest.athrow(*error)

    async def aclose(self) -> None:
        self._held = []
        await self._rest.aclose()


class Begun(AsyncGenerator[Batch, None]):
    """What was held, then the rest. Not a generator function: one that never ran would close nothing."""

    __slots__ = ("_hold", "_rest")

    def __init__(self, hold: _Hold) -> None:
        self._hold = hold
        self._rest: Batches | None = None

    def __anext__(self) -> Any:
        return self._held() if self._rest is None else self._rest.__anext__()

    async def _held(self) -> Batch:
        hold = self._hold
        if not hold.held:
            await hold.reader
        if hold.reader.done():
            self._rest = hold.batches
        batch, hold.held = hold.held, []
        return batch or await anext(hold.batches)

    async def asend(self, value: None) -> Batch:  # noqa: ARG002 - nothing is sent to an answer
        return await self.__anext__()  # type: ignore[no-any-return]

    async def athrow(self, *error: Any) -> Batch:
        return await self._hold.batches.athrow(*error)

    async def aclose(self) -> None:
        self._rest = self._hold.batches
        await self._hold.close()
