"""What a signal that ends us may break off, and what is done whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def leaving() -> Iterator[None]:
    """Signals that would end us at once let what has been begun be cleared away first.

    The first of them, that is: those that come while it is cleared away change nothing.
    """
    told: list[int] = []

    def leave(number: int, _: FrameType | None) -> None:
        told.append(number)
        if len(told) == 1:
            raise SystemExit(128 + number)

    with handled(dict.fromkeys(("SIGTERM", "SIGHUP"), leave)):
        yield


@contextmanager
def held() -> Iterator[None]:
    """Signals that would end us wait until the end of this."""
    told: list[int] = []

    def wait(number: int, _: FrameType | None) -> None:
        told.append(number)

    try:
        with handled(dict.fromkeys(ENDING, wait)):
            yield
    finally:
        for number in told[:1]:
            signal.raise_signal(number)


@contextmanager
def handled(handlers: Mapping[str, Handler]) -> Iterator[None]:
    """Handlers for a while, by names of signals; not for those that we were started to ignore (``nohup``)."""
    wanted = dict(_here(handlers))
    before = {number: signal.getsignal(number) for number in wanted}
    try:
        for number, handler in wanted.items():
            signal.signal(number, handler)
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _here(handlers: Mapping[str, Handler]) -> Iterable[tuple[int, Handler]]:
    for name, handler in handlers.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            yield number, handler
