"""What every upstream language implements, and what most share."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from ccr.anthropic.events import Batch
from ccr.anthropic.turns import Turn
from ccr.anthropic.writer import BlockWriter
from ccr.errors import Broken, UpstreamError
from ccr.exchange import Call
from ccr.wire.sse import SSE, Splitter

Payload = dict[str, Any]


class Decoder(typing.Protocol):
    """Turns one answer's bytes into Anthropic events; bytes may be cut anywhere, JSON or stream alike."""

    failed: UpstreamError | None
    """The answer turned out to be an error: raised by the caller once the events before it are out."""

    done: bool
    """The terminal event has come: nothing more needs to be read."""

    def feed(self, data: bytes) -> Batch: ...

    def end(self) -> Batch:
        """The upstream closed. Sets ``failed`` to ``Broken`` when no terminal event had come."""
        ...

    def turn(self) -> Turn:
        """What the answer thought and called so far, for the turns after it, and what it took."""
        ...


class Protocol(typing.Protocol):
    """Knows how to talk. No I/O, no state."""

    name: str

    def endpoint(self, call: Call) -> str:
        """The URL to post to: the provider's base with the protocol's path, unless it already has it."""
        ...

    def headers(self, call: Call) -> dict[str, str]:
        """Request headers with the credential in them."""
        ...

    def encode(self, call: Call) -> Payload:
        """The request in the upstream's words. Raises ``BadRequest`` for what it cannot carry."""
        ...

    def decoder(self, call: Call) -> Decoder:
        """A decoder for one answer."""
        ...

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        """An answer with a status of 400 or more (or 200 with an error for a body)."""
        ...


class SSEDecoder:
    """The common half of decoders of event streams whose answers may also be one JSON body.

    Subclasses write to ``self.writer`` in ``on_event`` and ``on_json``; errors are raised.
    """

    def __init__(self, writer: BlockWriter) -> None:
        self.writer = writer
        self.failed: UpstreamError | None = None
        self.done = False
        self._splitter = Splitter()
        self._body: bytearray | None = None
        self._seen = False
        self._head: bytes | None = b""
        """The beginning of what came, until it proves to be a stream of events."""

    def on_event(self, event: SSE) -> None:
        """One event of a stream."""
        raise NotImplementedError

    def on_json(self, body: bytes) -> None:
        """A whole answer that is no stream."""
        raise NotImplementedError

    def on_end(self) -> None:
        """The stream is over and no terminal event has come: finish, if it may count as whole."""

    def feed(self, data: bytes) -> Batch:
        if self._head is None and (event := self._splitter.lone(data)) is not None:
            return self._run((event,))
        if not self._seen:
            data = self._sniff(data)
        if self._body is not None:
            self._body += data
            return []
        if self._head is not None:
            self._head += data[:500]
        return self._run(self._splitter.feed(data))

    @property
    def at_rest(self) -> bool:
        """What came so far is whole events: none has begun."""
        return self._body is None and self._splitter.at_rest

    def end(self) -> Batch:
        if self._body is not None:
            body, self._body = bytes(self._body), None
            return self._guard(lambda: self.on_json(body))
        batch = self._run(self._splitter.end())
        return [*batch, *self._guard(self._finish)]

    def turn(self) -> Turn:
        return self.writer.turn()._replace(usage=self.used())

    def used(self) -> dict[str, Any]:
        """What the provider said so far that the answer takes, as Anthropic words it; {}: it said nothing.

        It has in it what clients are not told: ``shared.usage.beside``.
        """
        return {}

    def _sniff(self, data: bytes) -> bytes:
        """A body that begins like JSON is JSON, whatever its label says (CONTRACT §5)."""
        start = data.lstrip(b" \t\r\n\xef\xbb\xbf")
        if start:
            self._seen = True
            if start[:1] in b"{[<":
                self._body = bytearray()
            return start
        return b""

    def _run(self, events: Sequence[SSE]) -> Batch:
        if self.failed is None and not self.done and events:
            self._head = None
            try:
                for event in events:
                    self.on_event(event)
                    if self.done:
                        break
            except UpstreamError as error:
                self.failed = error
        return self.writer.take()

    def _guard(self, step: typing.Callable[[], None]) -> Batch:
        if self.failed is None:
            try:
                step()
            except UpstreamError as error:
                self.failed = error
        return self.writer.take()

    def _finish(self) -> None:
        if not self.done:
            self.on_end()
        if not self.writer.finished and self.failed is None:
            raise Broken(self._broken_off())

    def _broken_off(self) -> str:
        said = (self._head or b"")[:500].decode("utf-8", "replace").strip()
        if said and not said.startswith((":", "data", "event", "id:", "retry")):
            return f"The provider's answer is no stream of events: {said}"
        return "The provider's stream ended before the answer was complete."
