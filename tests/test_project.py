"""The project keeps its own rules: one version, mirrored tests, short files, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ccr

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "ccr"
TESTS = ROOT / "tests"

WHOLE = {
    "agents": "agents are asked for what a client sees",
    "anthropic/tokens": "estimates are judged against recorded usage",
    "cli/commands/config": "commands are run in a terminal, one after the other",
    "cli/commands/preset": "commands are run in a terminal, one after the other",
    "cli/commands/model": "commands are run one after the other",
    "cli/commands/provider": "commands are run one after the other",
    "cli/commands/provider/transformer": "commands are run one after the other",
    "cli/models": "changes are values in and out; the rest is what the commands and screens are made of",
    "cli/models/screens": "screens are used in a terminal, one after the other",
    "cli/doctor": "checks look at a machine, and what they say of what they saw",
    "cli/doctor/gateway": "a gateway is asked, a good one and bad ones",
    "cli/setup": "questions are answered in a terminal: tests/cli/commands/config/test_init.py",
    "config": "a configuration is loaded, or its mistakes are told",
    "config/shapes": "what a section may say: it is loaded, or its mistakes are told; tests/config",
    "config/sharing": "a preset is made, fetched, asked about and installed",
    "config/routes": "the routes of a configuration are loaded, or their mistakes are told",
    "protocols": "a codec is judged by golden pairs, splitting and conversations that grow",
    "routing": "a request is routed",
    "state": "one contract, asked of each implementation, Redis a real one",
    "telemetry/ledger": "rows are written and read back, the same in both databases",
    "upstream/credentials": "a request is signed, against fakes of those who check",
}
"""Packages whose tests hold the laws of the package as a whole: each must have tests, its modules need not.
Of `protocols` that is meant of each package in it."""

NOT_MIRRORED = {
    "__main__.py": "one line",
    "exchange.py": "records; what they say is tested where they are read",
    "gateway.py": "the way of a request: tests/e2e",
    "server/app.py": "tests/e2e/test_service.py",
    "server/delivery.py": "tests/e2e/test_service.py: pings, commit, leaving",
    "server/messages.py": "tests/e2e/test_service.py",
    "server/models.py": "tests/e2e/test_service.py",
    "upstream/attempt.py": "tests/e2e",
    "services.py": "tests/e2e: what a process has once",
    "upstream/reservation.py": "tests/upstream/test_failover.py, tests/chaos",
    "upstream/trip.py": "a record; tests/upstream/test_failover.py",
    "telemetry/record.py": "a record; what it says is tested where it is made",
    "upstream/memory.py": "tests/anthropic/test_turns.py, tests/e2e",
    "transformers/faults.py": "tests/transformers/test_chain.py: blame",
}
"""Single sources without a test file of their own, and what tests them. May only shrink."""

LONGER: dict[str, str] = {}
"""Sources of more than 400 lines, and the one flat idea that needs them."""


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def committed() -> tuple[str, ...]:
    """Every file git knows, relative to the root; empty outside a clone."""
    if not (ROOT / ".git").exists():
        return ()
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return tuple(name for name in found.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def sources() -> list[str]:
    """Modules relative to the package, but not `__init__.py`: those only say what is in the package."""
    return sorted(
        path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if path.name != "__init__.py"
    )


def mirror(source: str) -> str:
    """`wire/sse.py` → `wire/test_sse.py`."""
    path = Path(source)
    return path.with_name(f"test_{path.name}").as_posix()


def scripts() -> list[Path]:
    return sorted(path for path in [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"] if path.is_file())


def test_there_is_one_version() -> None:
    assert ccr.__version__ == project()["project"]["version"]
    assert f"\n## {ccr.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def has_tests_as_a_whole(source: str) -> bool:
    """Whether the module's package is one of ``WHOLE`` and has tests."""
    folder = Path(source).parent.as_posix()
    known = folder in WHOLE or folder.rpartition("/")[0] == "protocols"
    return known and any((TESTS / folder).glob("test_*.py"))


def test_each_source_has_its_test_file() -> None:
    missing = [
        name
        for name in sources()
        if name not in NOT_MIRRORED and not (TESTS / mirror(name)).exists() and not has_tests_as_a_whole(name)
    ]
    assert not missing, f"no test file for {missing}; write tests/{mirror(missing[0])}"


def test_the_list_of_sources_without_tests_only_shrinks() -> None:
    stale = [name for name in NOT_MIRRORED if name not in sources() or (TESTS / mirror(name)).exists()]
    assert not stale, f"take {stale} out of NOT_MIRRORED"


def test_sources_are_short() -> None:
    long = {name for name in sources() if len((SOURCE / name).read_text().splitlines()) > 400}
    assert long == set(LONGER)


def join(*parts: str) -> str:
    """Keeps this file from containing what it forbids."""
    return "".join(parts)


FOREIGN = re.compile(
    "|".join(
        [
            join(r"(?<![\w.$}-])/", r"(?:work|root|tmp/team|opt/pypi)\b"),
            join(r"\bpypi", r"\.org"),
            join(r"pythonhosted", r"\.org"),
            join(r"registry\.", r"npmjs"),
            join(r"\bproxy\.", r"golang"),
        ]
    )
)


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    if not committed():
        pytest.skip("not a git clone")
    named = [
        f"{name}: {found[0]}"
        for name in committed()
        if (found := FOREIGN.search((ROOT / name).read_text(errors="replace")))
    ]
    assert not named


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_scripts_are_programs_the_shell_understands(script: Path) -> None:
    first = script.read_text(errors="replace").splitlines()[0]
    assert script.stat().st_mode & 0o111, f"chmod +x {script.relative_to(ROOT)}"
    if first in {"#!/bin/sh", "#!/usr/bin/env bash"}:
        shell = first.rsplit("/", 1)[-1].split()[-1]
        assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0


def test_everything_locked_has_a_hash() -> None:
    for name in ("runtime", "dev"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^[a-z0-9].*(?:\n +--hash.*)*", lock, re.MULTILINE)
        assert pins
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_direct_dependency_is_locked() -> None:
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    names = [
        re.split(r"[^a-z0-9-]", wanted, maxsplit=1)[0] for wanted in project()["project"]["dependencies"]
    ]
    assert [name for name in names if f"\n{name}==" not in lock] == []


def test_the_package_ships_its_data() -> None:
    assert (SOURCE / "py.typed").exists()
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert not {"*.gz", "*.toml", "*.json", "*.html"} & set(ignored), "hatchling leaves out what git ignores"
