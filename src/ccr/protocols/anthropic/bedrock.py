"""Claude at Amazon Bedrock in its own words (InvokeModel): Anthropic Messages in AWS's frames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ccr.anthropic.events import Batch
from ccr.anthropic.turns import Turn
from ccr.errors import UpstreamError
from ccr.exchange import Call, Target
from ccr.protocols.anthropic import Anthropic
from ccr.protocols.anthropic.splice import splice
from ccr.protocols.contract import Decoder, Payload
from ccr.protocols.shared import auth, errors
from ccr.protocols.shared.aws import exception, of_model
from ccr.wire import eventstream, json
from ccr.wire.sse import SSE

VERSION = "bedrock-2023-05-31"

UNKNOWN = ("metadata", "service_tier", "container", "inference_geo", "mcp_servers", "safeguards")
"""Fields of a request that Bedrock refuses to see."""

BETAS = frozenset(
    {
        "computer-use-2025-01-24",
        "context-1m-2025-08-07",
        "context-management-2025-06-27",
        "fine-grained-tool-streaming-2025-05-14",
        "interleaved-thinking-2025-05-14",
        "output-128k-2025-02-19",
        "token-efficient-tools-2025-02-19",
        "tool-search-tool-2025-10-19",
    }
)
"""Betas that Bedrock takes; another is a 400. The provider's option ``betas`` names more."""


def is_invoked(target: Target) -> bool:
    """Whether a provider that speaks Bedrock is to be asked for this model in Claude's own words."""
    options = target.provider.options
    claude = "claude" in str(options.get("family") or target.model).lower()
    return claude and (options.get("api") == "invoke" or "/invoke" in urlsplit(target.provider.base_url).path)


class AnthropicBedrock(Anthropic):
    """``invoke`` and ``invoke-with-response-stream``."""

    def endpoint(self, call: Call) -> str:
        method = "invoke-with-response-stream" if call.stream else "invoke"
        return of_model(call.target.provider.base_url, call.target.model, method)

    def headers(self, call: Call) -> dict[str, str]:
        accept = "application/vnd.amazon.eventstream" if call.stream else "application/json"
        return {"content-type": "application/json", "accept": accept, **auth.credential(call, "bearer")}

    def encode(self, call: Call) -> Payload:
        body, changes = super().encode(call), _changes(call)
        kept = {name: value for name, value in body.items() if name not in changes}
        return kept | {name: value for name, value in changes.items() if value is not None}

    def relay(self, call: Call) -> bytes | None:
        if call.raw is None or super().relay(call) is None:
            return None
        return splice(call.raw, _changes(call))

    def decoder(self, call: Call) -> Decoder:
        return Unframed(super().decoder(call), call)

    def relay_decoder(self, call: Call) -> Decoder:
        return Unframed(super().relay_decoder(call), call)

    def error(self, call: Call, status: int, headers: Mapping[str, str], body: bytes) -> UpstreamError:
        if status < 400:
            return errors.no_answer(body, call)
        return errors.of_status(call, status, headers, body)


def _changes(call: Call) -> dict[str, Any]:
    """Top-level fields that a body gets, or loses (None)."""
    betas = _betas(call)
    changes: dict[str, Any] = dict.fromkeys(("model", "stream", *UNKNOWN))
    if not any(beta.startswith("context-management") for beta in betas):
        changes["context_management"] = None
    return {**changes, "anthropic_version": VERSION, **({"anthropic_beta": betas} if betas else {})}


def _betas(call: Call) -> list[str]:
    more = call.target.provider.options.get("betas")
    known = BETAS.union(more if isinstance(more, list) else ())
    asked = (beta.strip() for beta in call.headers.get("anthropic-beta", "").split(","))
    return [beta for beta in asked if beta in known]


class _Chunk(msgspec.Struct, gc=False):
    data: bytes = msgspec.field(default=b"", name="bytes")
    """Anthropic's event; msgspec reads base64."""


_chunk_of = msgspec.json.Decoder(_Chunk).decode
_TYPE = re.compile(rb'\{\s*"type"\s*:\s*"(\w+)"')
_STOP = b'{"type":"message_stop"}'


class Unframed:
    """Takes Anthropic's events out of AWS's frames and gives them to Anthropic's own decoder."""

    def __init__(self, inner: Decoder, call: Call) -> None:
        self.failed: UpstreamError | None = None
        self.done = False
        self._inner = inner
        self._call = call
        self._splitter: eventstream.Splitter | None = None
        self._begun = False

    def feed(self, data: bytes) -> Batch:
        if data and not self._begun:
            self._begun = True
            # A frame begins with its length, of which the first byte is 0 below 16 MiB; JSON never does.
            self._splitter = eventstream.Splitter() if data[0] == 0 else None
        if self._splitter is None:
            return self._told(self._inner.feed(data))
        return self._events(self._splitter.feed(data))

    def end(self) -> Batch:
        batch = self._events(self._splitter.end()) if self._splitter is not None else []
        return batch if self.failed else [*batch, *self._told(self._inner.end())]

    def turn(self) -> Turn:
        return self._inner.turn()

    def _events(self, events: list[SSE]) -> Batch:
        plain, broken = b"", None
        for event in events:
            if event.event == "chunk":
                plain += sse_of(event)
            elif event.event == "error" or event.event.endswith("Exception"):
                broken = event
        batch = self._told(self._inner.feed(plain)) if plain else []
        if broken is not None and not self.done:
            self.failed = self.failed or exception(broken, self._call)
        return batch

    def _told(self, batch: Batch) -> Batch:
        self.failed, self.done = self._inner.failed, self._inner.done
        return batch


def sse_of(event: SSE) -> bytes:
    """Anthropic's event in a frame, as it would have come from Anthropic; empty for what is none."""
    try:
        data = _chunk_of(event.data).data
    except json.FAULTS:
        return b""
    found = _TYPE.match(data)  # Anthropic writes the type first
    if found is None:
        return b"data: %s\n\n" % data.replace(b"\n", b" ")
    if found[1] == b"message_stop":  # Bedrock adds its own metrics to it
        data = _STOP
    return b"event: %s\ndata: %s\n\n" % (found[1], data.replace(b"\n", b" "))


PROTOCOL = AnthropicBedrock()
