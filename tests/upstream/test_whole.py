"""A client that does not stream gets the whole answer or none; what broke off may be asked of another."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Event, Opaque, Ping
from ccr.config.resilience import Gate
from ccr.errors import Broken
from ccr.upstream.gate import Empty
from ccr.upstream.whole import whole
from tests.upstream.streams import Source, all_of, begin, cut, end, relayed, text, tool

ANSWER = [begin(), *text("One ", "two"), *tool('{"a', '":1}', index=1), *end(), Ping()]


async def read(source: Source) -> list[Event]:
    return await all_of(await whole(source.stream(), Gate(), last=True))


@given(st.lists(st.integers(1, 6)), st.booleans())
def test_all_of_it_comes_at_once(sizes: list[int], relay: bool) -> None:
    events = relayed(ANSWER) if relay else ANSWER
    source = Source(cut(events, sizes))
    assert asyncio.run(read(source)) == events
    assert source.closed == 1


async def test_a_message_in_one_piece_is_whole() -> None:
    message = Opaque("message", b'{"type":"message","content":[]}')
    assert await read(Source([[message]])) == [message]


@given(st.integers(0, len(ANSWER) - 2), st.booleans(), st.booleans())
def test_what_breaks_off_anywhere_is_a_failure(length: int, relay: bool, torn: bool) -> None:
    events = (relayed(ANSWER) if relay else ANSWER)[:length]
    source = Source(cut(events, ()), then=Broken("torn") if torn else "end")
    with pytest.raises(Broken):
        asyncio.run(read(source))
    assert source.closed == 1


@given(st.integers(1, 30))
def test_whoever_leaves_before_the_end_leaves_nothing_open(steps: int) -> None:
    source = Source(cut(ANSWER, ()), then="hang", turns=2)

    async def leave() -> None:
        task = asyncio.ensure_future(read(source))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(leave())
    assert source.closed == source.begun


async def test_an_answer_that_says_nothing_is_none_while_something_is_left() -> None:
    source = Source(cut([begin(), *end()], ()))
    with pytest.raises(Empty):
        await whole(source.stream(), Gate())
    assert source.closed == 1
