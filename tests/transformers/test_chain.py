"""Transformers are applied in order, batches stay together, everything is closed, and blame is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.events import Batch, Batches, BlockDelta, Event, Opaque, Ping
from ccr.anthropic.request import Body
from ccr.errors import Broken, ProxyFault
from ccr.transformers.chain import Chain
from ccr.transformers.contract import Events, Payload, Transformer
from ccr.transformers.enhancetool import EnhanceTool
from ccr.transformers.extrathinktag import ExtraThinkTag
from ccr.transformers.forcereasoning import ForceReasoning
from ccr.transformers.tooluse import ToolUse
from tests.transformers.streams import at, cut, stream, text

UNKNOWN = Opaque("news", b'event: news\ndata: {"type":"news"}\n\n')


class Mark(Transformer):
    """Writes its letter wherever it comes by."""

    def __init__(self, letter: str) -> None:
        self.letter = letter

    def request(self, body: Body) -> Body:
        body["model"] += self.letter
        return body

    def payload(self, payload: Payload) -> Payload:
        return {**payload, "seen": payload.get("seen", "") + self.letter}

    async def events(self, events: Events) -> AsyncIterator[Event]:
        async for event in events:
            yield Opaque(event.name + self.letter, b"x") if isinstance(event, Opaque) and event.raw else event


class Upstream:
    """Batches to come, and whether they were closed."""

    def __init__(self, *batches: Batch, failure: BaseException | None = None) -> None:
        self.to_come = batches
        self.failure = failure
        self.closed = False

    async def batches(self) -> Batches:
        try:
            for batch in self.to_come:
                yield batch
            if self.failure is not None:
                raise self.failure
        finally:
            self.closed = True


async def through(upstream: Upstream, *transformers: Transformer) -> list[Batch]:
    return [batch async for batch in Chain(transformers).events(upstream.batches())]


# The order


def test_out_in_order_and_back_in_the_opposite_order() -> None:
    chain = Chain([Mark("a"), Mark("b")])
    assert chain.request({"model": ""}) == {"model": "ab"}
    assert chain.payload({}) == {"seen": "ab"}
    (batch,) = asyncio.run(through(Upstream([UNKNOWN]), Mark("a"), Mark("b")))
    assert batch == [Opaque("newsba", b"x")]


class OnlyRequest(Transformer):
    def request(self, body: Body) -> Body:
        return body


class OnlyPayload(Transformer):
    def payload(self, payload: Payload) -> Payload:
        return payload


class OnlyEvents(Transformer):
    def events(self, events: Events) -> Events:
        return events


class Heir(OnlyEvents): ...


@pytest.mark.parametrize(
    ("transformers", "edits"),
    [
        ([], (False, False, False)),
        ([OnlyRequest()], (True, False, False)),
        ([OnlyPayload()], (False, True, False)),
        ([Heir()], (False, False, True)),
        ([OnlyRequest(), OnlyEvents()], (True, False, True)),
    ],
)
def test_it_edits_only_what_some_transformer_overrides(transformers: list[Transformer], edits: Any) -> None:
    """So that what nobody touches is relayed as the bytes it came in."""
    chain = Chain(transformers)
    assert (chain.edits_request, chain.edits_payload, chain.edits_events) == edits


# Batches

BUILTIN = [ExtraThinkTag, ForceReasoning, EnhanceTool, ToolUse]


@given(st.lists(st.lists(st.just(UNKNOWN), min_size=1, max_size=4), max_size=5))
def test_what_came_at_once_leaves_at_once(batches: list[Batch]) -> None:
    assert asyncio.run(through(Upstream(*batches), OnlyEvents(), Mark(""))) == [
        [Opaque("news", b"x")] * len(batch) for batch in batches
    ]


@pytest.mark.parametrize("kind", BUILTIN)
async def test_text_is_out_before_more_is_asked_for(kind: type[Transformer]) -> None:
    """No hook of ours holds back what a user waits to see."""
    seen: list[str] = []

    async def upstream() -> Batches:
        for event in cut(stream(text("hello")), [3]):
            seen.append("asked")
            yield [event]

    async for batch in Chain([at(kind())]).events(upstream()):
        seen += [event.delta["text"] for event in batch if isinstance(event, BlockDelta)]
    assert seen == ["asked", "asked", "asked", "hel", "asked", "lo", "asked", "asked", "asked"]


class Swallows(Transformer):
    """Lets only through what it knows; seams are lost in it."""

    async def events(self, events: Events) -> AsyncIterator[Event]:
        async for event in events:
            if isinstance(event, Ping):
                yield event


async def test_behind_a_hook_that_loses_seams_events_still_flow() -> None:
    """What is there is never held until the end of the answer."""
    upstream = Upstream([Ping()], [Ping()], [Ping(), Ping()])
    batches = Chain([Swallows()]).events(upstream.batches())
    assert [len(batch) async for batch in batches] == [2, 1, 1]


async def test_an_end_without_a_seam_loses_nothing() -> None:
    class Late(Transformer):
        async def events(self, events: Events) -> AsyncIterator[Event]:
            async for event in events:
                yield event
            yield UNKNOWN

    assert await through(Upstream([Ping()]), Late()) == [[Ping()], [UNKNOWN]]


# Closing


async def test_the_upstream_is_closed_when_the_client_leaves() -> None:
    upstream = Upstream([Ping()], [Ping()])
    batches = Chain([Mark("a"), ToolUse()]).events(upstream.batches())
    assert await anext(batches) == [Ping()]
    await batches.aclose()
    assert upstream.closed


async def test_the_upstream_is_closed_when_the_task_is_cancelled() -> None:
    asleep, closed = asyncio.Event(), False

    async def endless() -> Batches:
        nonlocal closed
        try:
            yield [Ping()]
            asleep.set()
            await asyncio.Event().wait()
        finally:
            closed = True

    async def consume() -> None:
        async for _ in Chain([Mark("a"), Mark("b")]).events(endless()):
            pass

    task = asyncio.create_task(consume())
    await asleep.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed


async def test_a_hook_that_ends_early_closes_the_upstream() -> None:
    class First(Transformer):
        async def events(self, events: Events) -> AsyncIterator[Event]:
            async for event in events:
                yield event
                return

    upstream = Upstream([Ping()], [Ping()])
    assert await through(upstream, First()) == [[Ping()]]
    assert upstream.closed


async def test_a_hook_that_will_not_close_hinders_nobody(caplog: pytest.LogCaptureFixture) -> None:
    class Stubborn(Transformer):
        async def events(self, events: Events) -> AsyncIterator[Event]:
            try:
                async for event in events:
                    yield event
            finally:
                raise OSError("no")

    upstream = Upstream([Ping()], [Ping()])
    batches = Chain([Stubborn()]).events(upstream.batches())
    await anext(batches)
    await batches.aclose()
    assert upstream.closed
    assert "stubborn" in caplog.text


# Blame


class Faulty(Transformer):
    """Fails wherever it can; the message of the failure is the user's business alone."""

    def request(self, body: Body) -> Body:
        raise KeyError(f"the user's secret: {body}")

    def payload(self, payload: Payload) -> Payload:
        raise KeyError(f"the user's secret: {payload}")

    async def events(self, events: Events) -> AsyncIterator[Event]:
        async for event in events:
            yield event
            raise KeyError("the user's secret")


