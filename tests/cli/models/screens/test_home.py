"""Whatever a file says, there is a way to look at it and to change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.cli.models import providers, routes
from ccr.cli.models.entries import Refused
from ccr.cli.models.saving import examined
from ccr.cli.models.screens import home
from ccr.cli.models.screens.desk import Desk
from ccr.config.saving.document import Document

ODD: list[dict[str, Any]] = [
    {},
    {"Providers": {}, "Router": [], "fallback": 5},
    {"Providers": [5, None, {}, {"name": 5}, {"name": "a", "models": 5, "transformer": 5, "api_key": 5}]},
    {
        "Providers": [
            {"name": "a", "api_base_url": 5, "protocol": ["x"], "models": [5, {}], "api_key": [5, {}]}
        ]
    },
    {
        "Providers": [
            {"name": "a", "api_base_url": "http://[", "models": {"m": None}, "transformer": {"m": 5}}
        ]
    },
    {"Router": {"think": 5, "default": {"targets": {}}, "fallback": [1], "longContextThreshold": "x"}},
    {"Router": {"default": [{"target": 5}, 7, "a"], "rules": 5, "agents": [], "clients": {"x": 5}}},
]


@pytest.mark.parametrize("value", ODD)
def test_anything_can_be_looked_at(value: dict[str, Any], tmp_path: Path) -> None:
    desk = Desk(Document(tmp_path / "config.json", None, "", value))
    lines = home._lines(desk, examined(desk.document))
    assert [line.text for line in lines if line.value is None] == ["Routes", "Providers"]


@pytest.mark.parametrize("value", ODD)
def test_nothing_odd_is_overwritten(value: dict[str, Any]) -> None:
    new = {"name": "new", "models": ["m"]}
    try:
        added = providers.added(value, new)
        made = routes.with_fallback(routes.with_route(added, "image", ["new,m"]), "image", ["new,m"])
    except Refused as refused:
        assert "ccr config edit" in str(refused)  # noqa: PT017 - either way is right
        return
    gone = providers.removed(made, "new", force=True)
    assert gone["Providers"] == value.get("Providers", [])
    assert {key: item for key, item in gone.items() if item} == value
