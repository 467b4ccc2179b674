"""The story of one request, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ccr.cli.figures import count, duration, money
from ccr.telemetry.ending import LEFT
from ccr.telemetry.record import Record

TOKENS = (
    ("input", "input"),
    ("cache_read", "read from a cache"),
    ("cache_write_5m", "written to a cache for 5 minutes"),
    ("cache_write_1h", "written to a cache for an hour"),
    ("output", "output"),
)


def story(record: Record, rounds: Sequence[Record]) -> Iterator[str]:
    """What came, how it was routed, who was asked, how it ended, and what it took."""
    at = datetime.fromtimestamp(record.at, UTC).astimezone()
    yield f"{record.id}, {at:%Y-%m-%d %H:%M:%S}"
    yield from _listed(
        "",
        [
            f"{name:<9} {printable(value)}"
            for name, value in (
                ("asked for", record.asked),
                ("session", record.session),
                ("project", record.project),
                ("agent", record.agent),
                ("client", record.client),
                ("on behalf", record.parent),
            )
            if value
        ],
    )
    yield ""
    yield _ending(record)
    yield from _route(record)
    yield from _listed("Calls of providers", list(_tries(record.trace.get("tries") or [])))
    yield from _listed("Asked on its behalf", [_round(one) for one in rounds])
    yield from _listed("Tokens and cost", list(_figures(record)))


def printable(text: str) -> str:
    """Somebody else's text: no control characters reach the terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def _ending(record: Record) -> str:
    target = f"{record.provider},{record.model}" if record.provider else "no provider"
    took = duration(record.took_ms)
    if record.error == LEFT:
        return f"The client left after {took}; {target} was asked."
    if record.error:
        said = f": {printable(record.message)}" if record.message else "."
        return f"It failed after {took} with {record.status} {record.error} ({target}){said}"
    if record.cache == "joined":
        return f"It got the answer that {target} gave to another request just like it, after {took}."
    if record.cache == "hit":
        return f"It was answered from the cache in {took} ({record.cache})."
    first = "" if record.first_ms is None else f", the first content after {duration(record.first_ms)}"
    said = f" {printable(record.message)}" if record.message else ""
    return f"{target} answered it in {took}{first}.{said}"


def _route(record: Record) -> Iterator[str]:
    """The rules, as `ccr route --explain` shows them."""
    trace = record.trace
    asked = [(str(one.get("rule")), str(one.get("verdict"))) for one in trace.get("asked") or []]
    width = max((len(rule) for rule, _ in asked), default=0)
    yield from _listed(
        "Rules, in the order they were asked", [f"{rule:<{width}}  {said}" for rule, said in asked]
    )
    if record.route:
        yield from _listed("", [f"=> {record.route}: {', '.join(_targets(trace)) or 'no target'}"])
    passed = [f"{one.get('target')}  {one.get('why')}" for one in trace.get("rejected") or []]
    yield from _listed("Passed over", passed)
    yield from _listed(
        "Laid over the configuration's routes", [str(one) for one in trace.get("layers") or []]
    )


def _targets(trace: Mapping[str, Any]) -> list[str]:
    return [str(one.get("target")) for one in trace.get("targets") or []]


def _tries(tries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for number, tried in enumerate(tries, 1):
        key = f", key {tried['key']}" if tried.get("key") else ""
        error = (
            f" {tried['error']}"
            if tried.get("error")
            else ""
            if tried.get("whole")
            else " (not read to its end)"
        )
        first = (
            f", first content after {duration(tried['first_ms'])}"
            if tried.get("first_ms") is not None
            else ""
        )
        took = f"{duration(tried.get('took_ms'))}{first}"
        yield f"{number}. {tried.get('target')}{key}: {tried.get('status')}{error}, {took}"
        if tried.get("message"):
            yield f"   {printable(str(tried['message']))}"


def _round(record: Record) -> str:
    return (
        f"{record.id}: {record.provider},{record.model} {record.status} {record.error or 'ok'}, "
        f"{count(record.input)} in, {count(record.output)} out, {money(record.cost)}"
    )


def _figures(record: Record) -> Iterator[str]:
    shown = [
        f"{value:>11,} {name}" for field, name in TOKENS if (value := getattr(record, field)) is not None
    ]
    if not shown and not record.took:
        yield "nothing: no provider worked on it"
        return
    yield from shown or ["          ? tokens: the provider did not tell"]
    if record.reasoning:
        yield f"{record.reasoning:>11,} of the output were reasoning"
    default = "" if record.default_cost is None else f" ({money(record.default_cost)} at the default model)"
    yield f"{money(record.cost):>11} cost{default}" + ("" if record.cost is not None else ": not known")


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    if title:
        yield ""
        yield f"{title}:"
    yield from (f"  {line}" for line in lines)
