"""A conversation that goes on is translated as if all of it came for the first time."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given

from ccr.anthropic.conversations import WORTH_IT, Messages
from ccr.anthropic.parsing import Parser
from ccr.errors import BadRequest
from ccr.protocols.openai_chat import PROTOCOL
from ccr.upstream.attempt import with_shared
from ccr.wire import json as wire
from tests.protocols.openai_chat.support import a_call, golden
from tests.protocols.openai_chat.test_request import DIALECTS, conversations

REQUESTS = golden("requests")
PADDED = {"pad": "x" * WORTH_IT}


def sent(body: Any, about: dict[str, Any]) -> tuple[bytes, list[str]] | str:
    """What goes out, byte for byte, and what could not be carried."""
    call = a_call(body, **about)
    try:
        return wire.encode(with_shared(PROTOCOL.encode(call), wire.text_of)), call.notes
    except BadRequest as error:
        return error.message


def grown(parser: Parser, body: dict[str, Any], about: dict[str, Any]) -> bool:
    """Sends a request as it comes to be, turn by turn. Whether any of it was shared."""
    shared = False
    said: list[Any] = body.get("messages") or []
    for end in range(1, len(said) + 1):
        raw = msgspec.json.encode({**PADDED, **body, "messages": said[:end]})
        read = parser.parse(raw)[0]
        shared = shared or (type(read["messages"]) is Messages and read["messages"].known > 0)
        assert sent(read, about) == sent(json.loads(raw), about)
        assert sent(read, about) == sent(json.loads(raw), about), "asked once more"
    return shared


@pytest.mark.parametrize("pair", [pair for _, pair in REQUESTS], ids=[name for name, _ in REQUESTS])
def test_golden_requests(pair: dict[str, Any]) -> None:
    grown(Parser(), pair["request"], pair["about"])


@given(conversations(), DIALECTS, DIALECTS)
def test_any_request_for_several_targets(
    said: list[dict[str, Any]], about: dict[str, Any], other: dict[str, Any]
) -> None:
    parser, body = Parser(), {"system": "Be kind.", "messages": said}
    for each in (about, other):
        assert grown(parser, body, {**each, "provider": str(each)}) or len(said) < 2


@given(conversations())
def test_models_of_one_provider_have_their_own_ways(said: list[dict[str, Any]]) -> None:
    parser = Parser()
    for model in ("kimi-k2", "gpt-5", "some-model", "kimi-k2"):
        grown(parser, {"messages": said, "max_tokens": 5, "temperature": 1}, {"model": model})


@given(conversations(), conversations())
def test_conversations_with_one_beginning_stay_apart(
    one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    parser = Parser()
    for said in (one, [*one[:2], *other], one, other):
        grown(parser, {"messages": said}, {})


def test_what_the_newest_message_says_of_effort_wins_at_every_turn() -> None:
    said: list[dict[str, Any]] = [{"role": "user", "content": str(n)} for n in range(6)]
    said[1]["output_config"], said[4]["output_config"] = {"effort": "low"}, {"effort": "high"}
    about = {"reasoning": "effort", "efforts": ("low", "medium", "high")}
    assert grown(Parser(), {"messages": said, "thinking": {"type": "adaptive"}}, about)


def test_tools_that_were_loaded_stay_in_their_order_at_every_turn() -> None:
    tools = [{"name": name, "input_schema": {}, "defer_loading": name != "a"} for name in "abcd"]
    said: list[dict[str, Any]] = [{"role": "user", "content": "Hi."}]
    for name in "dbc":
        found = [{"type": "tool_reference", "tool_name": name}]
        said += [
            {"role": "assistant", "content": [{"type": "tool_use", "id": name, "name": "a", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": name, "content": found}]},
        ]
    assert grown(Parser(), {"messages": said, "tools": tools}, {})


def test_another_system_prompt_laid_over_a_request_is_its_own() -> None:
    parser, said = Parser(), [{"role": "user", "content": str(n)} for n in range(4)]
    read = parser.parse(msgspec.json.encode({**PADDED, "system": "One.", "messages": said}))[0]
    sent(read, {})
    changed = {**read, "system": "Two."}
    assert sent(changed, {}) == sent(json.loads(wire.encode(changed)), {})


def test_whoever_edits_the_payload_edits_his_own() -> None:
    parser, said = Parser(), [{"role": "user", "content": str(n)} for n in range(4)]
    raw = msgspec.json.encode({**PADDED, "system": "One.", "messages": said})
    payload = with_shared(PROTOCOL.encode(a_call(parser.parse(raw)[0])), wire.Fixed.copy)
    for message in payload["messages"]:
        message["content"] = "edited"
    assert sent(parser.parse(raw)[0], {}) == sent(json.loads(raw), {})
