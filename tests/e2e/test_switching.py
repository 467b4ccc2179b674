"""A session that moves from provider to provider: nobody is given what another signed, and nothing is lost.

Each fake refuses what the real provider refuses. ``CCR_SWITCHING_EXAMPLES`` is the number of conversations
that are tried (400); ten thousand take some minutes.
"""

from __future__ import annotations

import asyncio
import json
import os
from itertools import count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccr.anthropic.events import read
from ccr.anthropic.message import replay
from ccr.wire.sse import Splitter
from tests.e2e.router import router
from tests.e2e.switching.client import THINKING, Client
from tests.e2e.switching.script import Answered, Given, Piece, Said, Text, Thought, Use, uses
from tests.e2e.switching.world import PLACES, InMemory, Place, Wire, World, config
from tests.e2e.upstream import FakeUpstream
from tests.grammar import check

EXAMPLES = int(os.environ.get("CCR_SWITCHING_EXAMPLES", "400"))
pytestmark = pytest.mark.timeout(60 + EXAMPLES)


SESSIONS = count(1)
"""One process, many conversations."""


class Step(NamedTuple):
    """One turn: who answers, what the model says, and what the client makes of it."""

    place: int
    stream: bool = True
    cut: int = 1 << 20
    """How many bytes of the answer come at once."""
    thinks: bool = True
    speaks: bool = True
    calls: tuple[tuple[int, int], ...] = ()
    """Which tool is called, and how the id is worded."""
    thinks_between: bool = False
    speaks_after: bool = False
    keeps: bool = True
    """The client keeps what was thought."""
    failed: bool = False
    turned: bool = False
    """The results come in the opposite order."""
    apart: bool = False
    asks: bool = False
    """The user says something beside the results."""
    reminded: bool = False
    down: int | None = None
    """Who was asked before, in vain."""


ANY_PLACE = st.integers(0, len(PLACES) - 1)


def steps_at(place: st.SearchStrategy[int]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        place=place,
        stream=st.booleans(),
        cut=st.sampled_from([1 << 20, 50]),
        thinks=st.booleans(),
        speaks=st.booleans(),
        calls=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=3).map(tuple),
        thinks_between=st.booleans(),
        speaks_after=st.booleans(),
        keeps=st.booleans(),
        failed=st.booleans(),
        turned=st.booleans(),
        apart=st.booleans(),
        asks=st.booleans(),
        reminded=st.booleans(),
        down=st.none() | ANY_PLACE,
    )


@st.composite
def journeys(draw: st.DrawFn) -> list[Step]:
    """Few providers, that a session may come back to each, in any order."""
    places = draw(st.lists(ANY_PLACE, min_size=1, max_size=4, unique=True))
    return draw(st.lists(steps_at(st.sampled_from(places)), min_size=2, max_size=8))


GEMINI_3 = next(n for n, place in enumerate(PLACES) if place.target == "gemini,gemini-3-pro-preview")
ONE, OTHER = (Step(n, calls=((0, 0),)) for n, place in enumerate(PLACES) if place.protocol == "anthropic")
BETWEEN = Step(GEMINI_3, calls=((0, 0), (1, 0)), thinks_between=True, speaks_after=True, keeps=False)


class Script:
    """Makes the words of a conversation, each once."""

    def __init__(self) -> None:
        self._words = count(1)
        self._calls = count(1)

    def said(self, step: Step, place: Place) -> Said:
        pieces: list[Piece] = []
        if step.thinks:
            pieces.append(Thought(self.word("think")))
        if step.speaks or not step.calls:
            pieces.append(Text(self.word("say")))
        forms = place.fake.ids
        for nth, (tool, form) in enumerate(step.calls):
            if nth and step.thinks and step.thinks_between:
                pieces.append(Thought(self.word("think")))
            n = next(self._calls)
            pieces.append(Use(n, tool, worded(forms[form % len(forms)], n, nth)))
        if step.speaks_after and step.calls:
            pieces.append(Text(self.word("say")))
        return tuple(pieces)

    def given(self, step: Step | None, said: Said) -> Given:
        """What the user's side says after an answer; ``step`` is None at the beginning."""
        if step is None:
            return Given((), self.word("ask"))
        results = [
            Answered(use.n, self.word("out"), step.failed and nth == 0) for nth, use in enumerate(uses(said))
        ]
        if step.turned:
            results.reverse()
        text = self.word("ask") if step.asks or not results else ""
        return Given(tuple(results), text, self.word("remind") if step.reminded else "", step.apart)

    def word(self, kind: str) -> str:
        return f"{kind}-{next(self._words)}" + ("." if kind in ("say", "think") else "")


