"""What is measured: each cell is one load that every router gets in every round."""

from dataclasses import dataclass

from benchmarks.load import Load
from benchmarks.routers import Launch

SMALL, USUAL, LONG = 16_000, 54_000, 460_000


@dataclass(frozen=True)
class Mode:
    """How long to measure: `seconds` per closed-loop cell, `rounds` of all cells, `starts` of each router,
    how many streams are held together (each count in `hold_rounds` rounds), the frames of a long stream."""

    seconds: float
    rounds: int
    starts: int
    holds: tuple[int, ...]
    hold_rounds: int
    long_stream: int


MODES = {
    "quick": Mode(seconds=0.4, rounds=1, starts=1, holds=(256,), hold_rounds=1, long_stream=1_020),
    "full": Mode(seconds=1.5, rounds=5, starts=5, holds=(256, 1_000), hold_rounds=2, long_stream=2_020),
}


@dataclass(frozen=True)
class Cell:
    """A closed loop of clients with one kind of request."""

    name: str
    size: int
    stream: bool
    concurrency: int

    def load(self, launch: Launch, port: int, mode: Mode) -> Load:
        return Load(
            port=port,
            path=launch.path,
            model=launch.model,
            size=self.size,
            stream=self.stream,
            concurrency=self.concurrency,
            seconds=mode.seconds,
            at_least=2 * self.concurrency,
            at_most=4_000,
        )


@dataclass(frozen=True)
class Chunks:
    """A few paced streams, each frame of which is read and written by itself: once short, once long. What the
    long ones cost more is the price of their frames. A slow router gets fewer frames, further apart, or it
    would coalesce them."""

    name: str
    long: bool

    def frames(self, launch: Launch, mode: Mode) -> int:
        return (220 if launch.slow else mode.long_stream) if self.long else 20

    def load(self, launch: Launch, port: int, mode: Mode) -> Load:
        frames = self.frames(launch, mode)
        return Load(
            port=port,
            path=launch.path,
            model=launch.model,
            size=SMALL,
            stream=True,
            frames=frames,
            pace=10 if launch.slow else 1,
            concurrency=4,
            seconds=0,
            at_least=4 if self.long else 16,
            at_most=4 if self.long else 16,
        )


@dataclass(frozen=True)
class Hold:
    """`streams` streams of 64 frames at 20 ms, all open and all sending at the same time."""

    streams: int

    @property
    def name(self) -> str:
        return f"hold-{self.streams}"

    def load(self, launch: Launch, port: int, mode: Mode) -> Load:  # noqa: ARG002  one signature for all cells
        return Load(
            port=port,
            path=launch.path,
            model=launch.model,
            size=USUAL,
            stream=True,
            frames=64,
            pace=20,
            concurrency=self.streams,
            hold=self.streams / 300,
            timeout=20,
        )


CELLS = (
    Cell("json-54k-1", USUAL, stream=False, concurrency=1),
    Cell("json-54k-16", USUAL, stream=False, concurrency=16),
    Cell("stream-54k-1", USUAL, stream=True, concurrency=1),
    Cell("stream-54k-16", USUAL, stream=True, concurrency=16),
    Cell("json-460k-4", LONG, stream=False, concurrency=4),
    Cell("stream-460k-4", LONG, stream=True, concurrency=4),
    Chunks("chunks-short", long=False),
    Chunks("chunks-long", long=True),
)
