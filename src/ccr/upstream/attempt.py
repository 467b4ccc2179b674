"""One try of one target: encode, post, decode. The answer is a stream of batches of events."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ccr.anthropic.events import Batches
from ccr.anthropic.request import Body
from ccr.anthropic.stops import StopGuard
from ccr.errors import Broken, UpstreamError
from ccr.exchange import Call, Exchange, Target, Try
from ccr.protocols.anthropic import Anthropic
from ccr.protocols.contract import Decoder, Protocol
from ccr.transformers.chain import Chain
from ccr.transformers.maxtoken import limit_output
from ccr.upstream.client import Client, Response, Timeouts
from ccr.upstream.credentials import MINTED, Credentials
from ccr.upstream.gate import Last, committed
from ccr.upstream.memory import Memory
from ccr.upstream.whole import whole
from ccr.wire import json


@dataclass(slots=True)
class Answer:
    """An answer that has begun well: real content has come, or the whole of it."""

    target: Target
    headers: Mapping[str, str]
    batches: Batches
    tried: Try
    notes: list[str] = field(default_factory=list)


Ended = Callable[[Try, UpstreamError | None], None]
"""Is told that the stream of a try is closed, and what broke it."""


class Reading(NamedTuple):
    """An answer whose head has come, and how it is read."""

    response: Response
    decoder: Decoder
    ended: Ended


@dataclass(slots=True)
class Attempt:
    """What one try needs: whom to ask and how to talk to them."""

    client: Client
    credentials: Credentials
    protocol: Protocol
    chain: Chain
    timeouts: Timeouts
    memory: Memory

    async def send(
        self, exchange: Exchange, tried: Try, key: str, *, others: bool, last: Last, ended: Ended
    ) -> Answer:
        """Asks the target. Raises ``UpstreamError`` before any content, ``BadRequest`` for what cannot go.

        ``others``: another target is left; without one, a slow answer is one. ``last``: nor is another try,
        and an empty answer is one. ``ended`` is told when its stream closes.
        """
        call = self._call(exchange, tried.target, key)
        data, decoder = self._encode(call)
        before = tried.started = time.perf_counter()
        try:
            response = await self._post(call, data)
            tried.status = response.status
            try:
                await self._check(call, response)
                batches = self._batches(exchange, tried, call, Reading(response, decoder, ended))
                gate = call.target.provider.resilience.gate
                if not others:
                    gate = gate.patient
                batches = await (committed if exchange.stream else whole)(batches, gate, last=last)
            except BaseException:
                response.close()
                raise
            tried.content = time.perf_counter()
        finally:
            exchange.upstream_seconds += time.perf_counter() - before
        return Answer(tried.target, response.headers, batches, tried, call.notes)

    def _call(self, exchange: Exchange, target: Target, key: str) -> Call:
        body = exchange.body_for(target)
        raw = exchange.raw if body is exchange.body and not exchange.edited else None
        if self.chain.edits_request:
            body, raw = self.chain.request(exchange.fresh(body)), None
        if target.ceiling is not None:
            body, raw = limit_output(copy(body), target.ceiling), None
        if (remembered := self._remembered(exchange, body, target)) is not body:
            body, raw = remembered, None
        return Call(
            target=target,
            body=body,
            stream=exchange.stream,
            raw=raw,
            headers=exchange.headers,
            key=key,
            session=exchange.session,
        )

    def _remembered(self, exchange: Exchange, body: Body, target: Target) -> Body:
        if isinstance(self.protocol, Anthropic):
            return self.memory.turns.genuine(exchange.conversation, body, target.signer)
        return self.memory.turns.restored(exchange.conversation, body)

    def _encode(self, call: Call) -> tuple[bytes, Decoder]:
        """The bytes to post and the decoder of what comes back; untouched bytes where nobody edits either."""
        protocol, chain = self.protocol, self.chain
        native = protocol if isinstance(protocol, Anthropic) else None
        relays = native is not None and not chain.edits_events
        decoder = native.relay_decoder(call) if native and relays else protocol.decoder(call)
        data = native.relay(call) if native and not chain.edits_payload else None
        return data or self._payload(call), decoder

    def _payload(self, call: Call) -> bytes:
        payload = self.protocol.encode(call)
        if self.chain.edits_payload:
            return json.encode(self.chain.payload(with_shared(payload, json.Fixed.copy)))
        return json.encode(with_shared(payload, json.text_of))

    async def _post(self, call: Call, data: bytes) -> Response:
        provider, url = call.target.provider, self.protocol.endpoint(call)
        headers = self.protocol.headers(call) | dict(provider.headers)
        if provider.auth in MINTED and not call.key:
            headers |= await self.credentials.headers(provider, url, headers, data)
        return await self.client.post(url, headers, data, self.timeouts, provider.way)

    async def _check(self, call: Call, response: Response) -> None:
        if response.status >= 400:
            raise self.protocol.error(call, response.status, response.headers, await response.read())
        if response.status >= 300:
            raise Broken(
                f"The provider answers with a redirect ({response.status}) to "
                f"{response.headers.get('location', 'nowhere')}: write that address as api_base_url.",
                provider=call.target.provider.name,
            )

    def _batches(self, exchange: Exchange, tried: Try, call: Call, reading: Reading) -> Batches:
        native, decoder = isinstance(self.protocol, Anthropic), reading.decoder

        def finished() -> None:
            tried.whole = True
            self.memory.learn(exchange, call.target, decoder.turn(), native=native)
            tried.usage = exchange.usage

        def closed(error: UpstreamError | None) -> None:
            tried.usage = tried.usage or decoder.turn().usage
            reading.ended(tried, error)

        batches = decoded(reading.response, decoder, tried, finished, closed)
        stops = call.body.get("stop_sequences")
        if stops and not native:
            batches = stopped(batches, StopGuard(stops, len(call.raw or b"") // 4), tried)
        return self.chain.events(batches) if self.chain.edits_events else batches


def with_shared(payload: dict[str, Any], form: Callable[[json.Fixed], object]) -> dict[str, Any]:
    """A payload whose parts that are shared with other requests have another form."""
    made = payload
    for name, part in payload.items():
        if type(part) is json.Fixed:
            made = made | {name: form(part)}
        elif type(part) is list and part and type(part[0]) is json.Fixed:
            made = made | {name: [form(p) if type(p) is json.Fixed else p for p in part]}
    return made


async def decoded(
    response: Response,
    decoder: Decoder,
    tried: Try,
    finished: Callable[[], None],
    closed: Callable[[UpstreamError | None], None],
) -> Batches:
    """The events of an answer as they come. Closes the response however it ends, and then says so.

    ``finished`` is called before the last events go out: the next turn may come right after them.
    """
    broken: UpstreamError | None = None
    try:
        with response.reading() as read:
            while data := await read():
                tried.received += len(data)
                batch = decoder.feed(data)
                if decoder.done:
                    finished()
                if batch:
                    yield batch
                if decoder.failed is not None:
                    raise decoder.failed
                if decoder.done:
                    return
        batch = decoder.end()
        if decoder.failed is None:
            finished()
        if batch:
            yield batch
        if decoder.failed is not None:
            raise decoder.failed
    except UpstreamError as error:
        tried.failed(broken := error)
        raise
    finally:
        response.close(whole=decoder.done)
        tried.ended = time.perf_counter()
        closed(broken)


async def stopped(batches: Batches, guard: StopGuard, tried: Try) -> Batches:
    """The events up to a stop sequence; the upstream is left there, and the answer is whole."""
    try:
        async for batch in batches:
            kept = guard.filter(batch)
            if guard.hit is not None:
                tried.whole = True
            if kept:
                yield kept
            if guard.hit is not None:
                return
    finally:
        await batches.aclose()