def worded(form: str, n: int, nth: int) -> str:
    """An id, in the ways of providers: some begin anew at every turn, some have letters no client takes."""
    return {
        "fresh": f"toolu_{n:06d}",
        "zero": f"call_{nth}",
        "same": "call_0",
        "none": "",
        "dots": f"functions.Read:{nth}",
        "long": f"call_{n:06d}_" + "x" * 70,
        "nine": f"a{n:08d}",
    }[form]


async def converse(router: InMemory, steps: list[Step], thinking: str) -> World:
    """Plays a conversation, and checks every law in it."""
    world, client, script = World(), Client(thinking, next(SESSIONS)), Script()
    router.wire.world = world
    client.say(script.given(None, ()))
    for step in steps:
        place = PLACES[step.place]
        world.said = script.said(step, place)
        others = [PLACES[step.down]] if step.down is not None else []
        others = [other for other in others if other.provider != place.provider]
        world.down = {other.provider for other in others}
        router.wire.cut = step.cut
        body = client.body(place.target, stream=step.stream)
        message = await router.message(body, *others, place)
        assert world.fakes[place].turns == client.turns, "the conversation arrives whole and in order"
        client.hear(message, world.heard, keep=step.keeps)
        client.say(script.given(step, world.heard))
    return world


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> InMemory:
    return InMemory(tmp_path_factory.mktemp("switching"), Wire())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=journeys(), thinking=st.sampled_from(sorted(THINKING)))
@example(steps=[BETWEEN, BETWEEN], thinking="adaptive")
@example(steps=[ONE, OTHER, ONE, ONE._replace(thinks=False), OTHER, ONE], thinking="enabled")
def test_no_provider_refuses_a_session_that_moves_about(
    in_memory: InMemory, steps: list[Step], thinking: str
) -> None:
    """Never a 400; text, calls and results arrive whole; each gets back what it signed, and nothing else."""
    asyncio.run(converse(in_memory, steps, thinking))


@settings(max_examples=max(EXAMPLES // 4, 1), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    place=ANY_PLACE,
    steps=st.lists(steps_at(st.just(0)), min_size=3, max_size=6),
    keeps=st.booleans(),
    thinking=st.sampled_from(sorted(THINKING)),
)
def test_a_session_that_stays_gives_requests_that_grow(
    in_memory: InMemory, place: int, steps: list[Step], keeps: bool, thinking: str
) -> None:
    """Each request begins with the one before: the provider's prompt cache holds."""
    stays = [step._replace(place=place, keeps=keeps, down=None) for step in steps]
    world = asyncio.run(converse(in_memory, stays, thinking))
    requests = world.fakes[PLACES[place]].requests
    for before, after in pairwise(requests):
        assert after[: len(before)] == before


# The same over HTTP, through the server.


def tour(*, keeps: bool, stream: bool) -> list[Step]:
    """Every provider once, each with calls that the next one has to take over, and back again."""
    there = [
        Step(n, stream, calls=((n % 3, n), (1, n + 1)), keeps=keeps, thinks_between=n % 2 == 0)
        for n in range(len(PLACES))
    ]
    return [*there, *(step._replace(stream=not stream, speaks=False) for step in reversed(there))]


@pytest.mark.parametrize("thinking", ["adaptive", "enabled"])
@pytest.mark.parametrize("keeps", [True, False])
async def test_a_tour_of_all_providers_through_the_server(
    keeps: bool, thinking: str, upstream: FakeUpstream, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    world, client, script = World(), Client(thinking, next(SESSIONS)), Script()
    upstream.reply(world.http)
    client.say(script.given(None, ()))
    async with router(tmp_path, config(upstream.url)) as url:
        for step in tour(keeps=keeps, stream=keeps):
            place = PLACES[step.place]
            world.said = script.said(step, place)
            message = await posted(http, url, client.body(place.target, stream=step.stream))
            assert world.fakes[place].turns == client.turns
            client.hear(message, world.heard, keep=step.keeps)
            client.say(script.given(step, world.heard))


async def posted(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """The message that an answer makes, streamed or not."""
    async with http.post(f"{url}/v1/messages", json=body) as response:
        data = await response.read()
        assert response.status == 200, data
    if not body["stream"]:
        return check(replay(json.loads(data)))
    splitter = Splitter()
    return check([read(event) for event in [*splitter.feed(data), *splitter.end()]])
