"""What a decision costs: `python -m benchmarks.routing [--json FILE]`, half a minute.

The one benchmark that imports the project, since no client can tell a decision from the rest of a request.
Measured is CPU time of the whole process, threads included, for one decision on a parsed request of Claude
Code's shape: the first one of a conversation, and later turns, each with a last message that nobody has seen.
No window is known of the models, so that only rules ask for tokens.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.bodies import HEADERS, claude_code_body
from ccr.anthropic.request import Body
from ccr.anthropic.tokens import TokenCounter
from ccr.config import load
from ccr.exchange import Exchange, session_of
from ccr.routing.router import Router
from ccr.wire import json as wire

MODEL = "claude-opus-5-5"
TURNS = 500
SIZES = (54_000, 460_000)
WARM_UP = 60_000
"""Bytes of another conversation, so that the tokenizer is loaded."""

SCENARIOS = ("default", "background", "think", "webSearch", "image", "compaction")
ALL = {name: f"lab,{name}" for name in SCENARIOS} | {"agents": {"Explore": "lab,m"}}
OWN = [{"match": {"header.x-team": f"t{n}", "model": "gpt-*"}, "target": "lab,m"} for n in range(10)]
LONG = {"default": "lab,m", "longContext": "lab,long"}
CASES: dict[str, dict[str, Any]] = {
    "default alone": {"default": "lab,m"},
    "all rules that need no tokens": ALL,
    "… and ten rules of one's own": ALL | {"rules": OWN},
    "a group of two": {"default": ["lab,m", {"target": "lab,n", "weight": 3}]},
    "long context, told by bytes first": LONG,
    "long context, counted first": LONG | {"longContextThreshold": 110_000},
}


class Cost(NamedTuple):
    """Microseconds of CPU time."""

    case: str
    bytes: int
    first: float
    best: float
    median: float


def turns(size: int) -> Iterator[Exchange]:
    """A conversation, and then its next turn in many variants."""
    raw = claude_code_body(size, MODEL, stream=True, ask="And now?")
    headers = {name.lower(): value for name, value in HEADERS.items()}
    whole: Body = wire.decode(raw)
    said = whole["messages"]
    for n in range(TURNS):
        messages = [*said, {"role": "assistant", "content": "So."}, {"role": "user", "content": f"And {n}?"}]
        body: Body = {**whole, "messages": messages if n else said}
        yield Exchange(raw, body, headers, stream=True, session=session_of(body, headers))


async def cost(case: str, size: int, folder: Path) -> Cost:
    path = folder / "config.json"
    provider = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1/chat/completions"}
    path.write_text(json.dumps({"Providers": [provider], "Router": CASES[case]}))
    counter = TokenCounter()
    router, taken = Router(load(path, {}), counter), []
    for exchange in (next(turns(WARM_UP)), *turns(size)):
        before = time.process_time_ns()
        await router.choose(exchange)
        taken.append((time.process_time_ns() - before) / 1_000)
        if exchange.digest is not None and len(taken) == 2:  # what the provider said of the first turn
            counter.learn(exchange.digest, MODEL, {"input_tokens": size // 4})
    return Cost(case, size, taken[1], min(taken[2:]), statistics.median(taken[2:]))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.routing", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        costs = [asyncio.run(cost(case, size, Path(folder))) for case in CASES for size in SIZES]
    print(f"{'µs of CPU a decision':36}{'bytes':>9}{'first':>9}{'best':>9}{'median':>9}")
    for one in costs:
        print(f"{one.case:36}{one.bytes:9}{one.first:9.0f}{one.best:9.1f}{one.median:9.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps([one._asdict() for one in costs], indent=2))


if __name__ == "__main__":
    main()
