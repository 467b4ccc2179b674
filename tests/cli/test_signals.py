"""Signals that would end us: what they may break off, and what is done whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ccr.cli.signals import handled, held, leaving


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[int]]:
    """What comes through to those who set handlers before."""
    numbers: list[int] = []
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda got, _: numbers.append(got)) for number in names}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


def tell(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_first_breaks_off_and_the_next_lets_us_clear_away(number: int, heard: list[int]) -> None:
    cleared = []

    def work() -> None:
        try:
            tell(number)
        finally:
            tell(number)
            cleared.append(True)

    with pytest.raises(SystemExit) as ended, leaving():
        work()
    assert (ended.value.code, cleared, heard) == (128 + number, [True], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_done_whole_is_ended_afterwards(number: int, heard: list[int]) -> None:
    with held():
        tell(number)
        assert heard == []
    assert heard == [number]


def test_so_it_is_when_it_fails(heard: list[int]) -> None:
    with suppress(ValueError), held():
        tell(signal.SIGTERM)
        raise ValueError
    assert heard == [signal.SIGTERM]


def test_what_we_were_started_to_ignore_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with leaving(), held():
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        tell(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_signal_that_no_system_has_is_left_out() -> None:
    with handled({"SIGNONE": lambda *_: None}):
        pass
