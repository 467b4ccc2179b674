"""What a run showed: medians over its rounds, ratios within a round, tables, and the targets.

Each figure is computed inside one round, where all routers met the same machine; the median of all is told.
"""

import os
import platform
import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.compare import DIRECT, Results, Round
from benchmarks.load import Outcome

FLOOR, PLAIN, ORIGINAL = "nginx", "plain-proxy", "ccr-2.0.0"
OURS = ("ccr-chat", "ccr-anthropic")
# What the plain proxy needs on the machine that the targets are told for.
PLAIN_REQUEST, PLAIN_CHUNK = 260, 24

Figure = Callable[[Round, str], float | None]


@dataclass(frozen=True)
class Column:
    """A column of a table: `of` is computed per round and router."""

    head: str
    of: Figure
    digits: int = 0


def cpu(cell: str) -> Figure:
    """CPU microseconds per request."""

    def figure(turn: Round, router: str) -> float | None:
        measured = turn.get(router, {}).get(cell)
        seconds = measured.cpu_per_request if measured else None
        return None if seconds is None else seconds * 1e6

    return figure


def chunk(turn: Round, router: str) -> float | None:
    """CPU microseconds per streamed frame: what long streams cost more, by the frames they have more."""
    short, long = cpu("chunks-short")(turn, router), cpu("chunks-long")(turn, router)
    if short is None or long is None:
        return None
    cells = turn[router]
    return (long - short) / (cells["chunks-long"].outcome.frames - cells["chunks-short"].outcome.frames)


def read(cell: str, value: Callable[[Outcome], float]) -> Figure:
    """A value of a cell's outcome."""

    def figure(turn: Round, router: str) -> float | None:
        measured = turn.get(router, {}).get(cell)
        return value(measured.outcome) if measured and measured.outcome.requests else None

    return figure


def added(cell: str, value: Callable[[Outcome], float]) -> Figure:
    """Milliseconds more than straight to the provider."""
    through = read(cell, value)

    def figure(turn: Round, router: str) -> float | None:
        whole, straight = through(turn, router), through(turn, DIRECT)
        return None if whole is None or straight is None else (whole - straight) * 1e3

    return figure


def times(figure: Figure, base: str) -> Figure:
    """How many times the base router's figure of the same round."""

    def ratio(turn: Round, router: str) -> float | None:
        own, other = figure(turn, router), figure(turn, base)
        return own / other if own is not None and other else None

    return ratio


def per_cpu_second(turn: Round, router: str) -> float | None:
    """Requests per CPU second, as a multiple of the original router's."""
    own, other = request(turn, router), request(turn, ORIGINAL)
    return other / own if own and other else None


request = cpu("json-54k-16")

COST = (
    Column("54k json", request),
    Column("54k stream", cpu("stream-54k-16")),
    Column("54k json, 1 client", cpu("json-54k-1")),
    Column("460k json", cpu("json-460k-4")),
    Column("460k stream", cpu("stream-460k-4")),
    Column("chunk", chunk, 1),
)
RATIOS = (
    Column("54k json / plain", times(request, PLAIN), 2),
    Column("chunk / plain", times(chunk, PLAIN), 2),
    Column("54k json / nginx", times(request, FLOOR), 1),
    Column("chunk / nginx", times(chunk, FLOOR), 1),
    Column("requests per CPU s / CCR 2.0.0", per_cpu_second, 1),
)
LATENCY = (
    Column("json p50, 1", added("json-54k-1", lambda outcome: outcome.latency.p50), 2),
    Column("json p99, 1", added("json-54k-1", lambda outcome: outcome.latency.p99), 2),
    Column("json p50, 16", added("json-54k-16", lambda outcome: outcome.latency.p50), 2),
    Column("json p99, 16", added("json-54k-16", lambda outcome: outcome.latency.p99), 2),
    Column("stream p50, 1", added("stream-54k-1", lambda outcome: outcome.latency.p50), 2),
    Column("stream p99, 1", added("stream-54k-1", lambda outcome: outcome.latency.p99), 2),
    Column("first byte p50, 1", added("stream-54k-1", lambda outcome: outcome.first_byte.p50), 2),
    Column("first text p50, 1", added("stream-54k-1", lambda outcome: outcome.first_text.p50), 2),
    Column("first text p50, 16", added("stream-54k-16", lambda outcome: outcome.first_text.p50), 2),
)


