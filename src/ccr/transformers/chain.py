"""The transformers of one provider and model in order: on the way out, and exactly reversed on the way back.

A transformer may be anybody's code. What it raises, but for our own errors, becomes a ``ProxyFault`` that
names it; what fails before it is never blamed on it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from ccr.anthropic.events import Batch, Batches, Event, Opaque
from ccr.anthropic.request import Body
from ccr.errors import RouterError
from ccr.transformers.contract import Events, Payload, Transformer
from ccr.transformers.faults import fault, misfit

SEAM = Opaque("", b"")
"""Goes through the hooks after each batch, so that what came at once leaves at once. Writes as nothing."""


class Chain:
    """What the sender asks of all transformers together: those of the provider first, then the model's."""

    def __init__(self, transformers: Sequence[Transformer] = ()) -> None:
        self._request = [t for t in transformers if _overrides(t, "request")]
        self._payload = [t for t in transformers if _overrides(t, "payload")]
        self._events = [t for t in reversed(transformers) if _overrides(t, "events")]
        self.edits_request = bool(self._request)
        self.edits_payload = bool(self._payload)
        self.edits_events = bool(self._events)

    def request(self, body: Body) -> Body:
        """The Anthropic request, edited; ``body`` is used up."""
        for transformer in self._request:
            body = _called(transformer, "request", transformer.request, body)
        return body

    def payload(self, payload: Payload) -> Payload:
        """The upstream's request, edited; ``payload`` is used up."""
        for transformer in self._payload:
            payload = _called(transformer, "payload", transformer.payload, payload)
        return payload

    async def events(self, batches: Batches) -> Batches:
        """The answer, edited. Closes ``batches`` however it ends."""
        source = _Source(batches)
        async with AsyncExitStack() as opened:
            opened.push_async_callback(batches.aclose)
            events = source.flat()
            opened.push_async_callback(events.aclose)
            for transformer in self._events:
                events = _guarded(transformer, _hooked(transformer, events, opened), source)
                opened.push_async_callback(events.aclose)
            async for batch in source.batched(events):
                yield batch


class _Source:
    """Where events come from. Tells its own failure from those of hooks, and counts the seams it puts in."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._seams = 0
        self.failure: Exception | None = None

    async def flat(self) -> AsyncGenerator[Event, None]:
        try:
            async for batch in self._batches:
                for event in batch:
                    yield event
                self._seams += 1
                yield SEAM
        except Exception as error:
            self.failure = error
            raise

    async def batched(self, events: Events) -> Batches:
        """Events together as they came; each by itself behind a hook that loses seams."""
        batch: Batch = []
        seen = 0
        async for event in events:
            if event is SEAM:
                seen += 1
            else:
                batch.append(event)
            if batch and (event is SEAM or seen < self._seams):
                yield batch
                batch = []
        if batch:
            yield batch


def _hooked(transformer: Transformer, events: Events, opened: AsyncExitStack) -> Events:
    """What a hook makes of the events; it is closed with ``opened``."""
    try:
        edited = transformer.events(events)
    except Exception as error:  # noqa: BLE001 - anybody's code
        raise fault(transformer, "events", error) from None
    if not hasattr(edited, "__aiter__"):
        raise misfit(transformer, "events", edited, "an async iterator")
    opened.push_async_callback(_close, transformer, edited)
    return edited


async def _close(transformer: Transformer, events: Events) -> None:
    """Closes what a hook made; one that cannot be closed well hinders nobody else."""
    if isinstance(events, AsyncGenerator):
        try:
            await events.aclose()
        except Exception as error:  # noqa: BLE001 - anybody's code
            fault(transformer, "events", error)


async def _guarded(transformer: Transformer, events: Events, source: _Source) -> AsyncGenerator[Event, None]:
    """What a hook gives, checked."""
    try:
        async for event in events:
            if not isinstance(event, Event):
                raise misfit(transformer, "events", event, "an Event")
            yield event
    except Exception as error:
        if isinstance(error, RouterError) or error is source.failure:
            raise
        raise fault(transformer, "events", error) from None


def _called(transformer: Transformer, hook: str, method: Callable[[Any], Any], value: Any) -> Any:
    try:
        edited = method(value)
    except RouterError:
        raise
    except Exception as error:  # noqa: BLE001 - anybody's code
        raise fault(transformer, hook, error) from None
    if not isinstance(edited, dict):
        raise misfit(transformer, hook, edited, "a dict")
    return edited


def _overrides(transformer: Transformer, hook: str) -> bool:
    return getattr(type(transformer), hook) is not getattr(Transformer, hook)
