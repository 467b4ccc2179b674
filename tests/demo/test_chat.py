"""Answers in OpenAI's words, as the official OpenAI client reads them."""

from __future__ import annotations

from typing import Any

from openai import OpenAI

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ASK: dict[str, Any] = {
    "model": "demo-1",
    "messages": [{"role": "user", "content": "The weather in Paris?"}],
    "tools": [WEATHER],
    "extra_body": {"thinking": {"type": "enabled"}},
}


def test_a_whole_answer_and_a_streamed_one_say_the_same(client: OpenAI) -> None:
    whole = client.chat.completions.create(**ASK)
    with client.chat.completions.stream(**ASK, stream_options={"include_usage": True}) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    assert whole.choices[0].finish_reason == "tool_calls"
    assert final.choices[0].message.content == whole.choices[0].message.content
    assert final.usage == whole.usage
    calls = [choice.message.tool_calls or [] for choice in (whole.choices[0], final.choices[0])]
    assert [c.model_dump(include={"id", "type"}) for c in calls[0]] == [
        c.model_dump(include={"id", "type"}) for c in calls[1]
    ]
    assert len(events) > 5


def test_thinking_is_streamed_as_reasoning_content(client: OpenAI) -> None:
    chunks = list(client.chat.completions.create(**ASK, stream=True))
    thought = "".join(getattr(chunk.choices[0].delta, "reasoning_content", None) or "" for chunk in chunks)
    assert "get_weather fits" in thought
    assert all(chunk.usage is None for chunk in chunks)
