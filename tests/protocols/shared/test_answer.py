"""How long an answer may be, and which schema it has to fit."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.dialect import Dialect
from ccr.config.provider import ModelFacts, Provider
from ccr.exchange import Call, Target
from ccr.protocols.shared import answer


def limit(wanted: object, dialect: Dialect, preset: str | None) -> int | None:
    facts = {"m": ModelFacts(max_output=100)}
    provider = Provider("p", "https://x.example", "gemini", dialect=dialect, facts=facts, preset=preset)
    body: Any = {"max_tokens": wanted}
    return answer.limit(Call(Target(provider, "m"), body, stream=False))


@pytest.mark.parametrize(
    ("wanted", "ceiling", "preset", "sent"),
    [
        (500, None, None, 500),
        (500, 50, None, 50),
        (500, None, "maker", 100),
        (5, 50, "maker", 5),
        (None, 50, "maker", None),
        (True, None, None, None),
        (0, None, None, 0),
    ],
)
def test_the_limit_is_the_lowest_that_is_known(
    wanted: object, ceiling: int | None, preset: str | None, sent: int | None
) -> None:
    assert limit(wanted, Dialect(max_output=ceiling), preset) == sent


SCHEMA = {"type": "object"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}, SCHEMA),
        ({"output_format": {"type": "json_schema", "schema": SCHEMA}}, SCHEMA),
        ({"output_config": {"effort": "low"}}, None),
        ({"output_config": {"format": {"type": "json_schema"}}}, None),
        ({"output_config": None}, None),
    ],
)
def test_the_schema_of_the_answer(body: Any, found: object) -> None:
    assert answer.schema(body) == found


@pytest.mark.parametrize(
    ("model", "thinking", "asked", "sent"),
    [
        ("o3", {"type": "disabled"}, 64, 64 + answer.ROOM),
        ("o3", {"type": "disabled"}, 4000, 4000),
        ("o3", None, 64, 64),
        ("gpt-4.1", {"type": "disabled"}, 64, 64),
    ],
)
def test_models_that_think_all_the_same_get_room_for_it(
    model: str, thinking: object, asked: int, sent: int
) -> None:
    body: Any = {"max_tokens": asked, "thinking": thinking, "stop_sequences": ["</block>"]}
    target = Target(Provider("p", "https://x.example", "openai_chat"), model)
    assert answer.limit(Call(target, body, stream=False)) == sent
    del body["stop_sequences"]
    assert answer.limit(Call(target, body, stream=False)) == asked
