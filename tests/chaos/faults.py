"""Every fault of the grid: what the provider does, and what the policy makes of it (docs/resilience.md)."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Literal

from tests.chaos import replies
from tests.chaos.scripts import Script
from tests.e2e.upstream import STREAM_HEAD, Reply, answer, chunk, hang, json_answer

Outcome = Literal["whole", "empty", "breaks", "fails", "refused"]
"""What a target gives: its whole answer; an empty one; the true beginning of one, then an error event;
nothing that reached the client, so that another is asked; an error that no other target would change."""

FAILS: frozenset[Outcome] = frozenset({"fails"})
TORN: frozenset[Outcome] = frozenset({"breaks", "fails"})
"""After the first word it breaks; but where the end came in the same read, none had gone out."""

WHOLE: frozenset[Outcome] = frozenset({"whole"})
ANY: frozenset[Outcome] = frozenset({"whole", "breaks", "fails"})

ATTEMPTS = 2
RESET = 70
"""Seconds that a provider names, longer than anybody waits."""

QUICK: Mapping[str, Any] = {"timeouts": {"connect": 5, "firstByte": 0.25, "idle": 0.25, "total": 0.6}}
"""For providers that hang."""


@dataclass(frozen=True)
class Fault:
    name: str
    reply: Callable[[Script, bool], Reply]
    """Given what it would say, and whether it is asked for a stream."""

    streamed: frozenset[Outcome] = FAILS
    plain: frozenset[Outcome] = FAILS
    again: tuple[int, ...] = (ATTEMPTS,)
    """How often it may be asked again where nothing else is left."""

    lone: frozenset[Outcome] | None = None
    """What it gives where nothing else is left; None: the same."""

    statuses: tuple[int, ...] = (502,)
    after: int | None = None
    """``retry-after``, in seconds."""

    provider: Mapping[str, Any] = field(default_factory=dict)
    of_key: bool = False
    """Another key may do."""

    only: str = ""
    """The one protocol that has it."""

    refuses: bool = False
    """Nobody listens."""

    def outcomes(self, *, streams: bool, lone: bool) -> frozenset[Outcome]:
        if lone and self.lone is not None:
            return self.lone
        return self.streamed if streams else self.plain


def faults(protocol: str, *, full: bool) -> list[Fault]:
    script = Script("measure", protocol)
    found = [
        *_connections(),
        *_statuses(),
        *_limits(),
        *_bodies(),
        *_events(),
        *_endless(),
        *_truncated(script, full=full),
    ]
    return [fault for fault in found if fault.only in ("", protocol)]


def _always(reply: Reply) -> Callable[[Script, bool], Reply]:
    return lambda _script, _streams: reply


def error(
    status: int, kind: str = "api_error", words: str = "", more: Any = None, **headers: str
) -> Callable[[Script, bool], Reply]:
    """An error answer; each protocol's body is read from this."""
    body = {"type": kind, "code": kind, "message": words or f"status {status}", **(more or {})}
    return _always(json_answer({"type": "error", "error": body}, status, **headers))


def _connections() -> Iterator[Fault]:
    yield Fault("refuse", _always(hang), refuses=True)
    yield Fault("reset", _always(replies.reset))
    yield Fault("hang up", _always(replies.hang_up))
    yield Fault("half a head", _always(replies.says(b"HTTP/1.1 200 OK\r\ncontent-ty")))
    yield Fault("hang before head", _always(hang), again=(0,), statuses=(504,), provider=QUICK)
    silent = replies.says(STREAM_HEAD, "hang")
    yield Fault("hang after head", _always(silent), again=(0,), statuses=(504,), provider=QUICK)
    yield Fault("reset after head", _always(replies.says(STREAM_HEAD)))
    begun = replies.says(b"HTTP/1.1 500 X\r\ncontent-length: 100\r\n\r\n{", "hang")
    yield Fault("hang in an error", _always(begun), again=(0, 1, 2), statuses=(500, 502, 504), provider=QUICK)


def _statuses() -> Iterator[Fault]:
    yield Fault("401", error(401, "authentication_error"), again=(0,), statuses=(401,), of_key=True)
    yield Fault("403", error(403, "permission_error"), again=(0,), statuses=(403,), of_key=True)
    yield Fault(
        "402", error(402, "billing_error", "out of credits"), again=(0,), statuses=(402,), of_key=True
    )
    yield Fault("404", error(404, "not_found_error"), again=(0,), statuses=(404,))
    yield Fault("408", error(408, "timeout_error"), again=(0,), statuses=(408,))
    for status in (500, 502, 504):
        yield Fault(str(status), error(status), again=(0,) if status == 504 else (2,), statuses=(status,))
    yield Fault("503", error(503, words="overloaded"), statuses=(503, 529))
    yield Fault("529", error(529, "overloaded_error"), statuses=(529,))
    shut = error(500, x_should_retry="false")
    yield Fault("500, not to be repeated", shut, again=(0,), statuses=(500,))
    refused: frozenset[Outcome] = frozenset({"refused"})
    for status in (400, 413, 422):
        reply = error(status, "invalid_request_error")
        yield Fault(str(status), reply, refused, refused, again=(0,), statuses=(status,))
    redirect = answer(302, b"", location="http://127.0.0.1:9/")
    yield Fault("redirect", _always(redirect), again=(0, 1, 2))


