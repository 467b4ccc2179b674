"""A Messages request as a Chat Completions request (CONTRACT §7)."""

from __future__ import annotations

from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.openai_chat.history import History
from ccr.protocols.openai_chat.params import answer_format, limits, reasoning, sampling, schema_in_words
from ccr.protocols.openai_chat.parts import cache_mark, takes_marks
from ccr.protocols.openai_chat.toolset import search_params, tool_params
from ccr.protocols.shared.around import made_around


def encode(call: Call) -> Payload:
    """The whole request; ``call.body`` is not changed. ``call.notes`` says what could not be carried."""
    return {
        "model": call.target.model,
        "messages": _messages(call),
        **made_around(call, "chat", _around),
    }


def _around(call: Call) -> Payload:
    tools = tool_params(call)
    return {
        **tools,
        **limits(call),
        **sampling(call),
        **reasoning(call, with_tools="tools" in tools),
        **answer_format(call),
        **search_params(call),
        **_delivery(call),
    }


def _messages(call: Call) -> list[Payload]:
    history = History(call)
    history.read()
    if words := schema_in_words(call):
        history.system(words)
    if not any(message["role"] != "system" for message in history.messages):
        raise BadRequest("messages: there is nothing to answer: each of them is empty.")
    return history.messages


def _delivery(call: Call) -> Payload:
    out: Payload = {}
    dialect = call.target.dialect
    if call.stream:
        out["stream"] = True
        if dialect.stream_usage:
            out["stream_options"] = {"include_usage": True}
    if dialect.prompt_cache_key and call.session:
        out["prompt_cache_key"] = call.session
    if takes_marks(call) and (mark := cache_mark(call.body)):
        out["cache_control"] = mark
    return out
