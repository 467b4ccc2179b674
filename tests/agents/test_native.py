"""Who searches by itself: as the protocols encode it, no more and no less."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.agents.native import is_native, searches
from ccr.anthropic.request import Body
from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols import protocol_of

SEARCH = {"type": "web_search_20250305", "name": "web_search"}
EDIT = {"name": "Edit", "input_schema": {"type": "object"}}
TARGETS: list[tuple[str, str, dict[str, Any]]] = [
    *(
        ("openai_chat", "m", {"web_search": kind})
        for kind in ("plugins", "web_search_options", "enable_search")
    ),
    ("openai_chat", "m", {"web_search": "web_search"}),
    ("openai_chat", "m", {}),
    *(("openai_responses", "m", {"web_search": kind}) for kind in ("web_search", "web_search_preview")),
    ("openai_responses", "m", {"web_search": "plugins"}),
    ("openai_responses", "m", {}),
    ("gemini", "gemini-2.5-flash", {}),
    ("gemini", "gemini-3-pro-preview", {}),
    ("bedrock", "amazon.nova", {}),
    ("ollama", "m", {}),
    ("cohere", "m", {}),
]


def target(protocol: str, model: str, flags: dict[str, Any], **more: Any) -> Target:
    url = "https://x.example/v1"
    return Target(Provider("p", url, protocol, dialect=Dialect(**flags), **more), model)


@pytest.mark.parametrize(("protocol", "model", "flags"), TARGETS)
@pytest.mark.parametrize("tools", [[SEARCH], [SEARCH, EDIT]], ids=["alone", "beside a tool"])
def test_a_search_is_native_exactly_where_the_protocol_maps_it(
    protocol: str, model: str, flags: dict[str, Any], tools: list[dict[str, Any]]
) -> None:
    body: Body = {"max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "tools": tools}
    place = target(protocol, model, flags)
    call = Call(place, body, stream=False)
    protocol_of(place).encode(call)
    left_out = any("left out" in note for note in call.notes)
    assert searches(place, body) is not left_out


def test_anthropic_searches_unless_it_only_speaks_like_it() -> None:
    body: Body = {"messages": [], "tools": [SEARCH]}
    assert searches(target("anthropic", "m", {}), body)
    assert not searches(target("anthropic", "m", {"server_tools": False}), body)


def test_safeguards_are_answered_by_anthropic_alone() -> None:
    assert is_native(target("anthropic", "m", {}))
    assert not is_native(target("anthropic", "m", {"server_tools": False}))
    assert not is_native(target("anthropic", "m", {}, preset="vertex-claude"))
    assert not is_native(target("bedrock", "anthropic.claude", {}))
    assert not is_native(target("openai_chat", "m", {}))
