"""Chunks of every protocol's streams as recorded ones look, each with a piece of text or arguments in it."""

import base64
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

Wrap = Callable[[str], bytes]
"""Puts a piece into a chunk."""


@dataclass(frozen=True)
class Stream:
    """How one protocol streams: what opens an answer, a piece of it, and the same for a call's arguments."""

    protocol: str
    model: str
    text: Wrap
    head: tuple[bytes, ...] = ()
    arguments: Wrap | None = None
    """None: calls come whole."""
    call: tuple[bytes, ...] = ()
    typed: bool = False
    """Events are read one by one, as for transformers; else they are relayed."""
    name: str = ""
    base: str = "https://api.example.com"

    def __str__(self) -> str:
        return self.name or self.protocol


def _said(template: str, *, named: bool = False, end: str = "\n\n") -> Wrap:
    """A line of data in which ``@`` is the piece, as JSON text."""
    before, after = template.split("@")
    kind = json.loads(template.replace("@", '""')).get("type", "")
    head = f"event: {kind}\ndata: " if named else "data: " if end == "\n\n" else ""
    return lambda piece: f"{head}{before}{json.dumps(piece, ensure_ascii=False)}{after}{end}".encode()


def _whole(*data: str) -> tuple[bytes, ...]:
    return tuple(f"data: {value}\n\n".encode() for value in data)


# Chat Completions.

_CHAT = (
    '{"id":"chatcmpl-DuLddZr4DRHJOM0r9PiSog78i9fIY","object":"chat.completion.chunk","created":1782321917,'
    '"model":"gpt-5-2025-08-07","service_tier":"default","system_fingerprint":null,"choices":[{"index":0,"delta":%s,'
    '"finish_reason":null}],"usage":null,"obfuscation":"RZdMG9"}'
)
_CHAT_CALL = (
    '{"tool_calls":[{"index":0,"id":"call_EDay3PkaZNpm","type":"function",'
    '"function":{"name":"Write","arguments":""}}]}'
)

# Responses.

_RESPONSES_ITEM = (
    '{"type":"response.output_item.added","item":{"id":"fc_0c6e197b73d08e53","type":"function_call","status":"in_progress",'
    '"arguments":"","call_id":"call_EDay3PkaZNpm","name":"Write"},"output_index":0,"sequence_number":4}'
)
_RESPONSES = (
    '{"type":"response.%s.delta",%s"delta":@,"item_id":"msg_0c6e197b73d08e53016a3c1266504c8191975a5dba8","logprobs":[],'
    '"obfuscation":"ZHxImI89t4","output_index":0,"sequence_number":55}'
)

# Gemini.

_GEMINI = (
    '{"candidates": [{"content": {"parts": [%s],"role": "model"},"index": 0}],'
    '"usageMetadata": {"promptTokenCount": 12018,"candidatesTokenCount": 18,"totalTokenCount": 12217,'
    '"promptTokensDetails": [{"modality": "TEXT","tokenCount": 12018}],"thoughtsTokenCount": 199},'
    '"modelVersion": "gemini-3-pro-preview","responseId": "TeAgaaKoDO-tz7IPmu30uQo"}'
)
_GEMINI_CALL = '{"functionCall":{"name":"Write","willContinue":true}}'
_GEMINI_PIECE = (
    '{"functionCall":{"partialArgs":[{"jsonPath":"$.content","stringValue":@,"willContinue":true}],'
    '"willContinue":true}}'
)

# Anthropic.

_START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message",'
    b'"role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":9,"output_tokens":1}}}\n\n'
)
_BLOCK = b'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":%s}\n\n'
_TEXT_BLOCK = _BLOCK % b'{"type":"text","text":""}'
_TOOL_BLOCK = _BLOCK % b'{"type":"tool_use","id":"toolu_1","name":"Write","input":{}}'
_TEXT_DELTA = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":@}}'
_JSON_DELTA = '{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":@}}'


# AWS's frames.


def frame(name: str, payload: bytes) -> bytes:
    """An event in AWS's binary form."""
    headers = b"".join(
        bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for key, value in (
            (":event-type", name),
            (":content-type", "application/json"),
            (":message-type", "event"),
        )
    )
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return body + struct.pack(">I", zlib.crc32(body))


