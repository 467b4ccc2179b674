"""The text of a file is shown without its keys, wherever they stand."""

from __future__ import annotations

import pytest

from ccr.config import syntax
from ccr.config.saving.showing import masked_text


def shown(text: str) -> str:
    return masked_text(text, syntax.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"APIKEY": {"a": "hunter2-hunter"}}',
        '{"APIKEY": "hunter2-hunter", "APIKEY": "$KEY"}',
        '{"APIKEY": {"a": "hunter2", "a": "$KEY"}}',
        '{"Providers": [{"api_key": ["hunter"]}], "Providers": []}',
        '{"APIKEY": "hunter2-hunter" /* was hunter2-hunter before */}',
        "{ // old key: hunter2-hunter\n}",
        '{"note": "hunter2-hunter", "APIKEY": "hunter2-hunter"}',
        "{'api_key': [['hunter']]}",
    ],
)
def test_no_key_can_be_read(text: str) -> None:
    assert "hunter" not in shown(text)


def test_numbers_are_keys_too() -> None:
    assert "40404040" not in shown('{"APIKEY": 40404040, "APIKEY": 4040404040}')


def test_everything_else_stays_as_it_is_written() -> None:
    text = "{\n  // which port\n  PORT: 4000, 'PORT': 4001,\n  APIKEY: '$KEY', // of mine\n}\n"
    assert shown(text) == text