def _limits() -> Iterator[Fault]:
    """429, with each way of saying until when."""
    for name, headers, more, words in _resets():
        made = error(429, "rate_limit_error", words, more, **headers)
        yield Fault(f"429, {name}", made, again=(0,), statuses=(429,), after=RESET, of_key=True)
    behind = answer(429, b"<html>slow down", "text/html", retry_after=str(RESET))
    made = _always(behind)
    yield Fault("429, HTML", made, again=(0,), statuses=(429,), after=RESET, of_key=True)
    plain = error(429, "rate_limit_error")
    yield Fault("429, no reset", plain, statuses=(429,), of_key=True)
    soon = error(429, "rate_limit_error", retry_after_ms="20")
    yield Fault("429, soon", soon, statuses=(429,), of_key=True)
    quota = error(429, "insufficient_quota", "You exceeded your current quota.")
    yield Fault("429, no credit", quota, again=(0,), statuses=(429,), of_key=True)
    later = error(503, "overloaded_error", retry_after=str(RESET))
    yield Fault("503, retry-after", later, again=(0,), statuses=(503, 529), after=RESET)


def _resets() -> Iterator[tuple[str, dict[str, str], dict[str, Any], str]]:
    then = time.time() + RESET
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then))
    yield "retry-after", {"retry_after": str(RESET)}, {}, ""
    yield "a date", {"retry_after": formatdate(then, usegmt=True)}, {}, ""
    yield "milliseconds", {"retry_after_ms": str(RESET * 1000)}, {}, ""
    empty = {"anthropic_ratelimit_requests_remaining": "0", "anthropic_ratelimit_requests_reset": stamp}
    yield "a bucket of Anthropic's", empty, {}, ""
    unified = {"anthropic_ratelimit_unified_status": "rejected"}
    unified["anthropic_ratelimit_unified_reset"] = str(int(then))
    yield "a subscription", unified, {}, ""
    chat = {"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "1m10s"}
    yield "a bucket of OpenAI's", chat, {}, ""
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{RESET}s"}
    yield "RetryInfo", {}, {"details": [info]}, ""
    behind = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(then * 1000))}
    yield "OpenRouter's metadata", {}, {"metadata": {"headers": behind}}, ""
    yield "words", {}, {}, f"Rate limit reached. Please try again in {RESET}s."


