"""Whether a target may be asked, and as whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.resilience.access import Access, Leave, arranged
from tests.resilience.world import DOWN, REFUSED, Clock, CountedFacts, failure, provider


class World:
    def __init__(self) -> None:
        self.clock = Clock()
        self.facts = CountedFacts(self.clock)
        self.access = Access(
            provider(["sk-a", "sk-b"], [{"label": "a"}, {"label": "b"}]), self.facts, self.clock
        )

    def take(self, *, anyway: bool = False) -> Leave:
        leave = self.access.enter("s", "m", anyway=anyway)
        assert leave is not None
        return leave

    def states(self) -> list[str]:
        keys, circuits = self.access.pool.states(), self.access.breaker.states()
        return [key.state for key in keys] + [circuit.state for circuit in circuits]


def test_a_refused_key_opens_no_breaker_and_a_failing_provider_benches_no_key() -> None:
    world = World()
    world.take().failed(REFUSED)
    assert sorted(world.states()) == ["benched", "closed", "closed", "healthy"]
    world = World()
    for _ in range(5):
        world.take().failed(DOWN)
    assert world.states() == ["healthy", "healthy", "open", "open"]
    assert not world.access.ready("m")
    assert world.access.enter("s", "m") is None
    assert world.access.refusal("m").status == 529


def test_without_a_key_a_probe_of_the_breaker_is_not_used_up() -> None:
    world = World()
    for _ in range(5):
        world.take().failed(DOWN)
    for _ in range(2):
        world.take(anyway=True).failed(failure(429, reset=15))
    world.clock.pass_by(10)
    assert world.access.enter("s", "m") is None
    assert world.access.refusal("m").status == 429
    world.clock.pass_by(5)
    world.take().answered(1.0)
    assert world.states() == ["healthy", "healthy", "closed", "closed"]


def test_only_the_first_end_counts() -> None:
    world = World()
    leave = world.take()
    leave.left()
    leave.failed(REFUSED)
    leave.answered(1.0)
    assert world.facts.writes == 0
    assert (leave.key, leave.label) in {("sk-a", "a"), ("sk-b", "b")}
    assert leave.index in (0, 1)


@given(st.lists(st.booleans()))
def test_targets_that_rest_are_asked_last(ready: list[bool]) -> None:
    order = arranged(range(len(ready)), ready.__getitem__)
    assert sorted(order) == list(range(len(ready)))
    assert order == tuple(sorted(range(len(ready)), key=lambda n: (not ready[n], n)))
