"""Who shares an answer, and until when: equal requests of one client and session, nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batches, Event
from ccr.anthropic.message import assemble
from ccr.config.resilience import Reconnect, SingleFlight
from ccr.errors import Broken, Draining, Overloaded, RouterError
from ccr.exchange import Exchange, Try, Verdict
from ccr.upstream.attempt import Answer
from ccr.upstream.sharing import Alone, Place, Sharing
from tests.upstream.streams import Source, begin, cut, end, text

EVENTS = [begin(), *text("One ", "two ", "three"), *end()]
BODY = b'{"messages":[{"role":"user","content":"' + b"Hi " * 100 + b'"}]}'


def asked(raw: bytes = BODY, session: str = "s", client: str = "", **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(raw, {"messages": []}, named, stream=True, session=session, client=client)


def sharing(single: bool = True, reconnect: bool = True, grace: float = 60, **more: Any) -> Sharing:
    return Sharing(SingleFlight(enabled=single), Reconnect(enabled=reconnect, grace_seconds=grace), **more)


class Client:
    """A request that reads its answer in a task of its own, as the server does."""

    def __init__(self, sharing: Sharing, source: Source, exchange: Exchange | None = None) -> None:
        self.exchange = exchange or asked()
        self.place: Place = sharing.enter(self.exchange)
        self.seen: list[Event] = []
        self.error: RouterError | None = None
        self.blocked = asyncio.Event()
        self.blocked.set()
        self._source = source
        self._left = False
        self.task = asyncio.ensure_future(self._run())

    async def _start(self) -> Answer:
        self.exchange.failed.append(Verdict("first", "429"))
        return Answer(None, {}, self._source.stream(), None)  # type: ignore[arg-type]

    async def _run(self) -> None:
        whole = False
        try:
            answer = await self.place.answer(self._start)
            await self._read(answer.batches)
            whole = True
        except RouterError as error:
            self.error = error
        finally:
            await self.place.done(delivered=whole and not self._left)

    async def _read(self, batches: Batches) -> None:
        try:
            async for batch in batches:
                self.seen += batch
                await self.blocked.wait()
        finally:
            await batches.aclose()

    def leave(self) -> None:
        self._left = True
        self.place.leave(self.task.cancel)

    async def end(self) -> list[Event]:
        await asyncio.wait({self.task})
        return self.seen


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def steady(then: Any = "end", turns: int = 2) -> Source:
    return Source(cut(EVENTS, ()), then=then, turns=turns)


@given(st.integers(0, 30), st.integers(0, 3), st.integers(2, 4))
def test_equal_requests_at_once_get_one_answer_each_from_its_beginning(
    wait: int, pace: int, count: int
) -> None:
    async def run() -> None:
        table, source, unasked = sharing(), steady(turns=pace + 1), steady()
        clients = [Client(table, source)]
        for _ in range(count - 1):
            await turns(wait % (len(EVENTS) * (pace + 1)))
            if clients[0].task.done():
                return
            clients.append(Client(table, unasked))
        for client in clients:
            assert await client.end() == EVENTS
            assert client.exchange.failed == [Verdict("first", "429")]
        assert [client.place.joined for client in clients] == [False] + [True] * (count - 1)
        assert (source.begun, source.closed, unasked.begun) == (1, 1, 0)
        assert not table._open

    asyncio.run(run())


@pytest.mark.parametrize(
    "other",
    [
        lambda: asked(client="bob"),
        lambda: asked(session="t"),
        lambda: asked(BODY.replace(b"Hi", b"Ho", 1)),
        lambda: asked(BODY + b" "),
        lambda: asked(anthropic_beta="more"),
        lambda: asked(anthropic_version="2026-10-21"),
        lambda: asked(x_ccr_route="other"),
        lambda: asked(x_claude_code_agent_id="a"),
    ],
)
async def test_other_requests_get_answers_of_their_own(other: Callable[[], Exchange]) -> None:
    table, sources = sharing(), (steady(), steady())
    clients = [Client(table, sources[0]), Client(table, sources[1], other())]
    for client in clients:
        assert await client.end() == EVENTS
    assert [source.begun for source in sources] == [1, 1]
    assert not clients[1].place.joined


async def test_headers_that_change_nothing_do_not_tell_requests_apart() -> None:
    table, source = sharing(), steady()
    first = Client(table, source, asked(x_stainless_retry_count="0"))
    assert Client(table, source, asked(user_agent="b")).place.joined
    await first.end()


async def test_an_answer_that_was_delivered_is_not_given_again() -> None:
    table, sources = sharing(), (steady(), steady())
    await Client(table, sources[0]).end()
    again = Client(table, sources[1])
    assert (again.place.joined, await again.end()) == (False, EVENTS)


async def test_whoever_comes_after_one_has_got_it_whole_asks_anew_though_another_reads_on() -> None:
    table, source = sharing(), steady()
    first, slow = Client(table, source), Client(table, source)
    slow.blocked.clear()
    await first.end()
    assert not Client(table, steady()).place.joined
    slow.blocked.set()
    assert await slow.end() == EVENTS
    assert source.closed == 1


@pytest.mark.parametrize("stuck", [0, 1])
async def test_a_slow_reader_does_not_slow_the_other(stuck: int) -> None:
    table, source = sharing(), steady()
    clients = [Client(table, source), Client(table, source)]
    clients[stuck].blocked.clear()
    assert await clients[1 - stuck].end() == EVENTS
    assert len(clients[stuck].seen) == 1
    clients[stuck].blocked.set()
    assert await clients[stuck].end() == EVENTS
    assert (source.begun, source.closed) == (1, 1)


@given(st.integers(0, 25), st.integers(0, 1))
def test_the_answer_goes_on_for_the_other_when_one_leaves_at_any_moment(wait: int, leaver: int) -> None:
    async def run() -> None:
        table, source = sharing(), steady()
        clients = [Client(table, source), Client(table, source)]
        await turns(wait)
        clients[leaver].leave()
        assert await clients[1 - leaver].end() == EVENTS
        await clients[leaver].end()
        assert (source.begun, source.closed) == (1, 1)
        assert not table._open

    asyncio.run(run())


@given(st.integers(0, 25))
def test_who_comes_back_within_the_grace_gets_all_of_it(wait: int) -> None:
    async def run() -> None:
        table, source = sharing(), steady()
        first = Client(table, source)
        await turns(wait)
        if first.task.done():
            return
        first.leave()
        await turns(wait // 3)
        second = Client(table, source)
        assert second.place.joined
        assert assemble(await second.end()) == assemble(EVENTS)
        await first.end()
        assert (source.begun, source.closed) == (1, 1)
        assert not table._open

    asyncio.run(run())


@pytest.mark.parametrize("grace", [0.0, 0.001])
async def test_after_the_grace_the_upstream_is_closed(grace: float) -> None:
    table, source = sharing(grace=grace), steady(then="hang")
    client = Client(table, source)
    await turns()
    client.leave()
    await client.end()
    assert client.task.cancelled()
    assert (source.closed, table._open) == (1, {})


async def test_an_answer_that_ended_undelivered_is_kept_for_the_one_who_asks_again() -> None:
    table, source = sharing(), steady()
    first = Client(table, source)
    await turns(4)
    first.leave()
    await first.end()
    assert source.closed == 1
    again = Client(table, source)
    assert (again.place.joined, assemble(await again.end())) == (True, assemble(EVENTS))
    assert not Client(table, steady()).place.joined


async def test_it_is_not_kept_longer_than_said() -> None:
    table = Sharing(SingleFlight(), Reconnect(grace_seconds=60, keep_seconds=0.001))
    first = Client(table, steady())
    await turns(4)
    first.leave()
    await first.end()
    assert table._open
    await asyncio.sleep(0.01)
    assert (table._open, table._size) == ({}, 0)


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    for source in (steady(then=Broken("torn")), Source([], then=Broken("torn"))):
        table = sharing()
        clients = [Client(table, source), Client(table, source)]
        await turns(3)
        for client in clients:
            await client.end()
            assert client.error is not None
            assert client.error.message == "torn"
        assert (source.closed, table._open) == (1, {})


async def test_a_failure_to_start_is_told_to_all() -> None:
    class Refused(Source):
        def stream(self) -> Batches:
            raise Overloaded("busy", status=429)

    table, source = sharing(), Refused([])
    clients = [Client(table, source), Client(table, source)]
    for client in clients:
        await client.end()
        assert isinstance(client.error, Overloaded)
    assert not table._open


async def test_who_waits_for_a_request_that_the_server_ends_hears_of_it() -> None:
    table, source = sharing(), steady(then="hang")
    clients = [Client(table, source), Client(table, source)]
    await turns(40)
    clients[0].task.cancel()
    clients[1].task.cancel()
    await clients[0].end()
    await clients[1].end()
    assert (source.closed, table._open) == (1, {})
    table, source = sharing(), steady(then="hang")
    clients = [Client(table, source), Client(table, source)]
    await turns(3)
    clients[0].task.cancel()
    await clients[1].end()
    assert isinstance(clients[1].error, Draining)
    assert (source.closed, table._open) == (1, {})


async def test_each_half_can_be_switched_off() -> None:
    neither = sharing(single=False, reconnect=False)
    assert isinstance(neither.enter(asked()), Alone)
    source = steady()
    client = Client(neither, source)
    await turns(4)
    client.leave()
    await client.end()
    assert (client.task.cancelled(), source.closed) == (True, 1)
    no_return, source = sharing(reconnect=False), steady()
    first = Client(no_return, source)
    await turns(4)
    assert Client(no_return, source).place.joined
    first.leave()
    await turns()
    only_return, source = sharing(single=False), steady()
    first = Client(only_return, source)
    second = Client(only_return, steady())
    assert not second.place.joined
    second.leave()
    assert Client(only_return, steady()).place.joined


async def test_a_request_alone_sees_its_own_answer() -> None:
    client = Client(sharing(single=False, reconnect=False), steady())
    assert await client.end() == EVENTS


def heavy(exchange: Exchange, size: int) -> Exchange:
    exchange.tries.append(Try(None, received=size))  # type: ignore[arg-type]
    return exchange


async def test_of_a_long_answer_nothing_is_kept_and_nobody_joins_it() -> None:
    source = Source([[event] for event in EVENTS] * 10, turns=1)
    table = sharing(largest=1000)
    first = Client(table, source, heavy(asked(), 4000))
    await turns(100)
    assert not Client(table, steady()).place.joined
    assert await first.end() == EVENTS * 10
    assert (source.closed, table._size) == (1, 0)


async def test_who_falls_far_behind_a_shared_answer_is_told_so() -> None:
    source = Source([[event] for event in EVENTS] * 10, turns=1)
    table = sharing(largest=1000)
    first, slow = Client(table, source, heavy(asked(), 4000)), Client(table, source)
    slow.blocked.clear()
    assert await first.end() == EVENTS * 10
    slow.blocked.set()
    await slow.end()
    assert isinstance(slow.error, Broken)
    assert "too slowly" in slow.error.message


async def test_of_many_answers_the_oldest_are_kept_no_more() -> None:
    table = sharing(largest_of_all=100_000)
    sources = [steady() for _ in range(10)]
    for number, source in enumerate(sources):
        client = Client(table, source, heavy(asked(session=str(number)), 10_000))
        await turns(4)
        client.leave()
        await client.end()
    assert 0 < table._size <= 100_000
    assert not Client(table, steady(), asked(session="0")).place.joined
    assert Client(table, steady(), asked(session="9")).place.joined
    await turns(40)
