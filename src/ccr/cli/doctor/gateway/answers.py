"""What came, and what is wrong with it, in words; "" where nothing is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccr.cli.doctor.gateway.probe import Got
from ccr.wire import json
from ccr.wire.sse import Splitter

Events = list[dict[str, Any]]


def events(got: Got) -> Events:
    """The events of a stream; what is no JSON object is left out."""
    splitter = Splitter()
    found: Events = []
    for one in [*splitter.feed(got.body), *splitter.end()]:
        try:
            value = json.decode(one.data)
        except json.JSONError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def refused(got: Got) -> str:
    """Why it is no answer: the gateway's own words."""
    if got.status == 200:
        return ""
    told = got.json
    error = told.get("error") if isinstance(told, dict) else None
    words = error.get("message") if isinstance(error, dict) else got.body[:200].decode(errors="replace")
    return f"status {got.status}: {str(words)[:300]}"


def stream_fault(got: Got) -> str:
    """What Claude Code would not forgive in a stream (claude-code.md §9)."""
    if fault := refused(got):
        return fault
    if "text/event-stream" not in got.headers.get("content-type", ""):
        return f"content-type is {got.headers.get('content-type')}, not text/event-stream."
    found = events(got)
    if errors := [one for one in found if one.get("type") == "error"]:
        return f"an error in the stream: {(errors[0].get('error') or {}).get('message')}"
    return order_fault(found)


def order_fault(found: Events) -> str:
    """Whether message_start, blocks and message_stop come in order, each once."""
    kinds = [str(one.get("type")) for one in found if one.get("type") != "ping"]
    if kinds[:1] != ["message_start"] or kinds.count("message_start") != 1:
        return "it does not begin with one message_start."
    if kinds[-1] != "message_stop" or "message_delta" not in kinds:
        return "it does not end with message_delta and message_stop."
    return _blocks_fault(found)


def _blocks_fault(found: Events) -> str:
    open_: set[Any] = set()
    seen: set[Any] = set()
    for one in found:
        kind, index = one.get("type"), one.get("index")
        if kind == "content_block_start":
            if index in seen:
                return f"block {index} begins twice."
            if _filled(one.get("content_block")):
                return "content stands in content_block_start: Claude Code loses it."
            open_.add(index)
            seen.add(index)
        elif kind == "content_block_delta" and index not in open_:
            return f"a delta for block {index}, which is not open."
        elif kind == "content_block_stop":
            if index not in open_:
                return f"block {index} is closed twice, or was never open."
            open_.discard(index)
    return f"block {min(open_)} is never closed." if open_ else ""


def usage_fault(found: Events) -> str:
    """Claude Code compacts, and tells costs, by these figures."""
    told: dict[str, Any] = {}
    for one in found:
        message = one.get("message")
        told |= (message.get("usage") or {}) if isinstance(message, dict) else {}
        told |= one.get("usage") or {}
    cached = (told.get("cache_read_input_tokens") or 0) + (told.get("cache_creation_input_tokens") or 0)
    lack = [] if (told.get("input_tokens") or 0) + cached else ["input_tokens"]
    lack += [] if told.get("output_tokens") else ["output_tokens"]
    return f"{' and '.join(lack)} missing or 0: the client never compacts." if lack else ""


def stop_reason(found: Events) -> Any:
    return next((one["delta"].get("stop_reason") for one in reversed(found) if _is_end(one)), None)


def call_of(found: Events, name: str) -> tuple[dict[str, Any] | None, str]:
    """The tool_use block with its input, and what is wrong with it."""
    block = next((one for one in map(_block, found) if one.get("type") == "tool_use"), None)
    if block is None:
        return None, "no tool_use block came."
    index = next(one.get("index") for one in found if _block(one) is block)
    text = "".join(
        str((one.get("delta") or {}).get("partial_json") or "")
        for one in found
        if one.get("type") == "content_block_delta" and one.get("index") == index
    )
    try:
        value = json.decode(text.encode())
    except json.JSONError:
        return None, f"the input is no JSON: {text[:80]!r}."
    if block.get("name") != name or not block.get("id"):
        return None, f"the block names {block.get('name')!r}, id {block.get('id')!r}."
    if stop_reason(found) != "tool_use":
        return None, f"stop_reason is {stop_reason(found)!r}, not tool_use."
    return {**block, "input": value}, ""


def message_fault(got: Got) -> str:
    """What is wrong with an answer that is no stream."""
    if fault := refused(got):
        return fault
    told = got.json
    if (
        not isinstance(told, dict)
        or told.get("type") != "message"
        or not isinstance(told.get("content"), list)
    ):
        return "it is no message."
    lack = [key for key in ("id", "role", "model", "stop_reason", "usage") if key not in told]
    return f"it lacks {', '.join(lack)}." if lack else ""


def error_fault(got: Got, statuses: Sequence[int]) -> str:
    """Whether an error has the status and the form that the client reads."""
    if got.status not in statuses:
        return f"status {got.status}, not {' or '.join(map(str, statuses))}."
    told = got.json
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict) or told.get("type") != "error":
        return 'its body is not {"type": "error", "error": {"type", "message"}}.'
    lack = [key for key in ("type", "message") if not isinstance(error.get(key), str)]
    return f"error lacks {', '.join(lack)}." if lack else ""


def _block(one: dict[str, Any]) -> dict[str, Any]:
    block = one.get("content_block")
    return block if isinstance(block, dict) else {}


def _filled(block: Any) -> bool:
    return isinstance(block, dict) and bool(
        (block.get("type") == "text" and block.get("text"))
        or (block.get("type") == "tool_use" and block.get("input"))
    )


def _is_end(one: dict[str, Any]) -> bool:
    return one.get("type") == "message_delta" and isinstance(one.get("delta"), dict)