def _bodies() -> Iterator[Fault]:
    """Answers that are none."""
    yield Fault("HTML", _always(replies.page(200, "Welcome")))
    yield Fault("502 with HTML", _always(replies.page(502, "Bad gateway")))
    yield Fault("nothing", _always(answer(200, b"")))
    yield Fault("garbage for HTTP", _always(replies.says(b"\x00\xffSSH-2.0-what\r\n\r\n", "end")))
    yield Fault("garbage for JSON", _always(answer(200, b"\xff\xfe{{{\x00")))
    yield Fault("garbage for events", _always(replies.frames([b"\xff\xfe\x00\n\n", b"data: {]\n\n"])))
    packed = answer(200, gzip.compress(b"{}")[:-9] + b"??", content_encoding="gzip")
    yield Fault("garbage for gzip", _always(packed))
    short = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n"
    yield Fault("JSON cut off", lambda script, _: replies.says(short + _json(script)[:-5]))
    yield Fault("half of the JSON", lambda script, _: answer(200, _json(script)[: len(_json(script)) // 2]))
    yield Fault("an error for an answer", error(200, words="quota service is down"), statuses=(500, 502))
    for kind in ("text/plain", "application/json", "text/html"):
        yield Fault(
            f"events as {kind}",
            lambda script, streams, kind=kind: (  # type: ignore[misc]
                replies.frames(script.frames(), kind=kind)
                if streams
                else replies.labelled(script.message(), kind)
            ),
            ANY,
            ANY,
        )
    yield Fault(
        "JSON as events",
        lambda script, _: replies.labelled(script.message(), "text/event-stream"),
        ANY,
        ANY,
    )
    yield Fault(
        "JSON for a stream, events for none",
        lambda script, streams: json_answer(script.message()) if streams else replies.frames(script.frames()),
        WHOLE,
        WHOLE,
    )


def _json(script: Script) -> bytes:
    return json.dumps(script.message()).encode()


def _events() -> Iterator[Fault]:
    """Errors inside a 200, and empty answers."""
    for kind, status in (("overloaded_error", 529), ("rate_limit_error", 429), ("api_error", 500)):
        yield Fault(
            f"{kind} first",
            lambda script, _, kind=kind: replies.frames([script.failure(kind)]),  # type: ignore[misc]
            statuses=(status, 502),
            of_key=status == 429,
        )
    yield Fault(
        "error after the start",
        lambda script, _: replies.frames(
            [*script.frames()[: script.first_content()], script.failure("overloaded_error")]
        ),
        statuses=(529,),
    )
    for more in (1, 3, 5):
        yield Fault(
            f"error {more} frames after the first",
            lambda script, _, more=more: replies.frames(  # type: ignore[misc]
                [*script.frames()[: script.first_content() + more], script.failure("overloaded_error")]
            ),
            TORN,
            statuses=(529,),
        )
    empty: frozenset[Outcome] = frozenset({"empty"})
    yield Fault("empty", _empty, lone=empty)
    yield Fault(
        "garbage amid events",
        lambda script, _: replies.frames([*script.frames()[:5], b"data: {what]\n\n", *script.frames()[5:]]),
        ANY,
        ANY,
    )


def _empty(script: Script, streams: bool) -> Reply:
    if script.protocol == "anthropic":
        bare = script.message() | {"content": [], "stop_reason": "end_turn"}
        events = script.events()
        end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 0}}
        said = [events[0], end, events[-1]]
        data = [b"event: %s\ndata: %s\n\n" % (e["type"].encode(), json.dumps(e).encode()) for e in said]
    else:
        bare = script.message()
        bare["choices"] = [
            {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}
        ]
        last = script.events()[-1] | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        data = [script.frames()[0], b"data: %s\n\n" % json.dumps(last).encode(), b"data: [DONE]\n\n"]
    return replies.frames(data) if streams else json_answer(bare)


def _endless() -> Iterator[Fault]:
    """Slow answers, and those that never end."""
    yield Fault("slow trickle", _trickled, WHOLE, WHOLE)
    slow = {"gate": {"slowTokensPerSecond": 1000, "slowAfterMs": 100}}
    yield Fault(
        "too slow",
        lambda script, streams: (
            replies.stalls(script.frames(), script.first_content() + 1)
            if streams
            else json_answer(script.message())
        ),
        FAILS,
        WHOLE,
        again=(0, 1, 2),
        lone=WHOLE,
        statuses=(504,),
        provider=slow,
    )
    late = {**QUICK, "gate": {"firstContentMs": 150}}
    pings = replies.endless(STREAM_HEAD, chunk(b": ping\n\n"))
    yield Fault("pings without end", _always(pings), again=(0,), statuses=(504,), provider=late)
    yield Fault("words without end", _words, TORN, again=(0,), statuses=(504,), provider=QUICK)
    lines = replies.endless(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 200 + b"\r\n")
    yield Fault("a head without end", _always(lines), again=(0, 1, 2), statuses=(502, 504), provider=QUICK)


def _trickled(script: Script, streams: bool) -> Reply:
    if streams:
        return replies.trickle(b"".join(script.frames()), "text/event-stream")
    return replies.trickle(_json(script), "application/json")


def _words(script: Script, streams: bool) -> Reply:
    """The last word of its first block again and again; or JSON that never comes to its end."""
    if not streams:
        head = STREAM_HEAD.replace(b"text/event-stream", b"application/json")
        return replies.endless(head + chunk(b'{"id":'), chunk(b" " * 64))
    upto = script.first_content() + len(script.pieces)
    data = script.frames()[:upto]
    return replies.endless(STREAM_HEAD + b"".join(map(chunk, data)), chunk(data[-1]))


def _truncated(script: Script, *, full: bool) -> Iterator[Fault]:
    """The stream ends after each of its events: by a cut connection, quietly, and in silence."""
    ways: tuple[replies.End, ...] = ("cut", "end", "hang") if full else ("cut", "end")
    for end in ways:
        for upto in range(len(script.frames())):
            yield _cut(script, upto, end, half=False)
            if full:
                yield _cut(script, upto, end, half=True)
    for upto in (2, 4, len(script.frames()) - 1) if not full else ():
        yield _cut(script, upto, "hang", half=False)
        yield _cut(script, upto, "end", half=True)


def _cut(script: Script, upto: int, end: replies.End, *, half: bool) -> Fault:
    protocol, first = script.protocol, script.first_content()
    torn = FAILS if upto <= first else TORN

    def reply(made: Script, _streams: bool) -> Reply:
        data = made.frames()
        return replies.frames(data[:upto], end, rest=data[upto][: len(data[upto]) // 2] if half else b"")

    hangs = end == "hang"
    return Fault(
        f"{end} after {upto}{' and a half' if half else ''} events",
        reply,
        ANY if upto >= script.needed() else torn,
        ANY if upto >= script.needed() else FAILS,
        again=(0,) if hangs else (2,),
        statuses=(504,) if hangs else (502,),
        provider=QUICK if hangs else {},
        only=protocol,
    )
