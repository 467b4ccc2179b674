"""The demo provider as the official OpenAI client sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from ccr.config.settings import Settings
from ccr.demo.host import start_demo
from ccr.demo.settings import demo_settings

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


@pytest.fixture(scope="module")
def client() -> Iterator[OpenAI]:
    with start_demo(pace=0) as demo, OpenAI(base_url=demo.url, api_key="none", max_retries=0) as client:
        yield client


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


def test_it_has_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["demo-1"]


def test_bad_requests_get_errors_of_openai_s_shape(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-x", messages=ASK["messages"])
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as empty:
        client.chat.completions.create(model="demo-1", messages=[])
    assert (empty.value.param, empty.value.type) == ("messages", "invalid_request_error")
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        client.responses.create(model="demo-1", input="Hi")


def test_the_settings_route_everything_to_it(client: OpenAI, tmp_path: Any) -> None:
    settings = demo_settings(Settings(path=tmp_path / "config.json", port=4000), str(client.base_url))
    assert settings.router == {"default": "demo,demo-1"}
    assert [(p.name, p.protocol, p.models) for p in settings.providers] == [
        ("demo", "openai_chat", ("demo-1",))
    ]
    assert settings.port == 4000
