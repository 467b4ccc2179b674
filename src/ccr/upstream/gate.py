"""The commit gate: holds the first events of an answer until real content has come.

Until then an error inside a 200, silence or an empty answer is a failure like any other, and another target
may be asked. A healthy stream is not delayed: its first words go on as they come, what came before with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from ccr.anthropic.events import Batch, Batches
from ccr.config.resilience import Gate
from ccr.errors import Broken, Unreachable
from ccr.upstream.content import PLAIN_ENDS, stop_reason, tokens


class Empty(Broken):
    """The answer came to its end and says nothing."""


async def committed(batches: Batches, gate: Gate, *, last: bool = False) -> Batches:
    """The answer once it is sure to be one, its beginning in one batch. The caller closes it.

    Raises ``UpstreamError`` (``Empty`` for an answer without content), and has closed ``batches`` then.
    ``last``: nothing else is left, so that an empty or slow answer is better than none.
    """
    hold = _Hold(batches, gate, last=last)
    try:
        await hold.released()
    except BaseException:
        await hold.close()
        raise
    return Begun(hold)


class _Hold:
    """Reads in a task of its own, so that time may run out without harm to what is being read."""

    def __init__(self, batches: Batches, gate: Gate, *, last: bool) -> None:
        self.held: Batch = []
        self.batches = batches
        self._gate = gate
        self._last = last
        self._said = 0.0
        self._over = False
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
            self._check_whole()

    async def close(self) -> None:
        """Stops reading and closes what is read."""
        if not self.reader.done():
            self.reader.cancel()
            await asyncio.wait({self.reader})
        if not self.reader.cancelled():
            self.reader.exception()  # whoever had to know it was told
        await self.batches.aclose()

    async def _read(self) -> bool:
        """Holds what comes until it is enough, or was held long enough. Whether that was the whole answer."""
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

    def _check_whole(self) -> None:
        empty = not self._said and stop_reason(self.held) in PLAIN_ENDS
        if empty and self._gate.empty_fails and not self._last:
            raise Empty("The provider's answer is empty: it ended without a word or a call.")

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
        if self._last:
            self._over = True
            self._decide()
        else:
            rate, floor = self._said / self._gate.slow_after_ms * 1000, self._gate.slow_tokens_per_second
            self._fail(f"The provider is too slow: {rate:.1f} tokens a second, not {floor:g}.")


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
