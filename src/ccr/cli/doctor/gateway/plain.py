"""Answers without a stream, errors, keys, and the endpoints beside messages."""

from __future__ import annotations

from ccr.cli.doctor.findings import Finding, failure, ok, skipped, warning
from ccr.cli.doctor.gateway import answers
from ccr.cli.doctor.gateway.probe import DISCOVERY, Probe
from ccr.cli.doctor.gateway.streaming import PATH, judged
from ccr.errors import RouterError

MESSAGES = "/v1/messages"
WRONG = "a-key-that-is-wrong"


async def whole(probe: Probe) -> list[Finding]:
    """What the client falls back to, its probe of a model, and its classifier."""
    plain = await probe.post(PATH, probe.message("Say: ready", stream=False))
    tiny = await probe.post(PATH, probe.message("Hi") | {"max_tokens": 1})
    stopped = probe.message("Write: <severity>1</severity>", stop_sequences=["</severity>"], max_tokens=64)
    judge = await probe.post(PATH, stopped)
    told = answers.message_fault(judge)
    if not told and "</severity>" in judge.body.decode(errors="replace"):
        told = "stop_sequences are not honoured: auto mode cannot read its verdicts."
    return [
        judged("without a stream", answers.message_fault(plain)),
        judged("probe of a model", answers.message_fault(tiny), "max_tokens 1 is answered."),
        judged("stop sequences", told, "are honoured."),
    ]


async def errors(probe: Probe) -> list[Finding]:
    """Mistakes are told in the form that the client reads."""
    empty = await probe.post(PATH, {"model": probe.model, "max_tokens": 16})
    broken = await probe.ask("POST", PATH, b"{", {"content-type": "application/json"})
    thread = await probe.post(PATH, probe.message("Hi", thread={"type": "create"}))
    return [
        judged("error: no messages", answers.error_fault(empty, (400, 422)), "told as Anthropic does."),
        judged("error: no JSON", answers.error_fault(broken, (400, 422)), "told as Anthropic does."),
        _threads(thread.status, answers.error_fault(thread, (400,))),
    ]


def _threads(status: int, fault: str) -> Finding:
    """An SDK that keeps the conversation at the server would lose it silently."""
    if not fault:
        return ok("threads", "are refused, so that the SDK does without.")
    told = "thread is ignored" if status == 200 else fault
    return warning(
        "threads", f"{told}: newer SDKs may lose the conversation.", "Refuse `thread` with status 400."
    )


async def keys(probe: Probe) -> list[Finding]:
    """Both headers in which clients show their key, and a wrong one."""
    if not probe.key:
        return [skipped("keys", "no key was given.", "--key KEY tries them.")]
    body = probe.message("Hi") | {"max_tokens": 1}
    other = await probe.post(PATH, body, **{"authorization": "", "x-api-key": probe.key})
    wrong = await probe.post(PATH, body, authorization=f"Bearer {WRONG}")
    return [
        judged("x-api-key", answers.message_fault(other), "is taken as well."),
        judged("wrong key", answers.error_fault(wrong, (401, 403)), "is refused."),
    ]


async def beside(probe: Probe) -> list[Finding]:
    """What the client can do without: counting, its list of models, its first hello, a doubled /v1."""
    return [await _counting(probe), await _models(probe), await _hello(probe), await _lenient(probe)]


async def _counting(probe: Probe) -> Finding:
    name = "count_tokens"
    body = {key: value for key, value in probe.message("Hello").items() if key != "max_tokens"}
    got = await probe.post(f"{MESSAGES}/count_tokens?beta=true", body)
    if got.status in (404, 405, 501):
        return warning(name, "is not there: /context in Claude Code estimates.")
    told = got.json
    count = told.get("input_tokens") if isinstance(told, dict) else None
    if got.status == 200 and isinstance(count, int) and count > 0:
        return ok(name, f"{count} tokens.")
    return failure(name, answers.refused(got) or "it gives no input_tokens.", "Answer 404, or a count.")


async def _models(probe: Probe) -> Finding:
    name = "list of models"
    try:
        got = await probe.ask("GET", "/v1/models?limit=1000", patience=DISCOVERY)
    except RouterError as error:
        return warning(
            name, f"did not come within 3 seconds: {error.message}", "/model then lists Claude's own."
        )
    told = got.json
    entries = told.get("data") if isinstance(told, dict) else None
    if got.status != 200 or not isinstance(entries, list):
        return warning(name, answers.refused(got) or "is none.", "/model then lists Claude's own.")
    ids = [str(one.get("id")) for one in entries if isinstance(one, dict)]
    shown = [one for one in ids if "claude" in one.lower() or "anthropic" in one.lower()]
    if ids and not shown:
        return warning(
            name, f"none of {len(ids)} has claude or anthropic in its id: /model shows none of them."
        )
    return ok(name, f"{len(shown)} of {len(ids)} are shown by /model.")


async def _hello(probe: Probe) -> Finding:
    got = await probe.ask("HEAD", "/api/hello")
    if got.status >= 500:
        return warning("HEAD /api/hello", f"status {got.status}.", "Any answer below 500 will do.")
    return ok("HEAD /api/hello", f"status {got.status}.")


async def _lenient(probe: Probe) -> Finding:
    got = await probe.post(f"/v1{MESSAGES}", probe.message("Hi") | {"max_tokens": 1})
    if got.status == 200:
        return ok("/v1/v1/messages", "is understood.")
    return warning("/v1/v1/messages", f"status {got.status}.", "ANTHROPIC_BASE_URL must not end in /v1.")
