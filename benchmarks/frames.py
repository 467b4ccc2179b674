"""The answers of a provider, frame by frame: each frame is one server-sent event, written by itself.

What is to be answered is asked for inside the request, in the text of the last message, as
`@@frames=00020,pace=00001,head=00000,id=000000007@@`: it passes every router unchanged, and makes each
request different from all others.
"""

import re
from dataclasses import dataclass

ASK = re.compile(rb"@@frames=(\d+),pace=(\d+),head=(\d+),id=(\d+)@@")
FIRST_TEXT = b"tok"
# Pauses in a stream besides those between its texts (Anthropic; Chat has one fewer).
FRAMES_AROUND = 4

_CHAT = (
    b'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1795000000,'
    b'"model":"bench-model","system_fingerprint":"fp_bench","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}\n\n'
)
_CHAT_USAGE = (
    b'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1795000000,'
    b'"model":"bench-model","choices":[],"usage":{"prompt_tokens":12000,"completion_tokens":%d,"total_tokens":%d}}\n\n'
)
_CHAT_JSON = (
    b'{"id":"chatcmpl-bench","object":"chat.completion","created":1795000000,"model":"bench-model","choices":[{"index":0,'
    b'"message":{"role":"assistant","content":"%s"},"logprobs":null,"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":12000,"completion_tokens":%d,"total_tokens":%d}}'
)
_EVENT = b"event: %s\ndata: %s\n\n"
_START = (
    b'{"type":"message_start","message":{"id":"msg_bench","type":"message","role":"assistant","model":"bench-model",'
    b'"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12000,"output_tokens":1}}}'
)
_DELTA = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}'
_MESSAGE_JSON = (
    b'{"id":"msg_bench","type":"message","role":"assistant","model":"bench-model","content":[{"type":"text","text":"%s"}],'
    b'"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12000,"output_tokens":%d}}'
)


@dataclass(frozen=True)
class Ask:
    """What is asked of the provider: `frames` text deltas, `pace` ms apart, the head after `head` ms."""

    frames: int = 8
    pace: int = 0
    head: int = 0
    id: int = 0

    def text(self) -> str:
        """Always of the same length, so that it can be exchanged inside a finished body."""
        return f"@@frames={self.frames:05d},pace={self.pace:05d},head={self.head:05d},id={self.id:09d}@@"


def read_ask(body: bytes) -> Ask:
    """The ask inside a request's body; a short answer at once when there is none."""
    found = ASK.search(body)
    return Ask(*(int(number) for number in found.groups())) if found else Ask()


def chat_stream(frames: int) -> list[bytes]:
    """An OpenAI Chat stream with `frames` text deltas and 4 frames more."""
    texts = [_CHAT % (b'{"content":"%s"}' % _token(number), b"null") for number in range(frames)]
    usage = _CHAT_USAGE % (frames, 12_000 + frames)
    return [
        _CHAT % (b'{"role":"assistant","content":""}', b"null"),
        *texts,
        _CHAT % (b"{}", b'"stop"'),
        usage,
        b"data: [DONE]\n\n",
    ]


def anthropic_stream(frames: int) -> list[bytes]:
    """An Anthropic stream with `frames` text deltas and 5 frames more."""
    start = b'{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    stopped = b'"delta":{"stop_reason":"end_turn","stop_sequence":null}'
    end = b'{"type":"message_delta",%s,"usage":{"output_tokens":%d}}' % (stopped, frames)
    return [
        _EVENT % (b"message_start", _START),
        _EVENT % (b"content_block_start", start),
        *(_EVENT % (b"content_block_delta", _DELTA % _token(number)) for number in range(frames)),
        _EVENT % (b"content_block_stop", b'{"type":"content_block_stop","index":0}'),
        _EVENT % (b"message_delta", end),
        _EVENT % (b"message_stop", b'{"type":"message_stop"}'),
    ]


def chat_json(frames: int) -> bytes:
    """The whole answer of `chat_stream` as one chat.completion."""
    return _CHAT_JSON % (_whole(frames), frames, 12_000 + frames)


def anthropic_json(frames: int) -> bytes:
    """The whole answer of `anthropic_stream` as one message."""
    return _MESSAGE_JSON % (_whole(frames), frames)


def _whole(frames: int) -> bytes:
    return b"".join(_token(number) for number in range(frames))


def _token(number: int) -> bytes:
    return FIRST_TEXT + b"%d " % number
