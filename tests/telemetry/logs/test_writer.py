"""Records are written in order by another thread; too many are told of; nothing waits for a disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import cast

from ccr.config.logs import Pace
from ccr.telemetry.logs.lines import Line, Ready
from ccr.telemetry.logs.writer import Deferred


class Kept:
    """An output that keeps its lines; ``gate`` closed, it is a slow disk."""

    def __init__(self, level: int = logging.INFO) -> None:
        self.level = level
        self.lines: list[Line | Ready] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.wrote = threading.Event()
        self.closed = False

    def takes(self, record: logging.LogRecord) -> bool:
        return record.name != "ccr.other"

    def write(self, lines: Sequence[Line | Ready]) -> None:
        self.wrote.set()
        self.gate.wait(30)
        self.threads.add(threading.current_thread().name)
        self.lines += lines

    def close(self) -> None:
        self.closed = True


def record(msg: str, level: int = logging.INFO, name: str = "ccr") -> logging.LogRecord:
    return logging.LogRecord(name, level, "", 0, msg, (), None)


def told(kept: Kept) -> list[str]:
    return [line.msg if isinstance(line, Ready) else line["msg"] for line in kept.lines]


def test_each_output_gets_its_own() -> None:
    loud, all_ = Kept(logging.WARNING), Kept(logging.DEBUG)
    writer = Deferred([loud, all_], Pace(), repr, str)
    writer.handle(record("detail", logging.DEBUG))
    writer.handle(record("bad", logging.ERROR))
    writer.handle(record("elsewhere", logging.ERROR, "ccr.other"))
    writer.close()
    assert (told(loud), told(all_)) == (["bad"], ["detail", "bad"])
    assert all_.threads == {"ccr-log"}
    assert all_.closed


def test_a_record_may_bring_many_lines_and_is_told_what_takes_secrets_out() -> None:
    kept = Kept()
    writer = Deferred([kept], Pace(), repr, str.upper)
    many = record("two are over")
    many.__dict__["lines"] = lambda redact: [
        Ready("", "info", "request", "", redact(text)) for text in ("one", "two")
    ]
    for one in (record("before"), many, record("after")):
        writer.handle(one)
    writer.close()
    assert told(kept) == ["before", "ONE", "TWO", "after"]


def test_a_burst_beyond_the_buffer_is_counted_and_told_of() -> None:
    slow = Kept()
    slow.gate.clear()
    writer = Deferred([slow], Pace(lines=10, seconds=0.01), repr, str)
    writer.handle(record("first"))
    assert slow.wrote.wait(20)
    for number in range(25):
        writer.handle(record(str(number)))
    slow.gate.set()
    writer.close()
    assert told(slow)[:11] == ["first", *map(str, range(10))]
    assert told(slow)[11].startswith("15 lines came faster")


def test_half_a_buffer_does_not_wait_for_the_pause() -> None:
    kept = Kept()
    writer = Deferred([kept], Pace(lines=10, seconds=3_600), repr, str)
    for number in range(6):
        writer.handle(record(str(number)))
    assert kept.wrote.wait(20)
    writer.close()
    assert told(kept) == list(map(str, range(6)))


def test_after_the_end_nothing_is_kept() -> None:
    writer = Deferred([], Pace(), repr, str)
    writer.close()
    assert not writer.handle(record("late"))


class Interrupting:
    """A pace that is asked how much may wait, while which something else happens once."""

    seconds = 0.0

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    @property
    def lines(self) -> int:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return 100


def test_a_record_that_comes_while_those_before_it_are_taken_is_not_left_behind() -> None:
    kept, pace = Kept(), Interrupting()
    last = threading.Event()

    def lines(_: object) -> Sequence[Ready]:
        last.set()
        return [Ready("", "info", "log", "", "late")]

    writer = Deferred([kept], cast(Pace, pace), repr, str)
    kept.gate.clear()
    writer.handle(record("being written"))
    assert kept.wrote.wait(20)
    writer.handle(record("waits"))
    kept.wrote.clear()

    def takes_what_waits() -> None:
        kept.gate.set()
        assert kept.wrote.wait(20)

    pace.meanwhile = takes_what_waits
    late = record("late")
    late.__dict__["lines"] = lines
    writer.handle(late)
    assert last.wait(20)
    writer.close()
    assert told(kept) == ["being written", "waits", "late"]
