"""The user's own prompt stands where the client's stood; what the client says of the environment stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.agents.prompt import PromptAgent, read_prompt
from ccr.config.problems import ConfigError
from ccr.exchange import Exchange

BILLING = {"type": "text", "text": "x-anthropic-billing-header: a"}
MARK = {"type": "ephemeral"}


async def rewritten(system: Any) -> Any:
    exchange = Exchange(raw=b"", body={"system": system, "messages": []}, headers={}, stream=False)
    assert await PromptAgent("Mine.\n").prepare(exchange) is None
    assert exchange.edited is (exchange.body["system"] is not system)
    return exchange.body["system"]


async def test_the_prompt_is_replaced_up_to_the_last_env() -> None:
    prompt = {"type": "text", "text": "Theirs <env> of old <env>cwd: /x</env>", "cache_control": MARK}
    assert await rewritten([BILLING, prompt]) == [BILLING, {**prompt, "text": "Mine.\n<env>cwd: /x</env>"}]


@pytest.mark.parametrize(
    "system",
    ["a <env> b", [{"type": "text", "text": "<env>"}], [BILLING, {"type": "text", "text": "no"}], None],
)
async def test_other_prompts_stay(system: Any) -> None:
    assert await rewritten(system) is system


def test_a_file_that_cannot_be_read_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("Mine.")
    assert read_prompt(tmp_path / "mine.md") == "Mine."
    with pytest.raises(ConfigError, match="REWRITE_SYSTEM_PROMPT"):
        read_prompt(tmp_path / "missing.md")