def _converse(delta: str) -> Wrap:
    before, after = delta.split("@")

    def wrap(piece: str) -> bytes:
        payload = (
            f'{{"contentBlockIndex":0,"delta":{before}{json.dumps(piece, ensure_ascii=False)}{after},'
            '"p":"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"}'
        )
        return frame("contentBlockDelta", payload.encode())

    return wrap


def _invoked(data: bytes) -> bytes:
    """Anthropic's event inside a frame."""
    event = data.partition(b"data: ")[2].strip()
    chunk = {"bytes": base64.b64encode(event).decode(), "p": "abcdefghijklmnopqrstuv"}
    return frame("chunk", json.dumps(chunk, separators=(",", ":")).encode())


def _framed(wrap: Wrap) -> Wrap:
    return lambda piece: _invoked(wrap(piece))


_text_delta, _json_delta = _said(_TEXT_DELTA, named=True), _said(_JSON_DELTA, named=True)
_ANTHROPIC = Stream(
    "anthropic",
    "claude-opus-5-5",
    _text_delta,
    (_START, _TEXT_BLOCK),
    _json_delta,
    (_START, _TOOL_BLOCK),
)

STREAMS = (
    Stream(
        "openai_chat",
        "gpt-5",
        _said(_CHAT % '{"content":@,"reasoning":""}'),
        _whole(_CHAT % '{"role":"assistant","content":""}'),
        _said(_CHAT % '{"tool_calls":[{"index":0,"function":{"arguments":@}}]}'),
        _whole(_CHAT % _CHAT_CALL),
    ),
    Stream(
        "openai_chat",
        "gpt-5",
        _said(_CHAT % '{"content":@}'),
        _whole(_CHAT % '{"role":"assistant","content":""}'),
        name="openai_chat, text alone",
    ),
    Stream(
        "openai_responses",
        "gpt-5",
        _said(_RESPONSES % ("output_text", '"content_index":0,'), named=True),
        (),
        _said(_RESPONSES % ("function_call_arguments", ""), named=True),
        _whole(_RESPONSES_ITEM),
    ),
    Stream(
        "gemini",
        "gemini-3-pro-preview",
        _said(_GEMINI % '{"text": @}'),
        (),
        _said(_GEMINI % _GEMINI_PIECE),
        _whole(_GEMINI % _GEMINI_CALL),
    ),
    Stream(
        "bedrock",
        "amazon.nova-pro-v1:0",
        _converse('{"text":@}'),
        (frame("messageStart", b'{"role":"assistant"}'),),
        _converse('{"toolUse":{"input":@}}'),
        (
            frame(
                "contentBlockStart",
                b'{"contentBlockIndex":0,"start":{"toolUse":{"name":"Write","toolUseId":"tooluse_1"}}}',
            ),
        ),
    ),
    Stream(
        "ollama",
        "qwen3",
        _said(
            '{"model":"qwen3.6:latest","created_at":"2026-08-07T06:08:23.577476Z",'
            '"message":{"role":"assistant","content":@},"done":false}',
            end="\n",
        ),
    ),
    Stream(
        "cohere",
        "command-a-03-2025",
        _said('{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":@}}}}', named=True),
        (),
        _said(
            '{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":@}}}}}',
            named=True,
        ),
        _whole(
            '{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"Write_1","type":"function",'
            '"function":{"name":"Write","arguments":""}}}}}'
        ),
    ),
    _ANTHROPIC,
    replace(_ANTHROPIC, typed=True, name="anthropic, read"),
    Stream(
        "bedrock",
        "anthropic.claude-opus-5-5-v1:0",
        _framed(_text_delta),
        (_invoked(_START), _invoked(_TEXT_BLOCK)),
        _framed(_json_delta),
        (_invoked(_START), _invoked(_TOOL_BLOCK)),
        name="bedrock, Claude's own words",
        base="https://bedrock-runtime.example.com/model/x/invoke",
    ),
)
"""The first is what the others are compared with."""
