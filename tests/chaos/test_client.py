"""The official SDK, on a sample of the grid: it reads one whole message, or raises one error of the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anthropic
import pytest

from tests.chaos.grid import Case, Grid, Score, cases, grid
from tests.chaos.scripts import Script

pytestmark = pytest.mark.timeout(240)

EACH = 9
"""Of so many cases one is in the sample."""


def content(message: anthropic.types.Message) -> list[Any]:
    return [
        block.text if block.type == "text" else (block.name, block.input)
        for block in message.content
        if block.type in ("text", "tool_use")
    ]


async def asked(client: anthropic.AsyncAnthropic, case: Case) -> tuple[str, str]:
    """How it ended, and what is wrong with that."""
    body: dict[str, Any] = {name: value for name, value in case.body.items() if name != "stream"}
    try:
        if case.streams:
            async with client.messages.stream(**body) as stream:
                message = await stream.get_final_message()
        else:
            message = await client.messages.create(**body)
    except anthropic.APIStatusError as error:
        told = error.body.get("error") if isinstance(error.body, dict) else None
        return "error", "" if told and told.get("message") else f"{error!r} tells nothing"
    scripts: list[Script] = [case.first, case.second]
    found = content(message)
    right = found in [script.content for script in scripts] or (not found and case.fault.lone is not None)
    return "whole", "" if right and message.stop_reason else f"not what one of them said: {found}"


@pytest.mark.parametrize("protocol", ["anthropic", "openai-chat"])
async def test_the_sdk_reads_an_answer_or_raises_an_error(
    protocol: str, tmp_path: Path, full: bool, scores: dict[str, Score]
) -> None:
    chosen = list(cases(protocol, full=full))
    chosen = chosen if full else chosen[::EACH]
    score = Score()
    async with grid(tmp_path, chosen) as made, sdk(made) as client:
        for case in chosen:
            outcome, wrong = await asked(client, case)
            score.ran += 1
            score.outcomes[outcome] += 1
            if wrong:
                score.failed.append(f"{case}: {wrong}")
        leftovers = await made.router.leftovers()
    scores[f"{protocol}, the official SDK"] = score
    assert not score.failed, "\n".join(score.failed)
    assert not leftovers


def sdk(made: Grid) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=made.router.url, api_key="k", max_retries=0)
