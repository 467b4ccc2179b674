"""Streams, tool calls, and what newer clients put into bodies."""

from __future__ import annotations

from typing import Any

from ccr.cli.doctor.findings import Finding, failure, ok, skipped, warning
from ccr.cli.doctor.gateway import answers
from ccr.cli.doctor.gateway.probe import Got, Probe

PATH = "/v1/messages?beta=true"
TOOL: dict[str, Any] = {
    "name": "report",
    "description": "Reports a word to the user.",
    "input_schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"word": {"type": "string", "minLength": 1}},
        "required": ["word"],
        "additionalProperties": False,
    },
}
CALL = 'Call the tool "report" with the word "ready". Say nothing else.'
LEAST_STEPS = 2
"""Pieces in which a stream that flows comes at least."""


def judged(name: str, fault: str, told: str = "as it should be.", cure: str = "") -> Finding:
    return failure(name, fault, cure) if fault else ok(name, told)


async def stream(probe: Probe) -> list[Finding]:
    """One streamed answer: its form, its figures, and whether it flows."""
    body = probe.message("Count from 1 to 20, in words, with commas.", stream=True)
    got = await probe.post(PATH, body)
    fault = answers.stream_fault(got)
    form = judged("stream", fault, f"{len(answers.events(got))} events, in order.")
    if fault:
        return [form, skipped("usage", "there is no stream."), skipped("flow", "there is no stream.")]
    usage = answers.usage_fault(answers.events(got))
    return [form, judged("usage", usage, "input and output tokens are told."), _flow(got)]


def _flow(got: Got) -> Finding:
    if len(got.moments) >= LEAST_STEPS:
        return ok("flow", f"first piece after {got.moments[0]:.2f} s, {len(got.moments)} pieces.")
    told = "the stream came in one piece: something holds it back, or the answer was very short."
    return warning("flow", told, "Switch buffering and compression off in proxies on the way.")


async def tools(probe: Probe) -> list[Finding]:
    """A tool call, streamed; then its result and a system message in mid-conversation."""
    first = probe.message(CALL, stream=True, tools=[TOOL])
    got = await probe.post(PATH, first)
    if fault := answers.stream_fault(got):
        return [failure("tool call", fault), skipped("tool result", "there was no call.")]
    call, fault = answers.call_of(answers.events(got), TOOL["name"])
    if call is None:
        cure = "Is it a model that has tools? --model names another."
        return [failure("tool call", fault, cure), skipped("tool result", "there was no call.")]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": [{"type": "text", "text": "done"}]}
    turns = [
        *first["messages"],
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
        {"role": "system", "content": []},
    ]
    again = await probe.post(PATH, {**first, "messages": turns})
    return [ok("tool call", f"{call['input']}"), judged("tool result", answers.stream_fault(again))]


async def newer(probe: Probe) -> list[Finding]:
    """Bodies as current clients send them: fields, blocks and messages that older gateways refuse."""
    billing = {
        "type": "text",
        "text": "x-anthropic-billing-header: cc_version=2.1.329.000; cc_entrypoint=cli;",
    }
    cached = {"type": "text", "text": "You are Claude Code.", "cache_control": {"type": "ephemeral"}}
    extra: dict[str, Any] = {
        "system": [billing, cached],
        "thinking": {"type": "adaptive", "display": "omitted"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "output_config": {"effort": "low"},
        "metadata": {"user_id": '{"device_id":"0","account_uuid":"","session_id":"0"}'},
    }
    fields = await probe.post(PATH, probe.message("Say: ready", stream=True, **extra))
    system = {"role": "system", "content": "The date is 2026-11-20."}
    said = [*probe.message("Say: ready")["messages"], system]
    middle = await probe.post(PATH, probe.message("", stream=True) | {"messages": said})
    placeholder = {**TOOL, "name": "DeferredToolPlaceholder", "defer_loading": True}
    search = await probe.post(PATH, probe.message("Say: ready", stream=True, tools=[TOOL, placeholder]))
    return [
        judged(
            "newer fields", answers.stream_fault(fields), "thinking, effort and context_management are taken."
        ),
        judged("system in mid-conversation", answers.stream_fault(middle)),
        judged("deferred tools", answers.stream_fault(search)),
    ]
