"""What rests, and who may ask it all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.resilience.bench import ASK_AGAIN_SECONDS, PROBE_SECONDS, Bench, Length, Pass, Rest
from tests.resilience.world import START, Clock, CountedFacts

LENGTH = Length(10, 100)
GUESS = Rest(0, 0, reason="refused")
LIMIT = Rest(0, 0, reason="too much", ends=True)


def named(seconds: float) -> Rest:
    return Rest(0, START + seconds, sure=True, ends=True)


class World:
    """A clock, what is shared, and a replica."""

    def __init__(self, probes: int = 1) -> None:
        self.clock = Clock()
        self.facts = CountedFacts(self.clock)
        self.bench = self.replica(probes)

    def replica(self, probes: int = 1) -> Bench:
        return Bench(self.facts, self.clock, 1000, probes)

    def rests(self, because: Rest = GUESS) -> None:
        given = self.bench.enter(["a"], anyway=True) or Pass()
        self.bench.ill(given, ["a"], LENGTH, because)


def test_while_all_is_well_nothing_is_written() -> None:
    world = World()
    for _ in range(3):
        given = world.bench.enter(["a", "b"])
        assert given is not None
        world.bench.well(given)
    assert world.facts.writes == 0


def test_a_limit_ends_with_its_time() -> None:
    world = World()
    world.rests(LIMIT)
    world.clock.pass_by(9)
    assert world.bench.is_out("a")
    world.clock.pass_by(1)
    assert [world.bench.enter(["a"]) is not None for _ in range(3)] == [True] * 3


def test_a_refusal_ends_with_a_probe_that_does_well() -> None:
    world = World()
    world.rests()
    world.clock.pass_by(10)
    probe = world.bench.enter(["a"])
    assert probe is not None
    assert world.bench.enter(["a"]) is None
    world.bench.well(probe)
    assert world.bench.rest("a") is None


def test_each_rest_in_a_row_is_longer_up_to_a_bound() -> None:
    world, lengths = World(), []
    for _ in range(6):
        world.rests()
        rest = world.bench.rest("a")
        assert rest is not None
        lengths.append(rest.until - world.clock.now)
        world.clock.now = rest.until
    assert lengths == [10, 20, 40, 80, 100, 100]


def test_calls_that_fail_together_have_failed_once() -> None:
    world = World()
    calls = [world.bench.enter(["a"]) for _ in range(5)]
    for call in calls:
        assert call is not None
        world.bench.ill(call, ["a"], LENGTH, GUESS)
    assert world.facts.writes == 1
    assert world.bench.rest("a") == Rest(START, START + 10, 1, reason="refused")


def test_a_named_time_goes_over_a_guess_but_no_guess_over_it() -> None:
    world = World()
    world.rests(LIMIT)
    world.rests(named(70))
    world.rests(LIMIT)
    world.rests(named(30))
    rest = world.bench.rest("a")
    assert rest is not None
    assert (rest.until, rest.sure) == (START + 70, True)


def test_a_success_that_began_before_does_not_end_a_rest() -> None:
    world = World()
    early = world.bench.enter(["a"])
    world.rests()
    assert early is not None
    world.bench.well(early)
    assert world.bench.is_out("a")


def test_a_probe_that_was_left_is_free_for_the_next() -> None:
    world = World()
    world.rests()
    world.clock.pass_by(10)
    before = world.bench.rest("a")
    probe = world.bench.enter(["a"])
    assert probe is not None
    world.bench.left(probe)
    assert world.bench.rest("a") == before
    assert world.bench.enter(["a"]) is not None


def test_only_the_first_end_of_a_leave_counts() -> None:
    world = World()
    world.rests()
    world.clock.pass_by(10)
    probe = world.bench.enter(["a"])
    assert probe is not None
    world.bench.left(probe)
    world.bench.well(probe)
    world.bench.ill(probe, ["a"], LENGTH, GUESS)
    assert world.bench.rest("a") == Rest(START, START + 10, 1, reason="refused")


def test_replicas_leave_alone_what_one_of_them_probes_but_not_forever() -> None:
    world = World()
    other = world.replica()
    world.rests()
    assert other.is_out("a")
    world.clock.pass_by(10)
    assert world.bench.enter(["a"]) is not None
    assert other.enter(["a"]) is None
    world.clock.pass_by(PROBE_SECONDS)  # the first has died
    assert other.enter(["a"]) is not None


def test_where_nothing_else_is_left_a_guess_gives_way_and_a_named_time_does_not() -> None:
    world = World()
    world.rests()
    assert world.bench.enter(["a"]) is None
    assert world.bench.enter(["a"], anyway=True) is not None
    world.rests(named(3600))
    assert world.bench.enter(["a"], anyway=True) is None


def test_what_rests_for_hours_is_asked_once_a_minute_where_nothing_else_is_left() -> None:
    world = World()
    world.rests(named(3600))
    world.clock.pass_by(ASK_AGAIN_SECONDS)
    asked = world.bench.enter(["a"], anyway=True)
    assert asked is not None
    assert world.bench.enter(["a"], anyway=True) is None
    assert world.bench.enter(["a"]) is None
    world.bench.well(asked)
    assert not world.bench.is_out("a")


@pytest.mark.parametrize("value", [b"", b"{", b'{"until":1}', b'["x"]', b"[1]"])
def test_what_nobody_here_has_written_is_nothing(value: bytes) -> None:
    world = World()
    world.facts.put("a", value, 60)
    assert world.bench.enter(["a"]) is not None
    assert not world.bench.is_out("a")


@given(st.integers(1, 3), st.lists(st.sampled_from(["enter", "well", "ill", "left", "wait"]), max_size=60))
def test_there_are_never_more_probes_than_allowed(probes: int, events: list[str]) -> None:
    world = World(probes)
    world.rests()
    running: list[Pass] = []
    for event in events:
        if event == "wait":
            world.clock.pass_by(10)
        elif event == "enter":
            given = world.bench.enter(["a"])
            if given is not None and given.probes:
                running.append(given)
        elif running:
            ended = running.pop(0)
            if event == "ill":
                world.bench.ill(ended, ["a"], LENGTH, GUESS)
            else:
                getattr(world.bench, event)(ended)
        assert len(running) <= probes
        assert world.bench.is_probed("a") == bool(running)
