"""The race: one winner, everybody else closed and cancelled, however it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.errors import Broken, Overloaded
from ccr.upstream.attempt import Answer
from ccr.upstream.hedge import raced
from tests.upstream.streams import Source, begin, cut, end, text


class Target:
    """Begins after so many turns of the loop; then answers, fails, or hangs."""

    def __init__(self, turns: int = 0, then: str = "answers") -> None:
        self.source = Source(cut([begin(), *text("a"), *end()], ()))
        self.asked = 0
        self.closed = 0
        self._turns = turns
        self._then = then

    async def __call__(self) -> Answer:
        self.asked += 1
        try:
            for _ in range(self._turns):
                await asyncio.sleep(0)
            if self._then == "hangs":
                await asyncio.get_running_loop().create_future()
            if self._then == "fails":
                raise Overloaded(f"busy {self._turns}", status=429)
            batches = self.source.stream()
            await anext(batches)
            return Answer(None, {str(id(self)): "won"}, batches, None)  # type: ignore[arg-type]
        finally:
            self.closed += 1

    def won(self, answer: Answer) -> bool:
        return str(id(self)) in answer.headers

    @property
    def open(self) -> int:
        return self.asked - self.closed + self.source.begun - self.source.closed


def always() -> bool:
    return True


def never() -> bool:
    return False


async def race(*targets: Target, late: float = 0.0, may: Callable[[], bool] = always) -> Answer:
    return await raced(targets, late, may)


async def test_who_is_in_time_is_alone() -> None:
    first, second = Target(3), Target()
    answer = await race(first, second, late=5.0)
    assert (first.won(answer), second.asked) == (True, 0)
    assert first.open == 1


async def test_the_first_to_begin_wins_and_the_late_one_is_closed() -> None:
    first, second = Target(then="hangs"), Target()
    answer = await race(first, second)
    assert (second.won(answer), first.asked, first.open, second.open) == (True, 1, 0, 1)


async def test_the_first_may_still_win() -> None:
    first, second = Target(4), Target(then="hangs")
    answer = await race(first, second)
    assert (first.won(answer), second.open) == (True, 0)


async def test_without_leave_there_is_no_race() -> None:
    first, second = Target(30), Target()
    answer = await race(first, second, may=never)
    assert (first.won(answer), second.asked) == (True, 0)


async def test_a_failure_before_the_race_is_the_loop_s_to_act_on() -> None:
    first, second = Target(then="fails"), Target()
    with pytest.raises(Overloaded, match="busy 0"):
        await race(first, second, late=5.0)
    assert second.asked == 0


@pytest.mark.parametrize("turns", [(9, 1), (1, 9)])
async def test_who_fails_in_the_race_leaves_it_to_the_others(turns: tuple[int, int]) -> None:
    first, second = Target(turns[0] + 5, "fails"), Target(turns[1] + 5)
    answer = await race(first, second)
    assert second.won(answer)
    assert first.open == 0


async def test_where_all_fail_the_first_one_s_error_is_told() -> None:
    first, second = Target(20, "fails"), Target(1, "fails")
    with pytest.raises(Overloaded, match="busy 20"):
        await race(first, second)


async def test_what_is_no_failure_of_a_target_ends_it_too() -> None:
    async def odd() -> Answer:
        raise Broken("odd")

    with pytest.raises(Broken, match="odd"):
        await raced([odd], 0.0, always)


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["answers", "fails"])), min_size=1, max_size=4))
def test_only_the_winner_stays_open(plans: list[tuple[int, str]]) -> None:
    async def run() -> None:
        targets = [Target(turns, then) for turns, then in plans]
        try:
            answer = await race(*targets)
        except Overloaded:
            assert not any(target.open for target in targets)
        else:
            assert [target.open for target in targets] == [int(target.won(answer)) for target in targets]
            await answer.batches.aclose()

    asyncio.run(run())


@given(st.integers(0, 20), st.integers(0, 9))
def test_whoever_leaves_at_any_moment_leaves_nothing_open(steps: int, turns: int) -> None:
    async def run() -> None:
        targets = [Target(turns, "hangs"), Target(turns, "hangs"), Target(turns, "hangs")]
        task = asyncio.ensure_future(race(*targets))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert not any(target.open for target in targets)

    asyncio.run(run())
