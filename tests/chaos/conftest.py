"""Cases are counted over the whole run; the summary tells how many held."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.grid import Score

SCORES = pytest.StashKey[dict[str, Score]]()
TOLD = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether ``--chaos-full`` was asked for."""
    return bool(request.config.getoption("--chaos-full"))


@pytest.fixture(scope="session")
def scores(request: pytest.FixtureRequest) -> dict[str, Score]:
    """Where tests put what became of their cases."""
    return request.config.stash.setdefault(SCORES, {})


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest) -> list[str]:
    """Where tests put figures for the summary."""
    return request.config.stash.setdefault(TOLD, [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands what it counted to the process that tells it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        stash = session.config.stash
        scores = {
            name: (score.ran, score.failed, dict(score.outcomes))
            for name, score in stash.get(SCORES, {}).items()
        }
        output["chaos"] = (scores, stash.get(TOLD, []))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    scores, told = getattr(node, "workeroutput", {}).get("chaos", ({}, []))
    known = node.config.stash.setdefault(SCORES, {})
    for name, (ran, failed, outcomes) in scores.items():
        score = known.setdefault(name, Score())
        score.ran += ran
        score.failed += failed
        score.outcomes.update(outcomes)
    node.config.stash.setdefault(TOLD, []).extend(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    scores, told = config.stash.get(SCORES, None) or {}, config.stash.get(TOLD, None) or []
    if not scores and not told:
        return
    terminalreporter.section("chaos")
    for name, score in scores.items():
        ends = ", ".join(f"{number} {end}" for end, number in sorted(score.outcomes.items()))
        terminalreporter.write_line(f"{name}: {score.ran} cases, {score.held} held ({ends})")
    for line in told:
        terminalreporter.write_line(line)
    ran, held = (sum(getattr(score, name) for score in scores.values()) for name in ("ran", "held"))
    terminalreporter.write_line(f"{ran} cases ran, {held} held")
