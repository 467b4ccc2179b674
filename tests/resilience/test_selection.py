"""In which order a pool prefers its keys."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ccr.config.resilience import Keys, KeyStrategy
from ccr.resilience.selection import HALF_LIFE, SESSIONS, Order, Row, strategy
from tests.resilience.world import Clock, CountedFacts

ROWS = [Row("a"), Row("b"), Row("c")]


def order(name: KeyStrategy, rows: list[Row] | None = None, facts: CountedFacts | None = None) -> Order:
    return strategy(name, rows or ROWS, "at:", facts or CountedFacts(Clock()), Keys(warm_seconds=300))


def taken(made: Order, count: int, now: float = 0.0) -> list[int]:
    found = []
    for _ in range(count):
        index = made.indexes(None, now)[0]
        made.chosen(index, now)
        found.append(index)
    return found


def test_a_session_has_the_same_key_everywhere_and_sessions_are_spread() -> None:
    first, second = order("sticky"), order("sticky")
    homes = [first.indexes(f"s{n}", 0)[0] for n in range(3000)]
    assert homes == [second.indexes(f"s{n}", 0)[0] for n in range(3000)]
    assert all(800 < count < 1200 for count in Counter(homes).values())


def test_a_key_that_is_taken_away_moves_only_its_own_sessions() -> None:
    all_keys, fewer = order("sticky"), order("sticky", ROWS[:2])
    for n in range(300):
        home = all_keys.indexes(f"s{n}", 0)[0]
        assert home == 2 or fewer.indexes(f"s{n}", 0)[0] == home


def test_weights_and_priorities_hold_for_sessions_too() -> None:
    heavy = order("sticky", [Row("a", 3.0), Row("b", 1.0)])
    assert 700 < Counter(heavy.indexes(f"s{n}", 0)[0] for n in range(1000))[0] < 800
    rank = order("sticky", [Row("a"), Row("b", 1.0, 2), Row("c", 1.0, 1)])
    assert {tuple(rank.indexes(f"s{n}", 0)) for n in range(50)} == {(2, 1, 0)}


def test_a_session_that_moved_stays_while_it_is_warm() -> None:
    facts = CountedFacts(Clock())
    made = order("sticky", facts=facts)
    home, other, _ = made.indexes("s", 0)
    made.answered("s", other, 0.0)
    for now in (299.0, 598.0, 897.0):
        assert made.indexes("s", now)[0] == other
        made.answered("s", other, now)
    assert made.indexes("s", 897 + 301)[0] == home


def test_other_replicas_know_of_it_and_it_is_seldom_written() -> None:
    facts = CountedFacts(Clock())
    made = order("sticky", facts=facts)
    other = made.indexes("s", 0)[1]
    for second in range(60):
        made.answered("s", other, float(second))
    assert facts.writes == 1
    assert order("sticky", facts=facts).indexes("s", 60)[0] == other


def test_one_that_its_own_key_served_again_has_come_home() -> None:
    made = order("sticky")
    home, other, _ = made.indexes("s", 0)
    made.answered("s", other, 0.0)
    made.answered("s", home, 1.0)
    assert made.indexes("s", 2.0)[0] == home


def test_sessions_at_home_are_not_written_and_few_are_remembered() -> None:
    facts = CountedFacts(Clock())
    made = order("sticky", facts=facts)
    for n in range(SESSIONS + 10):
        made.answered(f"s{n}", made.indexes(f"s{n}", 0)[0], 0.0)
    assert facts.writes == 0
    assert len(made._seats) == SESSIONS  # type: ignore[attr-defined]


def test_round_robin_takes_each_in_turn() -> None:
    assert taken(order("round-robin"), 7) == [0, 1, 2, 0, 1, 2, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_weighted_takes_each_as_often_as_its_weight(weights: list[int]) -> None:
    made = order("weighted", [Row(f"k{n}", float(weight)) for n, weight in enumerate(weights)])
    assert Counter(taken(made, 2 * sum(weights))) == {n: 2 * weight for n, weight in enumerate(weights)}


def test_weighted_does_not_make_up_for_the_time_that_a_key_was_out() -> None:
    made = order("weighted", [Row("a"), Row("b")])
    for _ in range(50):
        made.chosen(1, 0.0)
    assert taken(made, 6).count(0) <= 4


def test_least_used_goes_by_what_runs_then_by_what_was_used_of_late() -> None:
    made = order("least-used")
    assert taken(made, 4) == [0, 1, 2, 0]
    made.began(1)
    assert taken(made, 1) == [2]
    made.ended(1)
    assert taken(made, 1) == [1]


def test_a_key_that_comes_back_does_not_get_everything() -> None:
    """What it was not used long ago counts for nothing."""
    made = order("least-used", [Row("a"), Row("b")])
    for n in range(100):
        made.chosen(1, float(n))
    later = 100 + 20 * HALF_LIFE
    assert Counter(taken(made, 20, later)) == {0: 10, 1: 10}


def test_priority_is_the_order_of_the_file_or_the_figures_and_returns_at_once() -> None:
    made = order("priority")
    made.answered("s", 1, 0.0)
    assert list(made.indexes("s", 1.0)) == [0, 1, 2]
    figures = order("priority", [Row("a"), Row("b", 1.0, 1), Row("c", 1.0, 1)])
    found = {tuple(figures.indexes(f"s{n}", 0)) for n in range(50)}
    assert found == {(1, 2, 0), (2, 1, 0)}
