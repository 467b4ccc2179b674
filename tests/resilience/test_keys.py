"""Which key is shown."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr.config.resilience import KeyStrategy
from ccr.errors import KeyRefused, Overloaded
from ccr.resilience.keys import KeyPool, Lease
from tests.resilience.world import (
    BAD,
    DOWN,
    LIMITED,
    REFUSED,
    UNKNOWN,
    Clock,
    CountedFacts,
    failure,
    provider,
)

TEN = [f"sk-{letter}" for letter in "abcdefghij"]
STRATEGIES: list[KeyStrategy] = ["sticky", "round-robin", "weighted", "least-used", "priority"]


class World:
    def __init__(self, keys: list[str] | None = None, options: Any = (), **parts: Any) -> None:
        self.clock = Clock()
        self.facts = CountedFacts(self.clock)
        self.about = provider(TEN[:3] if keys is None else keys, options, **parts)
        self.pool = self.replica()

    def replica(self) -> KeyPool:
        return KeyPool(self.about, self.facts, self.clock)

    def take(self, session: str | None = "s", model: str = "m", **about: Any) -> Lease:
        lease = self.pool.choose(session, model, **about)
        assert lease is not None
        return lease

    def label(self, session: str | None = "s", model: str = "m") -> str | None:
        lease = self.pool.choose(session, model)
        if lease is None:
            return None
        self.pool.released(lease)
        return lease.label


def test_while_all_is_well_a_session_keeps_its_key_and_nothing_is_written() -> None:
    world = World(TEN)
    for n in range(200):
        lease = world.take(f"s{n % 20}")
        world.pool.succeeded(lease)
        assert lease.label == world.replica().choose(f"s{n % 20}", "m").label  # type: ignore[union-attr]
    assert world.facts.writes == 0


def test_requests_without_a_session_have_one_key_too() -> None:
    world = World(TEN)
    assert len({world.label(None) for _ in range(20)}) == 1


def test_a_provider_without_keys_has_one_that_is_empty() -> None:
    world = World([])
    lease = world.take()
    assert (lease.key, lease.label, len(world.pool)) == ("", "", 1)


def test_labels_are_given_or_counted_and_show_nothing_of_the_key() -> None:
    world = World(TEN[:2], [{"label": "team"}, {}])
    assert [state.label for state in world.pool.states()] == ["team", "key2"]


def test_a_refused_key_is_benched_and_its_sessions_move_and_stay() -> None:
    world = World()
    first = world.take()
    world.pool.failed(first, REFUSED)
    second = world.take()
    assert second.label != first.label
    world.pool.succeeded(second)
    world.clock.pass_by(100)  # the first may be probed by now, but the session is warm where it is
    assert world.label() == second.label
    world.clock.pass_by(3700)
    assert world.label() == first.label


def test_what_replicas_and_the_next_start_know() -> None:
    world = World()
    first = world.take()
    world.pool.failed(first, REFUSED)
    second = world.take()
    world.pool.succeeded(second)
    other = world.replica().choose("s", "m")
    assert other is not None
    assert other.label == second.label
    assert not any(key in str(world.facts._facts) for key in TEN)


def test_a_key_over_its_limit_is_back_when_the_provider_says() -> None:
    world = World(TEN[:2])
    for _ in range(2):
        world.pool.failed(world.take(), failure(429, reset=30))
    assert world.pool.choose("s", "m", anyway=True) is None
    assert world.pool.next_at("m") == 30
    world.clock.pass_by(29.9)
    assert not world.pool.ready("m")
    world.clock.pass_by(0.2)
    assert world.pool.ready("m")


def test_the_only_key_is_asked_where_nothing_else_is_left() -> None:
    world = World(TEN[:1])
    world.pool.failed(world.take(), failure(429, reset=30))
    assert not world.pool.ready("m")
    assert world.pool.choose("s", "m") is None
    lease = world.pool.choose("s", "m", anyway=True)
    assert lease is not None
    world.pool.succeeded(lease)
    assert world.pool.ready("m")


def test_a_limit_holds_for_its_model() -> None:
    world = World(TEN[:1])
    world.pool.failed(world.take(model="big"), failure(429, reset=30))
    assert not world.pool.ready("big")
    assert world.pool.ready("small")
    assert world.pool.states()[0].models == ("big",)


def test_a_refusal_holds_for_all_models_but_a_lacking_permission_for_one() -> None:
    world = World(TEN[:1])
    world.pool.failed(world.take(model="big"), failure(403, "No access to this model"))
    assert (world.pool.ready("big"), world.pool.ready("small")) == (False, True)
    world.pool.failed(world.take(model="small"), REFUSED)
    assert not world.pool.ready("other")


def test_without_a_named_time_the_guess_grows_and_a_success_ends_it() -> None:
    world, waits = World(TEN[:1]), []
    for _ in range(3):
        world.pool.failed(world.take(), LIMITED)
        waits.append(world.pool.next_at("m"))
        world.clock.pass_by(waits[-1])
    assert waits == [5, 10, 20]
    world.pool.succeeded(world.take())
    world.pool.failed(world.take(), LIMITED)
    assert world.pool.next_at("m") == 5


def test_what_is_not_the_keys_fault_leaves_it_alone() -> None:
    world = World(TEN[:1])
    for error in (BAD, DOWN, UNKNOWN, failure(529)):
        world.pool.failed(world.take(), error)
    assert world.facts.writes == 0


def test_a_lone_key_that_was_refused_is_asked_where_nothing_else_is_left() -> None:
    """Its owner may have paid, or mended it: who else could tell?"""
    world = World(TEN[:1])
    world.pool.failed(world.take(), REFUSED)
    assert world.pool.choose("s", "m") is None
    world.pool.succeeded(world.take(anyway=True))
    assert world.pool.ready("m")


def test_one_probe_at_a_time_and_one_that_was_left_frees_the_place() -> None:
    world = World(TEN[:1])
    world.pool.failed(world.take(), REFUSED)
    world.clock.pass_by(60)
    probe = world.take()
    assert world.pool.states()[0].state == "probing"
    assert world.pool.choose("s", "m") is None
    world.pool.released(probe)
    world.pool.failed(world.take(), DOWN)  # nothing was found out
    world.pool.succeeded(world.take())
    assert world.pool.states()[0].state == "healthy"


def test_a_refused_probe_waits_longer() -> None:
    world = World(TEN[:1])
    waits = []
    for _ in range(7):
        world.pool.failed(world.take(), REFUSED)
        waits.append(world.pool.next_at("m"))
        world.clock.pass_by(waits[-1])
    assert waits == [60, 120, 240, 480, 960, 1800, 1800]


def test_what_this_request_has_tried_is_left_out() -> None:
    world = World()
    tried: list[int] = []
    for _ in range(3):
        tried.append(world.take(exclude=tried).index)
    assert sorted(tried) == [0, 1, 2]
    assert world.pool.choose("s", "m", exclude=tried) is None
    assert not world.pool.ready("m", exclude=tried)


def test_the_refusal_of_a_limit_tells_a_true_retry_after() -> None:
    world = World(TEN[:2])
    world.pool.failed(world.take(), failure(429, "Too many tokens.", reset=30))
    world.pool.failed(world.take(), failure(429, "Too many tokens.", reset=12.5))
    told = world.pool.refusal("m")
    assert isinstance(told, Overloaded)
    assert (told.status, told.headers["retry-after"], told.reset) == (429, "13", 12.5)
    assert told.message == "Each of the 2 keys of far rests, the first one for 13 s more: Too many tokens."


def test_the_refusal_of_a_refused_key_is_that_of_the_provider() -> None:
    world = World(TEN[:1])
    world.pool.failed(world.take(), REFUSED)
    told = world.pool.refusal("m")
    assert isinstance(told, KeyRefused)
    assert (told.status, told.type) == (401, "authentication_error")
    assert told.message == "The key of far rests, the first one for 60 s more: Invalid key."


def test_states_for_people() -> None:
    world = World(TEN[:3], keyPool={"strategy": "priority"})
    world.pool.failed(world.take(), REFUSED)
    world.pool.failed(world.take(), failure(429, reset=7))
    world.pool.succeeded(world.take())
    said = [(one.label, one.state, one.seconds, one.reason, one.uses) for one in world.pool.states()]
    assert said == [
        ("key1", "benched", 60, "401 Invalid key.", 1),
        ("key2", "cooling", 7, "429 No.", 1),
        ("key3", "healthy", 0, "", 1),
    ]


def test_a_dead_key_never_looks_the_least_used() -> None:
    world = World(keyPool={"strategy": "least-used"})
    dead = world.take()
    world.pool.failed(dead, REFUSED)
    for _ in range(20):
        lease = world.take()
        assert lease.index != dead.index
        world.pool.succeeded(lease)


@given(
    st.sampled_from(STRATEGIES),
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from([None, REFUSED, LIMITED, failure(429, reset=40), DOWN]),
            st.floats(0, 90),
            st.booleans(),
        ),
        max_size=80,
    ),
)
@settings(max_examples=150)
def test_no_key_is_shown_that_is_out_while_another_is_not(
    strategy: KeyStrategy, events: list[tuple[int, Any, float, bool]]
) -> None:
    world = World(TEN[:4], keyPool={"strategy": strategy})
    running: list[Lease] = []
    for session, outcome, seconds, leaves in events:
        states = dict(enumerate(world.pool.states()))
        lease = world.pool.choose(f"s{session}", "m", anyway=True)
        healthy = {n for n, state in states.items() if state.state == "healthy"}
        if lease is None:
            assert not healthy
            continue
        before = states[lease.index]
        due = before.state == "benched" and before.seconds == 0
        assert lease.index in healthy or due or not healthy
        running.append(lease)
        world.clock.pass_by(seconds)
        ended = running.pop(0)
        if leaves:
            world.pool.released(ended)
        elif outcome is None:
            world.pool.succeeded(ended)
        else:
            world.pool.failed(ended, outcome)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_ten_keys_of_which_three_die_and_recover(strategy: KeyStrategy) -> None:
    """2,000 requests: none fails while a key is healthy, few are lost on dead ones, warm keys are kept."""
    world = World(TEN, keyPool={"strategy": strategy})
    chance = random.Random(7)  # noqa: S311 - a simulation
    dead_at = {1: (300, 900), 4: (500, 1400), 8: (700, 1200)}
    asked_dead, kept, turns = Counter[int](), 0, 0
    warm: dict[str, tuple[int, float]] = {}
    for n in range(2000):
        world.clock.pass_by(chance.expovariate(2.0))
        session, tried = f"s{chance.randrange(60)}", list[int]()
        dead = {key for key, (begin, end) in dead_at.items() if begin <= n < end}
        while True:
            lease = world.pool.choose(session, "m", tried)
            assert lease is not None, "a request failed while a key was healthy"
            if lease.index not in dead:
                break
            asked_dead[lease.index] += 1
            tried.append(lease.index)
            world.pool.failed(lease, REFUSED if lease.index != 4 else failure(429, reset=20))
        world.pool.succeeded(lease)
        last, at = warm.get(session, (lease.index, 0.0))
        if session in warm and last not in dead and world.clock.now - at <= 300:
            turns += 1
            kept += last == lease.index
        warm[session] = lease.index, world.clock.now
    # Refused keys rest for 60, 120, 240, … s, the limited one for 20; the requests take about 1,000 s.
    assert asked_dead[1] <= 4
    assert asked_dead[8] <= 4
    assert asked_dead[4] <= 450 / 20 + 1
    assert all(state.state == "healthy" or state.seconds == 0 for state in world.pool.states())
    if strategy == "sticky":
        assert kept >= 0.95 * turns
