"""The race: a further target is asked when the first is late; the first to commit wins, others are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from ccr.upstream.attempt import Answer

Starter = Callable[[], Coroutine[Any, Any, Answer]]
"""Asks one target. Closes what it opened when it is cancelled, and keeps account of how it went."""


async def raced(starters: Sequence[Starter], late: float, may: Callable[[], bool]) -> Answer:
    """The first answer that begins well. Raises the first starter's error where none does.

    Each further starter begins ``late`` seconds after the one before it, where ``may`` allows it then. One
    that fails is not replaced at once: what comes after a failure is the loop's to decide.
    """
    tasks = [asyncio.ensure_future(starters[0]())]
    winner: asyncio.Future[Answer] | None = None
    try:
        while winner is None:
            more = len(tasks) < len(starters)
            done, running = await asyncio.wait(
                {task for task in tasks if not task.done()},
                timeout=late if more else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            winner = next((task for task in tasks if task.done() and task.exception() is None), None)
            if winner is None and not running:
                break
            if not done and more:
                if may():
                    tasks.append(asyncio.ensure_future(starters[len(tasks)]()))
                else:
                    starters = starters[: len(tasks)]
        return (winner or tasks[0]).result()
    finally:
        await _dismissed([task for task in tasks if task is not winner])


async def _dismissed(losers: Sequence[asyncio.Future[Answer]]) -> None:
    running = {task for task in losers if task.cancel()}
    if running:
        await asyncio.wait(running)
    for task in losers:
        if not task.cancelled() and task.exception() is None:
            await task.result().batches.aclose()
