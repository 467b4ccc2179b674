"""Whatever a provider does, a client gets one valid answer or one valid error, and nothing is left over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.grid import Score, cases, grid, judged_raced

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=["memory", "redis"])
def state(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """What the configuration says of the state; skipped where there is no Redis."""
    if request.param == "memory":
        return {}
    url, prefix = request.getfixturevalue("redis_url"), request.getfixturevalue("redis_prefix")
    return {"Redis": {"url": url, "prefix": prefix, "timeoutMs": 2000}}


@pytest.mark.parametrize("protocol", ["anthropic", "openai-chat"])
async def test_every_fault_ends_in_one_valid_answer_or_one_valid_error(
    protocol: str,
    state: Mapping[str, Any],
    tmp_path: Path,
    full: bool,
    scores: dict[str, Score],
) -> None:
    chosen = list(cases(protocol, full=full))
    async with grid(tmp_path, chosen, **state) as made:
        score = await made.play(chosen)
        leftovers = await made.router.leftovers()
        services = made.router.services
        shared = services.health()
    scores[f"{protocol}, {shared['kind']}"] = score
    assert not score.failed, "\n".join(score.failed)
    assert score.ran == len(chosen)
    assert not leftovers
    assert services.ends.total() == len(chosen)
    assert shared["shared"] == bool(state)


HEDGE = {"enabled": True, "minSamples": 1, "minMs": 1, "maxShare": 1, "percentile": 99}


@pytest.mark.parametrize("protocol", ["anthropic", "openai-chat"])
async def test_no_fault_is_worse_for_a_race(
    protocol: str, tmp_path: Path, full: bool, scores: dict[str, Score]
) -> None:
    """Who comes late, or fails in a race, leaves nothing behind; other keys are asked all the same."""
    chosen = [case for case in cases(protocol, full=full) if not case.fault.refuses]
    async with grid(tmp_path, chosen, hedge=HEDGE) as made:
        await made.warm(chosen)
        score = await made.play(chosen, judged_raced)
        leftovers = await made.router.leftovers()
        ends = made.router.services.ends
    scores[f"{protocol}, hedged"] = score
    assert not score.failed, "\n".join(score.failed)
    assert not leftovers
    assert ends.total() == 2 * len(chosen)
