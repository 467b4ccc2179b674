"""Choosing between equals, and staying with the choice."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ccr.config.routes.shapes import Member, Route
from ccr.routing.balance import FRESH, REMEMBERED, Balancer

A, B, C = Member("a"), Member("b"), Member("c")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_priority_is_the_order_of_the_file() -> None:
    assert Balancer().order(Route((B, A)), "k") == ["b", "a"]


def test_weights_are_shares_of_conversations() -> None:
    route = Route((Member("a", 3), Member("b", 1), Member("never", 0)), "weighted")
    balancer = Balancer()
    firsts = Counter(balancer.order(route, f"conversation {n}")[0] for n in range(4_000))
    assert 0.72 < firsts["a"] / 4_000 < 0.78
    assert firsts["never"] == 0


def test_a_lot_is_the_same_at_every_replica_and_moves_only_those_of_who_leaves() -> None:
    three, two = Route((A, B, C), "weighted"), Route((A, B), "weighted")
    for n in range(300):
        first = Balancer().order(three, str(n))
        assert first == Balancer().order(three, str(n))
        if first[0] != "c":
            assert Balancer().order(two, str(n))[0] == first[0]


def test_a_conversation_stays_until_it_was_idle_for_too_long() -> None:
    clock = Clock()
    balancer = Balancer(clock=clock)
    balancer.keep("k", "b", 300)
    clock.now = 300
    assert balancer.order(Route((A, B, C)), "k") == ["b", "a", "c"]
    assert balancer.order(Route((A, B, C)), "another") == ["a", "b", "c"]
    assert balancer.order(Route((A, C)), "k") == ["a", "c"]
    clock.now = 301
    assert balancer.order(Route((A, B, C)), "k") == ["a", "b", "c"]


class Facts:
    """What two replicas share."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}
        self.puts = 0

    def get(self, name: str) -> bytes | None:
        return self.known.get(name)

    def put(self, name: str, value: bytes, seconds: float) -> None:
        assert seconds > 0
        self.known[name] = value
        self.puts += 1


def test_a_conversation_stays_at_other_replicas_too() -> None:
    clock, facts = Clock(), Facts()
    one, other = Balancer(clock=clock, facts=facts), Balancer(clock=clock, facts=facts)
    one.keep("a conversation", "b", 300)
    assert other.order(Route((A, B, C)), "a conversation")[0] == "b"
    assert other.order(Route((A, C)), "a conversation")[0] == "a"
    assert "conversation" not in str(facts.known)


def test_replicas_are_told_again_only_when_they_would_forget() -> None:
    clock, facts = Clock(), Facts()
    balancer = Balancer(clock=clock, facts=facts)
    for clock.now in range(0, 300, 10):
        balancer.keep("k", "b", 300)
    assert facts.puts == 2
    balancer.keep("k", "c", 300)
    assert facts.puts == 3


def test_each_answer_starts_the_time_anew() -> None:
    clock = Clock()
    balancer = Balancer(clock=clock)
    for clock.now in (0, 200, 400):
        balancer.keep("k", "b", 300)
    clock.now = 650
    assert balancer.order(Route((A, B)), "k")[0] == "b"


def test_the_quickest_first_and_the_unknown_before_it() -> None:
    clock, route = Clock(), Route((A, B, C), "least-latency")
    balancer = Balancer(clock=clock)
    balancer.took("a", 0.9)
    balancer.took("b", 0.2)
    assert balancer.order(route, "k") == ["c", "b", "a"]
    balancer.took("c", 0.5)
    assert balancer.order(route, "k") == ["b", "c", "a"]
    balancer.failed("b")
    assert balancer.order(route, "k") == ["c", "a", "b"]
    clock.now = FRESH
    assert balancer.order(route, "k") == ["a", "b", "c"]


def test_one_slow_answer_does_not_outweigh_many() -> None:
    balancer = Balancer()
    for seconds in (0.1, 0.1, 0.1, 1.0):
        balancer.took("a", seconds)
    balancer.took("b", 0.5)
    assert balancer.order(Route((B, A), "least-latency"), "k") == ["a", "b"]


def test_the_cheapest_first_by_its_own_word_or_the_price_list() -> None:
    prices: dict[str, float] = {"a": 3.0, "b": 1.0, "c": 9.0}
    route = Route((A, B, Member("c", cost=0.5), Member("unknown")), "least-cost")
    assert Balancer(price=prices.get).order(route, "k") == ["c", "b", "a", "unknown"]
    assert Balancer().order(route, "k") == ["c", "a", "b", "unknown"]


def test_names_are_known_in_every_spelling() -> None:
    lower: Any = str.lower
    balancer = Balancer(lower)
    balancer.keep("k", "b", 10)
    assert balancer.order(Route((Member("A"), Member("B"))), "k") == ["b", "a"]


def test_the_memory_is_bounded() -> None:
    balancer = Balancer()
    for n in range(REMEMBERED + 10):
        balancer.keep(str(n), "a", 300)
    assert len(balancer._held) == REMEMBERED
