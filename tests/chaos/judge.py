"""What a client got: one valid answer or one valid error, and whose; anything else is said in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccr.anthropic.events import BlockDelta, BlockStart, BlockStop, Event, Failure, read, understood
from ccr.wire.sse import Splitter
from tests.chaos.scripts import Script
from tests.grammar import violations

SECRETS = ("Traceback", 'File "')


@dataclass
class Got:
    """An answer as a client holds it."""

    status: int
    headers: dict[str, str]
    data: bytes
    wrong: list[str] = field(default_factory=list)
    blocks: list[Any] = field(default_factory=list)
    """Texts, and calls as ``(name, input)``; a call that is not whole as ``(name, text)``."""

    error: dict[str, Any] | None = None

    @property
    def streamed(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")


def got(status: int, headers: Mapping[str, str], data: bytes) -> Got:
    """Read, its form judged."""
    found = Got(status, {name.lower(): value for name, value in headers.items()}, data)
    found.wrong += [
        f"the client is shown {word!r}" for word in SECRETS if word in data.decode("utf-8", "replace")
    ]
    if found.streamed:
        _stream(found)
    else:
        _body(found)
    if status == 200 and not found.streamed and found.error:
        found.wrong.append("an error with status 200")
    if status != 200 and found.error is None:
        found.wrong.append(f"status {status} without an error")
    return found


def _stream(found: Got) -> None:
    splitter = Splitter()
    frames = splitter.feed(found.data)
    found.wrong += [
        f"an event that is no JSON: {frame.data!r}" for frame in frames if not _is_json(frame.data)
    ]
    events = [read(frame) for frame in frames]
    if splitter.end():
        found.wrong.append("the stream ends amid an event")
    found.wrong += violations(events)
    events = [understood(event) for event in events]
    found.error = next((dict(event.error) for event in events if isinstance(event, Failure)), None)
    if found.error is not None:
        _is_error(found, found.error)
    _blocks(found, events)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def _blocks(found: Got, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case BlockStart(_, block):
                found.blocks.append("" if block["type"] == "text" else (block["name"], ""))
            case BlockDelta(_, delta):
                last = found.blocks[-1]
                if isinstance(last, str):
                    found.blocks[-1] = last + delta["text"]
                else:
                    found.blocks[-1] = (last[0], last[1] + delta["partial_json"])
            case BlockStop(_) if not isinstance(found.blocks[-1], str):
                name, text = found.blocks[-1]
                found.blocks[-1] = (name, json.loads(text or "{}"))


def _body(found: Got) -> None:
    try:
        value = json.loads(found.data)
    except ValueError:
        found.wrong.append(f"no JSON: {found.data[:80]!r}")
        return
    if value.get("type") == "error":
        found.error = value.get("error")
        _is_error(found, found.error)
    elif value.get("type") == "message":
        found.blocks = [
            block["text"] if block["type"] == "text" else (block["name"], block["input"])
            for block in value["content"]
        ]
        called = any(not isinstance(block, str) for block in found.blocks)
        if value.get("stop_reason") not in (("tool_use",) if called else ("end_turn",)):
            found.wrong.append(f"the stop_reason {value.get('stop_reason')!r}")
        if "output_tokens" not in value.get("usage", {}):
            found.wrong.append("a message without usage")
    else:
        found.wrong.append(f"neither a message nor an error: {found.data[:80]!r}")


def _is_error(found: Got, error: Any) -> None:
    if not isinstance(error, dict) or not error.get("message") or not error.get("type"):
        found.wrong.append(f"an error that says nothing: {error!r}")


def is_beginning(blocks: Sequence[Any], script: Script, *, endless: bool = False) -> bool:
    """Whether these are the first characters of what the script says. ``endless``: its last piece repeats."""
    content = script.content
    for at, block in enumerate(blocks):
        if at >= len(content):
            return False
        due, last = content[at], at == len(blocks) - 1
        if block == due:
            continue
        if not last or not _begins(block, due, script if endless else None):
            return False
    return True


def _begins(block: Any, due: Any, endless: Script | None) -> bool:
    if isinstance(due, str):
        if endless is not None and isinstance(block, str):
            due += endless.pieces[-1] * (len(block) // len(endless.pieces[-1]) + 1)
        return isinstance(block, str) and due.startswith(block)
    return block[0] == due[0] and isinstance(block[1], str) and json.dumps(due[1]).startswith(block[1])
