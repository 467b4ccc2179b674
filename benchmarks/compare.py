"""All routers through all cells: started side by side, measured one after the other, round by round."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.cells import CELLS, Cell, Chunks, Hold, Mode
from benchmarks.load import Load, Outcome, Times
from benchmarks.machine import Process, free_port
from benchmarks.routers import MODEL, REPOSITORY, Launch, LeftOut, Place, Router

DIRECT = "direct"


@dataclass(frozen=True)
class Measured:
    """One cell of one round: what the clients saw, and the router's CPU seconds over all its requests."""

    outcome: Outcome
    cpu: float | None

    @property
    def cpu_per_request(self) -> float | None:
        """Seconds; None when unknown or when a request failed, since its cost is then not comparable."""
        sound = self.cpu is not None and self.outcome.requests and not self.outcome.failed
        return self.cpu / self.outcome.requests if self.cpu is not None and sound else None


@dataclass
class Standing:
    """What is measured of a router once: seconds until ready of each start, MB before and after all load."""

    starts: list[float] = field(default_factory=list)
    idle: float | None = None
    loaded: float | None = None


Round = dict[str, dict[str, Measured]]


@dataclass
class Results:
    """Everything measured; `rounds[n][router][cell]`. Hold cells are in the first rounds only."""

    standing: dict[str, Standing] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


@dataclass
class Target:
    """A running router, or the provider itself (without a process)."""

    launch: Launch
    port: int
    process: Process | None = None


class LoadGenerator:
    """The load generator's process."""

    def __init__(self) -> None:
        argv = [sys.executable, "-m", "benchmarks.load"]
        self.popen = subprocess.Popen(
            argv, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def apply(self, load: Load) -> Outcome:
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        print(json.dumps(asdict(load)), file=self.popen.stdin, flush=True)
        if not (line := self.popen.stdout.readline()):
            raise RuntimeError("the load generator died; its error is above")
        told = json.loads(line)
        times = {name: Times(**told[name]) for name in ("latency", "first_byte", "first_text")}
        return Outcome(**{**told, **times})

    def stop(self) -> None:
        self.popen.kill()
        self.popen.wait()


@dataclass(frozen=True)
class Bench:
    """Where a run happens: a scratch folder, the cache, ccr's command, and the fake provider's port."""

    folder: Path
    cache: Path
    ccr: Path
    upstream: int

    def start(self, router: Router, launch: Launch, place: Place) -> tuple[Process, float]:
        process = Process(launch.argv, REPOSITORY, launch.env, self.folder / f"{router.name}.log")
        try:
            return process, process.wait_ready(place.port, launch.ready)
        except BaseException as error:
            process.stop()
            if isinstance(error, RuntimeError):
                raise LeftOut(str(error)) from error
            raise

    def place(self, router: Router) -> Place:
        home = self.folder / router.name
        home.mkdir(exist_ok=True)
        return Place(home, free_port(), self.upstream, self.cache, self.ccr)


@contextmanager
def bench(cache: Path, ccr: Path) -> Iterator[Bench]:
    """A scratch folder and a running fake provider, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ccr-bench-") as name:
        port = free_port()
        log = Path(name) / "upstream.log"
        upstream = Process([sys.executable, "-m", "benchmarks.upstream", str(port)], REPOSITORY, {}, log)
        try:
            upstream.wait_ready(port, "/open")
            yield Bench(Path(name), cache, ccr, port)
        finally:
            upstream.stop()


def compare(mode: Mode, routers: Sequence[Router], where: Bench) -> Results:
    """Starts every router that can be had, leaves all of them running, and measures them round by round."""
    results, targets = Results(), {DIRECT: Target(Launch([], MODEL), where.upstream)}
    with ExitStack() as stack:
        for router in routers:
            try:
                targets[router.name] = started(router, mode.starts, where, results, stack)
            except LeftOut as reason:
                results.left_out[router.name] = str(reason)
                tell(f"{router.name}: left out: {reason}")
        generator = LoadGenerator()
        stack.callback(generator.stop)
        measure(mode, targets, generator, results)
    return results


def started(router: Router, starts: int, where: Bench, results: Results, stack: ExitStack) -> Target:
    """The router after its last start; a second after it is ready, its idle memory is read."""
    place = where.place(router)
    launch = router.prepare(place)
    process, seconds = where.start(router, launch, place)
    standing = Standing([seconds])
    for _ in range(starts - 1):
        process.stop()
        process, seconds = where.start(router, launch, place)
        standing.starts.append(seconds)
    stack.callback(process.stop)
    time.sleep(1)
    standing.idle = process.memory()
    results.standing[router.name] = standing
    tell(f"{router.name}: ready in {min(standing.starts):.2f} s")
    return Target(launch, place.port, process)


def measure(mode: Mode, targets: dict[str, Target], generator: LoadGenerator, results: Results) -> None:
    for target in targets.values():
        generator.apply(
            Cell("warm-up", 54_000, stream=True, concurrency=4).load(target.launch, target.port, mode)
        )
    for number in range(mode.rounds):
        cells: list[Cell | Chunks | Hold] = list(CELLS)
        if number < mode.hold_rounds:
            cells += [Hold(streams) for streams in mode.holds]
        tell(f"round {number + 1} of {mode.rounds}")
        results.rounds.append({name: {} for name in targets})
        for cell in cells:
            for name, target in targets.items():
                load = cell.load(target.launch, target.port, mode)
                results.rounds[-1][name][cell.name] = one(target, load, generator)
    for name, standing in results.standing.items():
        process = targets[name].process
        standing.loaded = process.memory() if process else None


def one(target: Target, load: Load, generator: LoadGenerator) -> Measured:
    before = target.process.cpu() if target.process else None
    outcome = generator.apply(load)
    after = target.process.cpu() if target.process else None
    if outcome.failed and target.process:
        calm(target.process)
    return Measured(outcome, None if before is None or after is None else after - before)


def calm(process: Process, patience: float = 15.0) -> None:
    """Waits until a router that was asked too much has worked off what was given up on."""
    deadline, last = time.monotonic() + patience, process.cpu()
    while last is not None and time.monotonic() < deadline:
        time.sleep(0.2)
        now = process.cpu()
        if now is None or now - last < 0.02:
            return
        last = now


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
