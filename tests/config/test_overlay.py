"""A preset over the user's configuration: what wins, what stays, what stays out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ccr.config.overlay import absolute, over

BASE: dict[str, Any] = {
    "PORT": 1,
    "APIKEY": "ours",
    "PROXY_URL": "http://proxy",
    "Providers": [{"name": "lab", "api_key": "old"}, {"name": "other"}],
    "Router": {"default": "other,m", "think": "other,t"},
    "fallback": {"default": ["other,m"]},
    "CUSTOM_ROUTER_PATH": "/r.js",
    "transformers": [{"path": "/a.py"}],
}


def test_providers_of_the_preset_come_first_and_win_by_name() -> None:
    found = over(BASE, {"providers": [{"name": "new"}, {"name": "Lab", "api_key": "k"}]})
    assert found["Providers"] == [{"name": "new"}, {"name": "Lab", "api_key": "k"}, {"name": "other"}]
    assert "providers" not in found


def test_a_preset_with_providers_or_routes_takes_no_routing_from_outside() -> None:
    for preset in ({"Router": {"default": "lab,m"}}, {"Providers": [{"name": "new"}]}):
        found = over(BASE, preset)
        assert found.get("Router") == preset.get("Router")
        assert not {"fallback", "CUSTOM_ROUTER_PATH"} & set(found)
        assert found["PROXY_URL"] == "http://proxy"


def test_a_preset_without_either_is_routed_as_everybody() -> None:
    found = over(BASE, {"REWRITE_SYSTEM_PROMPT": "/p.md"})
    assert found == {**BASE, "REWRITE_SYSTEM_PROMPT": "/p.md"}


def test_the_service_is_not_the_presets_to_change() -> None:
    found = over(BASE, {"APIKEY": "theirs", "PORT": 2, "HOST": "::", "APIKEYS": {}})
    assert (found["APIKEY"], found["PORT"]) == ("ours", 1)
    assert not {"HOST", "APIKEYS"} & set(found)


def test_transformers_of_both_are_there() -> None:
    assert over(BASE, {"transformers": [{"path": "/b.py"}]})["transformers"] == [
        {"path": "/a.py"},
        {"path": "/b.py"},
    ]


def test_paths_are_meant_from_the_folder(tmp_path: Path) -> None:
    config = {
        "CUSTOM_ROUTER_PATH": "r.js",
        "REWRITE_SYSTEM_PROMPT": "~/p.md",
        "transformers": [{"path": "./t.py", "options": {"path": "as it is"}}, "odd"],
        "StatusLine": {"enabled": True, "default": {"modules": [{"scriptPath": "s.js"}, {"text": "x"}]}},
        "Router": {"path": "as it is"},
    }
    assert absolute(config, tmp_path) == {
        "CUSTOM_ROUTER_PATH": str(tmp_path / "r.js"),
        "REWRITE_SYSTEM_PROMPT": "~/p.md",
        "transformers": [{"path": str(tmp_path / "t.py"), "options": {"path": "as it is"}}, "odd"],
        "StatusLine": {
            "enabled": True,
            "default": {"modules": [{"scriptPath": str(tmp_path / "s.js")}, {"text": "x"}]},
        },
        "Router": {"path": "as it is"},
    }
    assert absolute({"CUSTOM_ROUTER_PATH": "/abs/r.js", "transformers": 5}, tmp_path) == {
        "CUSTOM_ROUTER_PATH": "/abs/r.js",
        "transformers": 5,
    }
