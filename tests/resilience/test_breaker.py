"""Whether a provider, or a model of it, is asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.errors import Overloaded, UpstreamError
from ccr.resilience.breaker import Breaker, Permit
from tests.resilience.world import (
    BAD,
    DOWN,
    GONE,
    LIMITED,
    OVERLOADED,
    REFUSED,
    UNKNOWN,
    Clock,
    CountedFacts,
    provider,
)


class World:
    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.facts = CountedFacts(self.clock)
        self.about = provider(breaker=options)
        self.breaker = self.replica()

    def replica(self) -> Breaker:
        return Breaker(self.about, self.facts, self.clock)

    def take(self, model: str = "m", *, anyway: bool = False) -> Permit:
        permit = self.breaker.enter(model, anyway=anyway)
        assert permit is not None
        return permit

    def fail(self, error: UpstreamError = DOWN, times: int = 1, model: str = "m") -> None:
        for _ in range(times):
            self.breaker.failed(self.take(model, anyway=True), error)

    def succeed(self, times: int = 1, seconds: float = 1.0, model: str = "m") -> None:
        for _ in range(times):
            self.breaker.succeeded(self.take(model, anyway=True), seconds)

    def state(self, model: str = "") -> str:
        return next(one.state for one in self.breaker.states() if one.model == model)


def test_while_all_is_well_nothing_is_written() -> None:
    world = World()
    world.succeed(100)
    assert world.facts.writes == 0
    assert world.breaker.ready("m")


def test_it_opens_when_most_of_what_is_asked_fails() -> None:
    world = World()
    world.succeed(4)
    world.fail(times=3)
    assert world.breaker.ready("m")
    world.fail()
    assert not world.breaker.ready("m")
    assert world.breaker.enter("m") is None
    assert (world.state(), world.state("m")) == ("open", "open")


def test_few_failures_say_nothing() -> None:
    world = World()
    world.fail(times=4)
    assert world.breaker.ready("m")


def test_failures_of_long_ago_say_nothing() -> None:
    world = World()
    for _ in range(20):
        world.fail()
        world.clock.pass_by(50)
    assert world.breaker.ready("m")


def test_a_model_that_is_overloaded_leaves_the_others_to_be_asked() -> None:
    for error in (OVERLOADED, UNKNOWN):
        world = World()
        world.fail(error, times=5, model="big")
        assert not world.breaker.ready("big")
        assert world.breaker.ready("small")


def test_a_provider_that_fails_is_asked_for_no_model() -> None:
    world = World()
    world.fail(GONE, times=5)
    assert not world.breaker.ready("another")


@given(st.lists(st.sampled_from([BAD, REFUSED, LIMITED]), max_size=60))
def test_bad_requests_and_bad_keys_open_nothing(errors: list[UpstreamError]) -> None:
    world = World()
    for error in errors:
        world.fail(error)
    assert world.breaker.ready("m")
    assert world.facts.writes == 0


def test_half_open_lets_a_probe_through_and_closes_when_it_does_well() -> None:
    world = World()
    world.fail(times=5)
    world.clock.pass_by(10)
    probe = world.take()
    assert world.state() == "half-open"
    assert world.breaker.enter("m") is None
    world.breaker.succeeded(probe, 1.0)
    assert (world.state(), world.state("m")) == ("closed", "closed")
    world.fail(times=3)
    assert world.breaker.ready("m")


def test_each_probe_that_fails_opens_it_for_longer_up_to_a_bound() -> None:
    world, waits = World(), []
    world.fail(times=5)
    for _ in range(7):
        waits.append(world.breaker.states()[0].seconds)
        world.clock.pass_by(waits[-1])
        world.breaker.failed(world.take(), DOWN)
    assert waits == [10, 20, 40, 80, 160, 300, 300]


def test_a_probe_that_was_left_frees_the_place() -> None:
    world = World()
    world.fail(times=5)
    world.clock.pass_by(10)
    world.breaker.released(world.take())
    world.breaker.failed(world.take(), BAD)  # nothing was found out
    world.breaker.succeeded(world.take(), 1.0)
    assert world.state() == "closed"


def test_a_probe_whose_model_alone_fails_does_not_speak_against_the_provider() -> None:
    world = World()
    world.fail(times=5)
    world.clock.pass_by(10)
    world.breaker.failed(world.take(), OVERLOADED)
    assert (world.state(), world.state("m")) == ("half-open", "open")
    world.succeed(model="another")
    assert (world.state(), world.state("m")) == ("closed", "open")


def test_several_probes_where_so_configured() -> None:
    world = World(probes=2)
    world.fail(times=5)
    world.clock.pass_by(10)
    assert [world.breaker.enter("m") is not None for _ in range(3)] == [True, True, False]


def test_slow_answers_open_the_model() -> None:
    world = World(slowSeconds=20)
    world.succeed(1, seconds=3)
    world.succeed(3, seconds=30)
    assert world.breaker.ready("m")
    world.succeed(1, seconds=30)
    assert not world.breaker.ready("m")
    assert world.breaker.ready("another")
    told = next(one.reason for one in world.breaker.states() if one.model == "m")
    assert "begin after more than 20 s" in told


def test_where_nothing_else_is_left_it_is_asked_all_the_same() -> None:
    world = World()
    world.fail(times=5)
    world.breaker.succeeded(world.take(anyway=True), 1.0)
    assert world.breaker.ready("m")


def test_or_refused_at_once_where_so_configured() -> None:
    world = World(failFast=True)
    world.fail(times=5)
    assert world.breaker.enter("m", anyway=True) is None
    told = world.breaker.refusal("m")
    assert isinstance(told, Overloaded)
    assert (told.status, told.headers["retry-after"]) == (529, "10")
    assert told.message == "far rests for 10 s more, because too much failed: Internal error."


def test_replicas_know_of_it() -> None:
    world = World()
    world.fail(times=5)
    assert not world.replica().ready("m")


def test_answers_that_break_off_count() -> None:
    world = World()
    for _ in range(3):
        world.succeed()
        world.breaker.broke("m", DOWN)
    assert not world.breaker.ready("m")


def test_it_can_be_switched_off() -> None:
    world = World(enabled=False)
    world.fail(times=50)
    assert world.breaker.ready("m")
    assert world.take() is not None


@pytest.mark.parametrize("count", [1000])
def test_of_models_that_clients_invent_few_are_remembered(count: int) -> None:
    world = World()
    for n in range(count):
        world.fail(UNKNOWN, model=f"m{n}")
    assert len(world.breaker.states()) < 300
    assert world.breaker.ready("m0")
