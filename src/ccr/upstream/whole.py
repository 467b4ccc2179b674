"""Answers for clients that do not stream: committed at the end, so that until then another target may do."""

from __future__ import annotations

from ccr.anthropic.events import Batch, Batches, Event, MessageStop, Opaque
from ccr.config.resilience import Gate
from ccr.errors import Broken
from ccr.upstream.gate import Last, check_whole

_ENDS = ("message", "message_stop")


async def whole(batches: Batches, gate: Gate, *, last: Last = False) -> Batches:
    """The answer once all of it has come, in one batch. Closes ``batches`` however it ends.

    Raises ``UpstreamError`` where it breaks off or says nothing, so that the loop may ask another target.
    ``last``: nothing else is left, so that an empty answer is better than none.
    """
    events: Batch = []
    try:
        async for batch in batches:
            events += batch
    finally:
        await batches.aclose()
    if not any(map(_ends, reversed(events[-3:]))):
        raise Broken("The provider's answer ended before it was complete.")
    check_whole(events, gate, last=last)
    return _told(events)


def _ends(event: Event) -> bool:
    """Whether a message is complete with it; a ping or the like may come behind."""
    return event.name in _ENDS if isinstance(event, Opaque) else isinstance(event, MessageStop)


async def _told(events: Batch) -> Batches:
    yield events
