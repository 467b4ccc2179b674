"""How long a person waits for `ccr`: medians of whole processes, and what they import.

`python -m benchmarks.cli` from the repository root; `--json` for programs. Ends with 1
where a limit is broken.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SESSION = "0b8f6f3a-1111-2222-3333-444455556666"
SLOWEST = 8
"""Imports that are shown."""


class Case(NamedTuple):
    """A command, and how many milliseconds it may take."""

    arguments: tuple[str, ...]
    limit: float
    said: bytes = b""
    env: Mapping[str, str] = {}  # a tuple's default, never written to


class Result(NamedTuple):
    """Milliseconds."""

    name: str
    limit: float
    median: float
    fastest: float
    cpu: float
    imports: Sequence[tuple[str, float]]
    """The modules that took longest themselves."""


def cases(repository: Path, transcript: Path) -> list[Case]:
    said = {
        "session_id": SESSION,
        "transcript_path": str(transcript),
        "model": {"id": "claude-sonnet-4", "display_name": "Sonnet 4"},
        "workspace": {"current_dir": str(repository)},
        "cost": {"total_cost_usd": 0.12},
        "context_window": {"context_window_size": 200_000, "current_usage": {"input_tokens": 12_000}},
    }
    complete = {"_CCR_COMPLETE": "bash_complete", "COMP_LINE": "ccr usage --provider "}
    return [
        Case(("statusline",), 60, json.dumps(said).encode()),
        Case(("--help",), 120),
        Case(("status",), 150),
        Case((), 150, env=complete),
    ]


def prepare(home: Path) -> Path:
    """A user's home: a configuration, a ledger with a long session, a long conversation. Gives the latter."""
    from ccr.telemetry.ledger.database import SQLite
    from ccr.telemetry.ledger.keeper import Ledger
    from ccr.telemetry.ledger.retention import Retention
    from ccr.telemetry.record import Record

    folder = home / ".claude-code-router"
    folder.mkdir()
    provider = {"name": "local", "api_base_url": "http://127.0.0.1:9/v1/chat/completions", "models": ["m"]}
    (folder / "config.json").write_text(
        json.dumps({"Providers": [provider], "Router": {"default": "local,m"}})
    )
    ledger = Ledger(SQLite(folder / "ccr.db"), Retention(seconds=1e9, size=1e12))
    now = time.time()
    for number in range(5_000):
        session = SESSION if number % 5 == 0 else f"another-{number % 50}"
        ledger.add(
            Record(
                id=f"req_{number}",
                at=now - number,
                session=session,
                provider="local",
                model="m",
                input=100,
                output=10,
                cache_read=1_000,
                cost=0.001,
            )
        )
    ledger.close(60)
    transcript = home / "conversation.jsonl"
    message = {"model": "m", "usage": {"input_tokens": 9, "output_tokens": 5}, "content": "x" * 2_000}
    line = json.dumps({"type": "assistant", "message": message})
    transcript.write_text(f"{line}\n" * 2_000)
    return transcript


def measure(case: Case, runs: int, env: Mapping[str, str]) -> Result:
    command, env = [str(Path(sys.executable).with_name("ccr")), *case.arguments], {**env, **case.env}
    walls, cpus = [], []
    for number in range(runs + 1):
        before, begun = _used(), time.perf_counter()
        subprocess.run(
            command,
            input=case.said,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        took, after = time.perf_counter() - begun, _used()
        if number:  # the first one warms the disk's cache
            walls.append(took * 1000)
            cpus.append((after - before) * 1000)
    name = f"ccr {' '.join(case.arguments)}".strip() if case.arguments else "completion"
    median, cpu = statistics.median(walls), statistics.median(cpus)
    return Result(name, case.limit, median, min(walls), cpu, imports(case, env))


def _used() -> float:
    """Seconds of CPU of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def imports(case: Case, env: Mapping[str, str]) -> list[tuple[str, float]]:
    """Of `python -X importtime`: the slowest modules, each without what it imports itself."""
    command = [sys.executable, "-X", "importtime", "-m", "ccr", *case.arguments]
    done = subprocess.run(command, input=case.said, env=env, capture_output=True, check=False)
    found = []
    for line in done.stderr.decode(errors="replace").splitlines():
        parts = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and parts[0].strip().isdigit():
            found.append((parts[2].strip(), int(parts[0]) / 1000))
    return sorted(found, key=lambda pair: -pair[1])[:SLOWEST]


def show(result: Result) -> None:
    verdict = "ok" if result.median <= result.limit else "TOO SLOW"
    print(
        f"{result.name:<16} {result.median:6.1f} ms  (at most {result.limit:.0f}; "
        f"fastest {result.fastest:.1f}, CPU {result.cpu:.1f})  {verdict}"
    )
    print("    " + ", ".join(f"{name} {took:.1f}" for name, took in result.imports))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cli", description=__doc__)
    parser.add_argument("--runs", type=int, default=41, help="processes for each median (41)")
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        # With the compiler's results at hand, as where it is installed.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"HOME": folder, "USERPROFILE": folder, "TERM": "xterm-256color"}
        repository = Path(__file__).resolve().parent.parent
        results = [measure(case, arguments.runs, env) for case in cases(repository, prepare(home))]
    if arguments.json:
        print(json.dumps([result._asdict() for result in results], indent=1))
    else:
        for result in results:
            show(result)
    return int(any(result.median > result.limit for result in results))


if __name__ == "__main__":
    sys.exit(main())
