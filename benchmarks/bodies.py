"""Requests as Claude Code sends them: three system blocks, 12 tools, tool turns, headers."""

import json
import random
from collections.abc import Iterator
from typing import Any

PROSE = (
    "the file returns value request handler parse config error stream token model provider test module "
    "path line when each block tool result input output write read buffer socket async await import "
    "class def self"
)
WORDS = PROSE.split()
NAMES = "Agent Bash DeferredToolPlaceholder Edit Glob Grep Read Skill TaskOutput TodoWrite ToolSearch Write"
BILLING = "x-anthropic-billing-header: cc_version=2.1.329.a3c; cc_entrypoint=sdk-cli;"
# The client's key to the router; long, since LiteLLM refuses short ones.
TOKEN = "sk-bench-2f1c9a7d4e6b8035"  # noqa: S105
CACHED = {"type": "ephemeral"}
SESSION = "5b1f0f0e-6d1c-4a57-9a43-2f7d3f6c8a10"

HEADERS = {
    "Accept": "application/json",
    "Authorization": f"Bearer {TOKEN}",
    "Content-Type": "application/json",
    "User-Agent": "claude-cli/2.1.329 (external, sdk-cli)",
    "X-Claude-Code-Session-Id": SESSION,
    "X-Stainless-Arch": "x64",
    "X-Stainless-Lang": "js",
    "X-Stainless-OS": "Linux",
    "X-Stainless-Package-Version": "0.128.0",
    "X-Stainless-Retry-Count": "0",
    "X-Stainless-Runtime": "node",
    "X-Stainless-Runtime-Version": "v26.12.1",
    "X-Stainless-Timeout": "600",
    "anthropic-beta": (
        "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,per-turn-control-2026-07-01,"
        "mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,advanced-tool-use-2025-11-20,"
        "effort-2025-11-24"
    ),
    "anthropic-dangerous-direct-browser-access": "true",
    "anthropic-version": "2023-06-01",
    "x-app": "cli",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}


def claude_code_body(size: int, model: str, stream: bool, ask: str) -> bytes:
    """A request of exactly `size` bytes (from about 16 KB) whose last user text is `ask`."""
    body = _skeleton(model, stream, ask, small=size < 50_000)
    rng = random.Random(size)  # noqa: S311  the same conversation in each run
    room = size - len(_dump(body))
    for turn in _turns(rng):
        room -= len(_dump(turn)) - 1  # its brackets go, a comma comes
        if room < 0:
            break
        body["messages"][-1:-1] = turn
    return _padded(body, size)


def _padded(body: dict[str, Any], size: int) -> bytes:
    missing = size - len(_dump(body))
    if missing < 0:
        raise ValueError(
            f"a Claude Code body of {size} bytes is too small; at least {size - missing} are needed"
        )
    body["system"][2]["text"] += "." * missing
    return _dump(body)


def _skeleton(model: str, stream: bool, ask: str, small: bool) -> dict[str, Any]:
    rng = random.Random(7)  # noqa: S311
    prompt, description, environment = (1_500, 200, 800) if small else (7_200, 1_600, 8_500)
    identity = {"device_id": "0" * 64, "account_uuid": "", "session_id": SESSION}
    return {
        "model": model,
        "messages": [
            {"role": "user", "content": _text(rng, 300)},
            {"role": "system", "content": _text(rng, environment)},
            {"role": "user", "content": [{"type": "text", "text": ask, "cache_control": CACHED}]},
        ],
        "system": [
            {"type": "text", "text": BILLING},
            {
                "type": "text",
                "text": "You are a coding agent that helps with files.",
                "cache_control": CACHED,
            },
            {"type": "text", "text": _text(rng, prompt), "cache_control": CACHED},
        ],
        "tools": [_tool(rng, name, description) for name in NAMES.split()],
        "metadata": {"user_id": json.dumps(identity)},
        "max_tokens": 32_000,
        "thinking": {"type": "adaptive", "display": "omitted"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "output_config": {"effort": "high"},
        "stream": stream,
    }


def _tool(rng: random.Random, name: str, description: int) -> dict[str, Any]:
    properties = {
        "file_path": {"type": "string", "description": _text(rng, 120)},
        "mode": {"type": "string", "enum": ["content", "files", "count"], "description": _text(rng, 80)},
        "limit": {"type": "number", "description": _text(rng, 60), "exclusiveMinimum": 0, "default": 100},
        "edits": {
            "type": "array",
            "items": {"type": "object", "properties": {"old": {"type": "string"}, "new": {"type": "string"}}},
        },
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": ["file_path"],
        "additionalProperties": False,
    }
    deferred = {"defer_loading": True} if name == "DeferredToolPlaceholder" else {}
    return {"name": name, "description": _text(rng, description), "input_schema": schema, **deferred}


def _turns(rng: random.Random) -> Iterator[list[dict[str, Any]]]:
    """Tool turns without end: the model calls one or two tools, their results come back, 1 to 4 KB each."""
    for number in range(1_000_000):
        ids = [f"toolu_{number:06d}{call}" for call in range(1 + number % 2)]
        said = {"type": "text", "text": _text(rng, 150)}
        calls = [
            {"type": "tool_use", "id": call, "name": "Read", "input": {"file_path": _text(rng, 40)}}
            for call in ids
        ]
        results = [
            {"type": "tool_result", "tool_use_id": call, "content": _text(rng, rng.randrange(1_000, 4_000))}
            for call in ids
        ]
        yield [{"role": "assistant", "content": [said, *calls]}, {"role": "user", "content": results}]


def _text(rng: random.Random, length: int) -> str:
    """Words in lines, with what JSON has to escape; one text in ten has letters beyond ASCII."""
    words, size = (["naïve “quoted” "] if rng.random() < 0.1 else []), 0
    while size < length:
        word = rng.choice(WORDS) + ("\n\t" if rng.random() < 0.08 else " ")
        words.append(word)
        size += len(word)
    return "".join(words)


def _dump(value: dict[str, Any] | list[dict[str, Any]]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
