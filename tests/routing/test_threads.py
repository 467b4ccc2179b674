"""Code of the user's in threads: what hangs is limited, and nobody waits for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from ccr.routing import threads
from ccr.routing.custom_contract import Failed
from ccr.routing.threads import Threads


async def test_calls_that_hang_are_limited_and_do_not_count_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MOST", 1)
    pool, gate = Threads(), threading.Event()
    hanging = asyncio.ensure_future(pool.run(gate.wait))
    await asyncio.sleep(0)
    with pytest.raises(Failed, match="have not come to an end"):
        await pool.run(lambda: 1)
    gate.set()
    await hanging
    assert await pool.run(lambda: 1) == 1


async def test_threads_that_the_system_does_not_give_count_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "MOST", 1)
    pool = Threads()

    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none)
        with pytest.raises(RuntimeError):
            await pool.run(lambda: 1)
    assert await pool.run(lambda: 1) == 1


HANGS = """
import asyncio, threading
from ccr.routing.threads import Threads

async def main():
    running = asyncio.ensure_future(Threads().run(threading.Event().wait))
    await asyncio.sleep(0)
    running.cancel()

asyncio.run(main())
"""


def test_what_hangs_keeps_no_process_from_ending() -> None:
    subprocess.run([sys.executable, "-c", HANGS], check=True, timeout=30)
