"""What of an answer is content: something to read, or a call. Pure; asked only of events that are held."""

from __future__ import annotations

import msgspec

from ccr.anthropic.events import Batch, BlockDelta, BlockStart, Event, MessageDelta, Opaque, understood

PLAIN_ENDS = ("", "end_turn", "tool_use")
"""Stop reasons that promise content; others, such as ``max_tokens`` and ``refusal``, may stand alone."""


def tokens(event: Event) -> float:
    """About how many tokens of content an event brings; 0: none, as for white space or the start of a text.

    Thinking is content: who waits sees that the model works. A signature alone is none.
    """
    if type(event) is Opaque:
        if event.name == "message":
            return sum(_of_block(block.type, block.text, block.thinking) for block in _message(event).content)
        event = understood(event)
    if type(event) is BlockDelta:
        delta = event.delta
        return max(
            _of_text(delta.get("text")), _of_text(delta.get("thinking")), _of_text(delta.get("partial_json"))
        )
    if type(event) is BlockStart:
        block = event.content_block
        return _of_block(str(block.get("type")), block.get("text"), block.get("thinking"))
    return 0.0


def stop_reason(batch: Batch) -> str:
    """Why the answer in these events ended; "": they do not say."""
    reason: object = None
    for event in batch:
        if isinstance(event, Opaque) and event.name == "message":
            reason = _message(event).stop_reason
        elif isinstance(known := understood(event), MessageDelta):
            reason = known.delta.get("stop_reason")
    return reason if isinstance(reason, str) else ""


def _of_text(text: object) -> float:
    """White space says nothing. Each piece is at least a token; four characters are about one."""
    if not text or not isinstance(text, str) or text.isspace():
        return 0.0
    return len(text) / 4 if len(text) > 4 else 1.0


def _of_block(kind: str, text: object, thinking: object) -> float:
    """Any other block than these two is content by being there: calls, results, what is yet to come."""
    if kind in ("text", "thinking"):
        return max(_of_text(text), _of_text(thinking))
    return 1.0


class _Block(msgspec.Struct):
    type: str = ""
    text: object = None
    thinking: object = None


class _Message(msgspec.Struct):
    content: list[_Block] = []
    stop_reason: object = None


_decode = msgspec.json.Decoder(_Message).decode


def _message(event: Opaque) -> _Message:
    """Of a message only what is asked about; one that cannot be read counts as empty."""
    try:
        return _decode(event.raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Message()
