"""A client that behaves like Claude Code: it echoes what it got, and may leave out what was thought."""

from __future__ import annotations

from typing import Any

from tests.e2e.switching.script import TOOLS, Given, Said, Turn, Use, model_turn, user_turn, uses, words

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "path": {"type": "string"}},
    "required": ["n"],
}
THINKING: dict[str, dict[str, Any]] = {
    "adaptive": {"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "high"}},
    "enabled": {
        "thinking": {"type": "enabled", "budget_tokens": 4000},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    },
    "none": {},
}

Message = dict[str, Any]


class Client:
    """One conversation. ``turns`` is what has been said so far, in the common form."""

    def __init__(self, thinking: str, session: int) -> None:
        self.turns: list[Turn] = []
        self.calls: dict[int, str] = {}
        """The client's id by the number of the call."""
        self._messages: list[Message] = []
        self._about = {
            "max_tokens": 16_000,
            "system": [{"type": "text", "text": "system-0"}],
            "tools": [{"name": name, "description": "A tool.", "input_schema": SCHEMA} for name in TOOLS],
            "metadata": {"user_id": f"user_x_account__session_00000000-0000-4000-8000-{session:012d}"},
            **THINKING[thinking],
        }

    def body(self, model: str, *, stream: bool) -> dict[str, Any]:
        messages = [
            message if message is self._messages[-1] else _short(message) for message in self._messages
        ]
        return {"model": model, "messages": messages, **self._about, "stream": stream}

    def say(self, given: Given) -> None:
        """The user's next turn."""
        blocks = [
            {
                "type": "tool_result",
                "tool_use_id": self.calls[result.n],
                "content": result.text,
                **({"is_error": True} if result.failed else {}),
            }
            for result in given.results
        ]
        text = [{"type": "text", "text": given.text}] if given.text else []
        if given.apart and len(blocks) > 1:
            self._messages.append({"role": "user", "content": blocks[:1]})
            blocks = blocks[1:]
        self._messages.append({"role": "user", "content": [*blocks, *text]})
        if given.late_system:
            self._messages.append({"role": "system", "content": given.late_system})
        self.turns.append(user_turn(given.results, f"{given.text} {given.late_system}"))

    def hear(self, message: Message, said: Said, *, keep: bool) -> None:
        """Checks an answer against what the model said, and makes it part of the conversation."""
        content = message["content"]
        heard = " ".join(words(b["text"]) for b in content if b["type"] == "text").strip()
        assert heard == model_turn(said).text, f"the client reads {heard!r} of {said}"
        called = [b for b in content if b["type"] == "tool_use"]
        assert [(b["name"], b["input"]) for b in called] == [(u.name, u.arguments) for u in uses(said)]
        for use, block in zip(uses(said), called, strict=True):
            self._learn(use, block["id"])
        kept = [b for b in content if keep or b["type"] not in ("thinking", "redacted_thinking")]
        self._messages.append({"role": "assistant", "content": kept})
        self.turns.append(model_turn(said))

    def _learn(self, use: Use, tool_id: str) -> None:
        assert tool_id not in self.calls.values(), f"the id {tool_id} twice in one conversation"
        self.calls[use.n] = tool_id


def _short(message: Message) -> Message:
    """A message that is no longer the last: one block of text becomes a plain string."""
    content = message["content"]
    if message["role"] == "user" and len(content) == 1 and content[0]["type"] == "text":
        return {**message, "content": content[0]["text"]}
    return message
