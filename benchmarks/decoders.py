"""The command: `python -m benchmarks.decoders`: CPU time of the translation alone, protocol by protocol.

In process, unlike the other benchmarks: chunks are fed to a decoder one by one, and what comes of each is
written as the server writes it; requests are encoded to the bytes that go out.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from benchmarks.bodies import SESSION, WORDS, claude_code_body
from benchmarks.chunks import STREAMS, Stream
from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols import protocol_of
from ccr.protocols.anthropic import Anthropic
from ccr.server.delivery import encoded
from ccr.wire import json as wire

TARGET = 1.5
"""No protocol's chunk is to cost more than this times one of Chat Completions that is read in full."""

SIZES = {"54k": 54_000, "460k": 460_000}
HEADS = ("text chunk", "arguments chunk", *SIZES)

Work = Callable[[], float]
"""Does it once; CPU microseconds per chunk, or per request."""


def main() -> int:
    """Exit code 0, or 1 when a chunk costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decoders", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--chunks", type=int, default=2_000, help="in each round, of each kind (%(default)s)")
    arguments = parser.parse_args()
    works = {
        (str(stream), head): work for stream in STREAMS for head, work in works_of(stream, arguments.chunks)
    }
    rounds = [{cell: work() for cell, work in works.items()} for _ in range(arguments.rounds + 1)][1:]
    print(table(rounds))
    slow = [cell for cell in works if "chunk" in cell[1] and ratio(rounds, cell) > TARGET]
    for stream, head in slow:
        print(f"{stream}: {head} is over {TARGET:g} x {STREAMS[0]}", file=sys.stderr)
    return bool(slow)


def works_of(stream: Stream, chunks: int) -> Iterable[tuple[str, Work]]:
    """All that is measured of a protocol, by the head of its column."""
    calls = {head: call_of(stream, size) for head, size in SIZES.items()}
    call = next(iter(calls.values()))
    text = [stream.text(piece) for piece in pieces(chunks)]
    yield HEADS[0], decoding(stream, call, stream.head, text)
    if stream.arguments is not None:
        inside = [json.dumps(piece)[1:-1] for piece in pieces(chunks)]
        whole = stream.protocol != "gemini"  # elsewhere arguments are JSON text, and begin like it
        opened = (*stream.call, stream.arguments('{"content":"')) if whole else stream.call
        yield HEADS[1], decoding(stream, call, opened, [stream.arguments(piece) for piece in inside])
    if not stream.typed:
        for head, asked in calls.items():
            yield head, encoding(asked)


def pieces(count: int) -> list[str]:
    """Words as a model streams them; one in fifty has letters beyond ASCII or a line's end."""
    rng = random.Random(5)  # noqa: S311  the same in each run
    rare = [" naïve", "\n"]
    return [rng.choice(rare) if rng.random() < 0.02 else f" {rng.choice(WORDS)}" for _ in range(count)]


def call_of(stream: Stream, size: int) -> Call:
    target = Target(Provider("bench", stream.base, stream.protocol), stream.model)
    raw = claude_code_body(size, f"bench,{stream.model}", True, "Go on.")
    return Call(target, wire.decode(raw), stream=True, raw=raw, session=SESSION)


def decoding(stream: Stream, call: Call, head: tuple[bytes, ...], chunks: list[bytes]) -> Work:
    protocol = protocol_of(call.target)
    relays = isinstance(protocol, Anthropic) and not stream.typed

    def work() -> float:
        decoder = protocol.relay_decoder(call) if relays else protocol.decoder(call)  # type: ignore[attr-defined]
        for data in head:
            decoder.feed(data)
        before = time.process_time_ns()
        for data in chunks:
            if batch := decoder.feed(data):
                encoded(batch)
        spent = (time.process_time_ns() - before) / 1e3 / len(chunks)
        if decoder.failed is not None:
            raise decoder.failed
        return spent

    return work


def encoding(call: Call) -> Work:
    protocol = protocol_of(call.target)

    def work() -> float:
        fresh = replace(call, notes=[])
        before = time.process_time_ns()
        if not (isinstance(protocol, Anthropic) and protocol.relay(fresh)):
            wire.encode(protocol.encode(fresh))
        return (time.process_time_ns() - before) / 1e3

    return work


# What is told.

Cell = tuple[str, str]
Round = dict[Cell, float]


def cost(rounds: list[Round], cell: Cell) -> float:
    return statistics.median(one[cell] for one in rounds)


def ratio(rounds: list[Round], cell: Cell) -> float:
    """The median of the rounds' ratios to the first protocol."""
    first = (str(STREAMS[0]), cell[1])
    return statistics.median(one[cell] / one[first] for one in rounds)


def table(rounds: list[Round]) -> str:
    """CPU microseconds, and how many times those of Chat Completions, as Markdown."""
    lines = [f"| | {' | | '.join(HEADS)} | |", "|---|" + "--:|--:|" * len(HEADS)]
    for stream in STREAMS:
        cells = [figures(rounds, (str(stream), head)) for head in HEADS]
        lines.append(f"| {stream} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(rounds: list[Round], cell: Cell) -> str:
    if cell not in rounds[0]:
        return " | "
    found = cost(rounds, cell)
    return f"{found:,.{0 if found >= 100 else 1}f} | {ratio(rounds, cell):.2f}"


if __name__ == "__main__":
    sys.exit(main())