def failing(hook: str, transformer: Transformer) -> None:
    if hook == "events":
        asyncio.run(through(Upstream([Ping()]), Mark("a"), transformer, Mark("b")))
    else:
        getattr(Chain([transformer]), hook)({})


@pytest.mark.parametrize("hook", ["request", "payload", "events"])
def test_a_failure_names_the_transformer_and_the_place_and_no_secret(
    hook: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = r"KeyError \(test_chain.py, line"
    with pytest.raises(ProxyFault, match=rf'"faulty" failed in {hook}\(\): {place}') as fault:
        failing(hook, Faulty())
    assert "secret" not in fault.value.message
    assert fault.value.status == 500
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "secret" in caplog.text


def test_the_log_shows_the_transformers_own_frames_only(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ProxyFault):
        failing("payload", Faulty())
    assert "in payload" in caplog.text
    assert "chain.py" not in caplog.text.replace("test_chain.py", "")


class Gives(Transformer):
    """Gives back what it was told to."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def request(self, body: Body) -> Any:
        del body
        return self.value

    payload = events = request  # type: ignore[assignment]


class GivesEvents(Gives):
    async def events(self, events: Events) -> AsyncIterator[Event]:  # type: ignore[override]
        del events
        yield self.value


async def nothing() -> None: ...


@pytest.mark.parametrize(
    ("hook", "transformer", "words"),
    [
        ("request", Gives(None), r'"gives" gave nothing in request\(\), which must give a dict'),
        ("payload", Gives([]), r'"gives" gave a list in payload\(\), which must give a dict'),
        ("payload", Gives(nothing()), r'"gives" gave a coroutine in payload\(\), which must give a dict'),
        ("events", Gives(None), r'"gives" gave nothing in events\(\), which must give an async iterator'),
        ("events", GivesEvents({}), r'"givesevents" gave a dict in events\(\), which must give an Event'),
    ],
)
def test_a_wrong_value_is_named(hook: str, transformer: Transformer, words: str) -> None:
    with pytest.raises(ProxyFault, match=words):
        failing(hook, transformer)


def test_a_hook_that_cannot_even_be_called_is_named() -> None:
    class Short(Transformer):
        def payload(self) -> Payload:  # type: ignore[override]
            return {}

        def events(self) -> Events:  # type: ignore[override]
            raise NotImplementedError

    with pytest.raises(ProxyFault, match=r'"short" failed in payload\(\): TypeError\.'):
        failing("payload", Short())
    with pytest.raises(ProxyFault, match=r'"short" failed in events\(\): TypeError\.'):
        failing("events", Short())


@pytest.mark.parametrize("failure", [Broken("gone"), ValueError("a bug elsewhere")])
def test_what_fails_upstream_is_blamed_on_no_transformer(failure: Exception) -> None:
    upstream = Upstream([Ping()], failure=failure)
    with pytest.raises(type(failure)) as caught:
        asyncio.run(through(upstream, Mark("a"), ToolUse()))
    assert caught.value is failure
    assert upstream.closed


def test_our_own_errors_are_a_transformers_to_raise() -> None:
    """So it may refuse a request in words for the client."""

    class Refuses(Transformer):
        def request(self, body: Body) -> Body:
            raise Broken(f"not today: {body['model']}")

    with pytest.raises(Broken, match="not today: m"):
        Chain([Refuses()]).request({"model": "m"})
