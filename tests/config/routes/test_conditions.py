"""``match``: the mistakes in it. What conditions mean is told in ``tests/routing/test_declared.py``."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.routes.conditions import NAMES, read
from ccr.config.routes.values import Notes

THERE = f"There are: {', '.join(NAMES)}."


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ([], 'match: should be an object, not a list.\n    Such as {"model": "claude-*"}.'),
        ({"modle": "x"}, 'match.modle: is nothing a rule can match on.\n    Did you mean "model"?'),
        ({"qqq": "x"}, f"match.qqq: is nothing a rule can match on.\n    {THERE}"),
        ({"header": "x"}, 'match.header: is nothing a rule can match on.\n    Did you mean "header.<name>"?'),
        ({"kind": "titel"}, 'match.kind: there is no kind "titel".\n    Did you mean "title"?'),
        ({"any": {}}, "match.any: should be a list of conditions: [{ … }], not an object."),
        (
            {"any": [{"not": 3}]},
            'match.any[0].not: should be an object, not 3.\n    Such as {"model": "claude-*"}.',
        ),
        ({"tokens": 3}, 'match.tokens: should compare, not 3.\n    Such as {">": 100000}.'),
        (
            {"tokens": {"=": 3}},
            'match.tokens["="]: is no comparison with a whole number.\n    Such as {">": 100000}.',
        ),
        (
            {"tokens": {">": "3"}},
            'match.tokens[">"]: is no comparison with a whole number.\n    Such as {">": 100000}.',
        ),
        (
            {"time": "night"},
            (
                'match.time: is no span of time (it is "night").\n'
                '    Such as "22:00-06:00", or "9:00-17:30 Europe/Berlin".'
            ),
        ),
        (
            {"day": ["mon", 3]},
            'match.day: is no day of the week (it is a list).\n    Such as "mon-fri", or ["sat", "sun"].',
        ),
    ],
)
def test_mistakes(match: Any, told: str) -> None:
    notes = Notes()
    read(match, "match", notes)
    assert [str(problem) for problem in notes.problems] == [told]
