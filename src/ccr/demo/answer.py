"""What the demo provider says."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ccr.demo import tools
from ccr.demo.conversation import Payload, said, tool_results, wants_thinking
from ccr.demo.tools import ToolCall
from ccr.wire import json

HINT = "To talk to a real model, name a provider in ~/.claude-code-router/config.json."
_PIECE = re.compile(r"\s*\S+\s*?(?=\s|$)|\s+$")


class Answer(NamedTuple):
    """An answer in pieces of about a token; ``finish`` is OpenAI's finish_reason."""

    thinking: list[str]
    text: list[str]
    call: ToolCall | None
    finish: str


def reply(payload: Payload) -> Answer:
    """The answer to a valid Chat Completions request."""
    results, user = tool_results(payload["messages"]), said(payload["messages"])
    # One call per turn of the user: whoever has just had a result gets words, so that no loop can arise.
    call = None if results else tools.choose(payload.get("tools"), payload.get("tool_choice"), user)
    thinking = pieces(_thought(user, results, call)) if wants_thinking(payload) else []
    if call is not None:
        return Answer(thinking, pieces(f"I will call {call.name}."), call, "tool_calls")
    return _limited(payload, thinking, _words(payload, user, results))


def pieces(text: str) -> list[str]:
    """The text cut before each space, as models stream it; joined it is the text again."""
    return _PIECE.findall(text)


def shortened(text: str, length: int = 400) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _thought(user: str, results: list[str], call: ToolCall | None) -> str:
    seen = "A tool has answered." if results else f"The user said: “{shortened(user, 120)}”."
    plan = f"The tool {call.name} fits." if call else "No tool is needed."
    return f"{seen} {plan} I am only a demo, so I keep it short."


def _words(payload: Payload, user: str, results: list[str]) -> str:
    if (schema := _wanted_schema(payload)) is not None:
        return json.encode(_sample(schema, user)).decode()
    if results:
        return (
            f"The tool answered:\n\n{shortened(results[-1])}\n\nMore than that the demo provider cannot do."
        )
    return f"Hello from the demo provider, which works offline. You said: “{shortened(user)}”. {HINT}"


def _wanted_schema(payload: Payload) -> dict[str, Any] | None:
    wanted = payload.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind == "json_object":
        return {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    if kind != "json_schema" or not isinstance(wanted, dict):
        return None
    schema = wanted.get("json_schema", {}).get("schema")
    return schema if isinstance(schema, dict) else {}


def _sample(schema: dict[str, Any], user: str) -> Any:
    try:
        return tools.sample(schema, shortened(user, 60))
    except LookupError:
        return {}


def _limited(payload: Payload, thinking: list[str], words: str) -> Answer:
    """The answer, ended by a stop sequence or the limit of tokens, whichever comes first."""
    stops = payload.get("stop") or []
    for stop in [stops] if isinstance(stops, str) else stops:
        words = words.partition(stop)[0]
    text = pieces(words)
    limit = payload.get("max_completion_tokens") or payload.get("max_tokens") or len(thinking) + len(text)
    if len(thinking) + len(text) <= limit:
        return Answer(thinking, text, None, "stop")
    return Answer(thinking[:limit], text[: max(0, limit - len(thinking))], None, "length")
