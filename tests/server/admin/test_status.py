"""The service over HTTP: how it is, and its restart."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from tests.cli.machine import CONFIG, Machine, until
from tests.server.admin.admin import SECRETS, admin, config, written


async def test_it_says_how_it_is(tmp_path: Path) -> None:
    async with admin(tmp_path, written(config("http://127.0.0.1:9/v1"))) as made:
        status, told = await made.ask("GET", "/api/status")
    assert status == 200
    assert told["health"]["service"] == "claude-code-router"
    assert told["health"]["config"] == str(tmp_path / "config.json")
    assert (told["providers"], told["router"]) == (1, {"default": "lab,m"})
    assert not [secret for secret in SECRETS if secret in json.dumps(told)]


def test_a_service_of_the_command_line_is_started_again(machine: Machine) -> None:
    machine.configure(CONFIG)
    assert machine.run("start", "--daemon").returncode == 0
    before = machine.health()
    assert before is not None
    asked = urllib.request.Request(f"http://127.0.0.1:{machine.port}/api/restart", method="POST")
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        assert json.load(answer) == {"success": True, "message": "Service restart initiated"}
    until(lambda: (now := machine.health()) is not None and now["instance"] != before["instance"])
    assert machine.run("stop").returncode == 0


async def test_with_mistakes_in_the_configuration_it_stays(tmp_path: Path) -> None:
    async with admin(tmp_path, written(config("http://127.0.0.1:9/v1"))) as made:
        for broken in ('{"PORT": "many"}', "{"):
            made.path.write_text(broken)
            status, told = await made.ask("POST", "/api/restart")
            assert (status, "has a mistake" in told["error"]["message"]) == (400, True)
