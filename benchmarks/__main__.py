"""The command: `python -m benchmarks quick|full|soak` from the repository root."""

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from benchmarks.cells import MODES
from benchmarks.compare import bench, compare
from benchmarks.report import as_json, render
from benchmarks.routers import ROUTERS, LeftOut
from benchmarks.soak import LIMITS, Plan, describe, soak

CACHE = Path.home() / ".cache" / "ccr-benchmarks"
NAMES = [router.name for router in ROUTERS]


def main() -> int:
    """Exit code 0, or 1 when the soak broke a limit, or 2 when nothing could be measured."""
    signal.signal(signal.SIGTERM, ended)
    parser = command_line()
    arguments = parser.parse_args()
    if arguments.json and not arguments.json.absolute().parent.is_dir():
        parser.error(f"--json: the folder {arguments.json.parent} does not exist")
    try:
        status, told = run_soak(arguments) if arguments.what == "soak" else run_comparison(arguments)
    except LeftOut as reason:
        print(f"{arguments.router} cannot be measured here: {reason}", file=sys.stderr)
        return 2
    if arguments.json:
        arguments.json.write_text(json.dumps(told, indent=1) + "\n")
    return status


def ended(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """Asked to stop, the command still stops what it started."""
    sys.exit(128 + number)


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures routers side by side on loopback."
    )
    what = parser.add_subparsers(dest="what", required=True)
    for mode, about in (
        ("quick", "a look, under two minutes"),
        ("full", "figures to quote, about ten minutes"),
    ):
        comparison = what.add_parser(mode, help=about)
        comparison.add_argument("--only", type=names, default=NAMES, help=f"comma list of {', '.join(NAMES)}")
        common(comparison)
    soaking = what.add_parser(
        "soak", help="clients that leave at random points; exit code 1 when a limit is broken"
    )
    soaking.add_argument("--router", choices=NAMES, default="ccr-chat")
    soaking.add_argument("--minutes", type=float, default=3.0)
    soaking.add_argument("--clients", type=int, default=32)
    soaking.add_argument("--seed", type=int, default=1)
    soaking.add_argument(
        "--tasks", metavar="PATH", default="/health", help="where JSON may tell `tasks` (%(default)s)"
    )
    common(soaking)
    return parser


def common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything measured")
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="where other routers are installed (%(default)s)"
    )
    parser.add_argument(
        "--ccr",
        type=Path,
        default=Path(sys.executable).with_name("ccr"),
        help="command to measure (%(default)s)",
    )


def names(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := [name for name in chosen if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"unknown router {unknown[0]!r}; there are {', '.join(NAMES)}")
    return chosen


def run_comparison(arguments: argparse.Namespace) -> tuple[int, object]:
    chosen = [router for router in ROUTERS if router.name in arguments.only]
    with bench(arguments.cache, arguments.ccr.absolute()) as where:
        results = compare(MODES[arguments.what], chosen, where)
    print(render(results))
    return 0, as_json(results, arguments.what)


def run_soak(arguments: argparse.Namespace) -> tuple[int, object]:
    router = next(router for router in ROUTERS if router.name == arguments.router)
    plan = Plan(arguments.minutes * 60, arguments.clients, arguments.seed, arguments.tasks)
    with bench(arguments.cache, arguments.ccr.absolute()) as where:
        findings = soak(router, plan, where)
    print(describe(findings, LIMITS))
    return bool(findings.broken(LIMITS)), findings.as_json()


if __name__ == "__main__":
    sys.exit(main())