def held(streams: int) -> tuple[Column, ...]:
    cell = f"hold-{streams}"
    return (
        Column(f"{streams}: whole", read(cell, lambda outcome: outcome.requests)),
        Column("longest gap ms", read(cell, lambda outcome: outcome.longest_gap * 1e3)),
        Column("gaps > 250 ms", read(cell, lambda outcome: outcome.stalls)),
        Column("late ms", read(cell, lambda outcome: outcome.late * 1e3)),
        Column("reads a stream", read(cell, lambda outcome: outcome.reads)),
    )


def median(results: Results, router: str, figure: Figure) -> float | None:
    values = [value for turn in results.rounds if (value := figure(turn, router)) is not None]
    return statistics.median(values) if values else None


def render(results: Results) -> str:
    """All tables and the targets as text."""
    holds = sorted(
        {cell for cells in results.rounds[0].values() for cell in cells if cell.startswith("hold-")}, key=len
    )
    parts = [
        table("CPU time of the router, microseconds", results, COST),
        table("CPU time as a multiple of another router's in the same round", results, RATIOS),
        table("Added to the time straight to the provider, milliseconds (54k; clients)", results, LATENCY),
        standing(results),
        *(
            table("Streams of 64 frames at 20 ms", results, held(int(name[5:])), direct=True)
            for name in holds
        ),
        "\n".join(["Targets", *targets(results)]),
    ]
    if results.left_out:
        parts.append("\n".join(["Left out", *(f"  {name}: {why}" for name, why in results.left_out.items())]))
    if troubles := list(failures(results)):
        parts.append("\n".join(["Failed requests", *troubles]))
    return "\n\n".join(parts)


def table(title: str, results: Results, columns: tuple[Column, ...], direct: bool = False) -> str:
    names = [DIRECT, *results.standing] if direct else list(results.standing)
    rows = [
        [name, *(cell(median(results, name, column.of), column.digits) for column in columns)]
        for name in names
    ]
    return grid(title, ["", *(column.head for column in columns)], rows)


def standing(results: Results) -> str:
    rows = [
        [name, cell(statistics.median(its.starts), 2), cell(its.idle, 0), cell(its.loaded, 0)]
        for name, its in results.standing.items()
    ]
    return grid("Start and memory", ["", "ready s", "idle MB", "loaded MB"], rows)


def grid(title: str, heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, padded so that it reads as plain text too."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    padded = ("| " + " | ".join(map(str.rjust, line, widths)) + " |" for line in lines)
    return "\n".join([title, "", *padded])


def cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def targets(results: Results) -> Iterator[str]:
    """One line per target and way to measure this router; scaled to the machine the targets are told for."""
    for name in OURS:
        if name not in results.standing:
            continue
        its, plain = results.standing[name], (times(request, PLAIN), times(chunk, PLAIN))
        of_request, of_chunk = (median(results, name, figure) for figure in plain)
        yield verdict(name, "CPU us a request, scaled", of_request and of_request * PLAIN_REQUEST, 350)
        yield verdict(name, "CPU us a chunk, scaled", of_chunk and of_chunk * PLAIN_CHUNK, 30)
        yield verdict(
            name,
            "times CCR 2.0.0's requests per CPU s",
            median(results, name, per_cpu_second),
            40,
            least=True,
        )
        yield verdict(name, "idle MB", its.idle, 60)
        yield verdict(name, "ready s", statistics.median(its.starts), 1)


def verdict(router: str, what: str, value: float | None, limit: float, least: bool = False) -> str:
    sign = ">=" if least else "<="
    if value is None:
        told = "unknown"
    else:
        told = "met" if (value >= limit if least else value <= limit) else "MISSED"
    return f"  {told:8}{router:14}{what}: {cell(value, 2)} {sign} {limit}"


def failures(results: Results) -> Iterator[str]:
    for number, turn in enumerate(results.rounds, 1):
        for router, cells in turn.items():
            for name, measured in cells.items():
                if (outcome := measured.outcome).failed:
                    yield f"  round {number} {router} {name}: {outcome.failed}, {outcome.failure}"


def as_json(results: Results, mode: str) -> dict[str, Any]:
    """The run for machines: medians by router and column, and every round as measured."""
    columns = {"cpu_us": COST, "cpu_ratios": RATIOS, "added_ms": LATENCY}
    names = list(results.standing)
    return {
        "mode": mode,
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
        },
        "left_out": results.left_out,
        "standing": {name: asdict(its) for name, its in results.standing.items()},
        "medians": {
            name: {
                group: {c.head: median(results, name, c.of) for c in its} for group, its in columns.items()
            }
            for name in names
        },
        "rounds": [
            {
                router: {name: asdict(measured) for name, measured in cells.items()}
                for router, cells in turn.items()
            }
            for turn in results.rounds
        ],
    }
