"""The configuration that sends everything to the demo provider."""

from __future__ import annotations

from pathlib import Path

from ccr.config.settings import Settings
from ccr.demo.settings import demo_settings


def test_the_settings_route_everything_to_it(tmp_path: Path) -> None:
    settings = demo_settings(Settings(path=tmp_path / "config.json", port=4000), "http://127.0.0.1:9/v1")
    assert settings.router == {"default": "demo,demo-1"}
    assert [(p.name, p.protocol, p.models) for p in settings.providers] == [
        ("demo", "openai_chat", ("demo-1",))
    ]
    assert settings.port == 4000
