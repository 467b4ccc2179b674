"""Second calls: only of known slowness, and no more of them than their share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.config.resilience import Hedge
from ccr.resilience.hedging import SAVED, Hedging
from ccr.resilience.latency import Latency

ON = Hedge(enabled=True)


def known(*seconds: float) -> Latency:
    latency = Latency()
    for one in seconds:
        latency.took("a", one)
    return latency


def test_nothing_is_late_where_it_is_off_or_too_little_is_known() -> None:
    assert Hedging(known(*[3.0] * 30)).late("a", Hedge()) is None
    assert Hedging(known(*[3.0] * 19)).late("a", ON) is None
    assert Hedging(known(*[3.0] * 30)).late("b", ON) is None


def test_late_is_later_than_nearly_all_and_never_sooner_than_said() -> None:
    assert Hedging(known(*[3.0] * 19, 9.0)).late("a", ON) == 9.0
    assert Hedging(known(*[0.1] * 20)).late("a", ON) == 1.0


@given(st.floats(0, 1), st.lists(st.booleans(), max_size=300))
def test_second_calls_never_pass_their_share(share: float, late: list[bool]) -> None:
    hedging, hedge = Hedging(Latency()), Hedge(enabled=True, max_share=share)
    taken = 0
    for asked, one in enumerate(late, 1):
        hedging.late("a", hedge)
        taken += one and hedging.take()
        assert taken <= share * asked + 1e-6


def test_what_is_not_needed_is_saved_up_to_a_bound() -> None:
    hedging = Hedging(Latency())
    for _ in range(1000):
        hedging.late("a", ON)
    assert [hedging.take() for _ in range(int(SAVED) + 1)] == [True] * int(SAVED) + [False]
