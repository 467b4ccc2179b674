"""One answer that several clients may read: whoever is hungry and finds nobody reading reads on for all.

No task of its own and no queue: a batch that the only reader takes costs an append. All that reads happens in
the requests' own tasks, so a client that leaves while it reads for others stays until that one read is done.
"""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ccr.anthropic.events import Batch, Batches
from ccr.errors import Broken, Draining, RouterError
from ccr.exchange import Exchange
from ccr.upstream.attempt import Answer
from ccr.upstream.merged import merged

Start = Callable[[], Awaitable[Answer]]
"""Asks for an answer of one's own."""

MEASURED = 32
"""Batches after which the kept part is measured."""


class Reader(typing.Protocol):
    """One request at the answer."""

    left: Callable[[], object] | None
    """Cancels the request whose client has left; None while the client is there."""


class Flight:
    """An answer from before its start until all who read it are gone.

    ``largest``: bytes kept of it; ``grew`` is told how many more, or fewer, are kept.
    """

    def __init__(self, exchange: Exchange, largest: int, grew: Callable[[int], None]) -> None:
        self._grew = grew
        self.exchange = exchange
        self.readers: list[Reader] = []
        self.largest = largest
        self.size = 0
        """About how much memory the kept part takes, in bytes."""

        self.over = False
        self.error: RouterError | None = None
        self._answer: Answer | None = None
        self._source: Batches | None = None
        self._past: list[Batch] = []
        """What came before ``_base``, in few events; it is no more where that is not ``_kept_whole``."""

        self._kept_whole = True
        self._log: list[Batch] = []
        self._base = 0
        self._end = 0
        self._reading: Reader | None = None
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def from_the_start(self) -> bool:
        """Whether whoever comes now gets all of it."""
        return self._kept_whole and self.error is None

    @property
    def watched(self) -> bool:
        """Whether a client is there that waits for it."""
        return any(reader.left is None for reader in self.readers)

    def enter(self, reader: Reader) -> None:
        """The first one is to begin it; the others join."""
        if not self.readers and not self.over:
            self._reading = reader
        self.readers.append(reader)

    def leave(self, reader: Reader) -> None:
        """The request is over."""
        self.readers.remove(reader)
        if reader is self._reading:  # it was to begin and never did
            self._reading = None
            self._finish(asyncio.CancelledError())

    async def begin(self, reader: Reader, start: Start) -> Answer:
        """Starts it. Raises what fails, which the others hear too."""
        try:
            answer = await start()
        except BaseException as error:
            self._finish(error)
            raise
        finally:
            self._reading = None
        self._source, self._answer = answer.batches, answer
        self._wake()
        await self._parting(reader)
        answer.batches = self._batches(reader, self._source)
        return answer

    async def join(self, reader: Reader) -> Answer:
        """The same answer from its beginning, once there is one."""
        while self._answer is None and not self.over:
            await self._news()
        self._check()
        assert self._answer is not None
        assert self._source is not None
        return replace(self._answer, batches=self._from_the_start(reader, self._source))

    def dismiss(self) -> None:
        """Lets go of all whose clients have left, but for the one that reads: it goes when it has read."""
        for reader in self.readers:
            if reader is not self._reading:
                _cancel(reader)

    def dismiss_all(self) -> None:
        """Lets go of everybody: with the one that reads the upstream closes."""
        for reader in self.readers:
            _cancel(reader)

    def forget(self) -> None:
        """Keeps nothing any more for those who might come."""
        self._base, self._log = self._end, []
        self._past, self._kept_whole = [], False
        self.size = self.largest = 0

    def rest(self) -> None:
        """It is over and waits for whoever lost it: of the request only what tells it from others is kept."""
        self.exchange = replace(self.exchange, body={}, digest=None, adapt=None)

    async def close(self) -> None:
        if self._source is not None:
            await self._source.aclose()

    async def _from_the_start(self, reader: Reader, source: Batches) -> Batches:
        past, at = ([*self._past], self._base) if self._kept_whole else ([], 0)
        for batch in past:
            yield batch
        batches = self._batches(reader, source, at)
        try:
            async for batch in batches:
                yield batch
        finally:
            await batches.aclose()

    async def _batches(self, reader: Reader, source: Batches, at: int = 0) -> Batches:
        while True:
            if at < self._end:
                batch = self._kept(at)
            elif self.over:
                self._check()
                return
            elif self._reading is not None:
                await self._news()
                continue
            else:
                self._reading = reader
                try:
                    batch = await source.__anext__()
                except BaseException as error:
                    self._finish(error)
                    if self.error is None:
                        return
                    raise
                finally:
                    self._reading = None
                self._log.append(batch)
                self._end += 1
                if self._waiting:
                    self._wake()
                if self._end % MEASURED == 0:
                    self._measure()
                if reader.left is not None:
                    await self._parting(reader)
            at += 1
            yield batch

    def _kept(self, at: int) -> Batch:
        if at < self._base:
            raise Broken("The client read too slowly for an answer that it shared with another.", status=529)
        return self._log[at - self._base]

    async def _parting(self, reader: Reader) -> None:
        """Where others go on, a request whose client has left ends here, and not within the upstream."""
        if reader.left is not None and self.watched:
            _cancel(reader)
            await asyncio.sleep(0)

    def _finish(self, error: BaseException) -> None:
        self.over = True
        if isinstance(error, RouterError):
            self.error = error
        elif not isinstance(error, StopAsyncIteration):
            # Never a cancellation itself: its frames hold this flight.
            self.error = Draining("The answer that this request shared with another was cancelled.")
        self._measure()
        self._wake()

    def _check(self) -> None:
        """Raises what those hear of a failure who did not read it themselves."""
        if self.error is not None:
            raise self.error

    def _measure(self) -> None:
        """Counts what is kept, twice as much as came by wire; of too much the older half goes."""
        before = self.size
        if self._kept_whole:
            if self._log and len(self.readers) < 2:  # nobody is in the midst of it
                self._past.append(merged(self._log))
                self._base, self._log = self._end, []
            came = sum(tried.received for tried in self.exchange.tries)
            self.size = max(2 * came, 512 * (len(self._past) + len(self._log)))
        if self.size > self.largest or not self._kept_whole:
            self._past, self._kept_whole = [], False
            keep = len(self._log) // 2 if len(self.readers) > 1 else 0
            self._base, self._log = self._end - keep, self._log[len(self._log) - keep :]
            self.size = 1024 * keep
        self._grew(self.size - before)

    async def _news(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)


def _cancel(reader: Reader) -> None:
    """Once at most."""
    if reader.left is not None:
        cancel, reader.left = reader.left, _gone
        cancel()


def _gone() -> None:
    """It was cancelled already."""
