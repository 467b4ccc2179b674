"""`ccr config import` in a real terminal."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands.config.terminal import Session
from tests.cli.machine import CONFIG, Machine

LAB = {"name": "lab", "type": "openai_chat_completions", "baseUrl": "http://127.0.0.1:9/v1", "models": ["x"]}
FAR = {
    "name": "far",
    "baseUrl": "https://far.example/v1",
    "api_key": "the-key-of-far-in-clear",
    "models": ["y"],
}


def database(machine: Machine, providers: list[dict[str, Any]]) -> Path:
    path = machine.home / ".claude-code-router" / "config.sqlite"
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE app_config (key TEXT PRIMARY KEY, value_json TEXT, updated_at TEXT)")
        made.execute(
            "INSERT INTO app_config VALUES ('default', ?, '')", (json.dumps({"Providers": providers}),)
        )
        made.commit()
    return path


def config(machine: Machine) -> Path:
    return machine.home / ".claude-code-router" / "config.json"


def test_it_is_found_shown_and_written_with_keys_apart(machine: Machine) -> None:
    database(machine, [LAB, FAR])
    session = Session(machine, "config", "import").until("will be:").until("Write it?").type("\r")
    code, shown = session.end()
    assert code == 0
    assert "version 3 of the original" in shown
    assert "the-key-of-far" not in shown
    written = json.loads(config(machine).read_text())
    assert [one["name"] for one in written["Providers"]] == ["lab", "far"]
    assert written["Providers"][1]["api_key"] == "$FAR_API_KEY"
    assert config(machine).with_name(".env").read_text() == "FAR_API_KEY=the-key-of-far-in-clear\n"
    assert Session(machine, "config", "validate").end()[0] == 0


def test_what_one_has_stays_and_wins(machine: Machine) -> None:
    database(machine, [{**LAB, "name": "local"}, FAR])
    path = machine.configure("// mine\n" + CONFIG)
    code, shown = Session(machine, "config", "import", "--yes").end()
    assert code == 0
    assert "You have a provider 'local' already" in shown
    text = path.read_text()
    assert text.startswith("// mine\n")
    assert '"default": "local,m"' in text
    assert '"name": "far"' in text


def test_keys_are_written_in_clear_only_when_asked(machine: Machine) -> None:
    database(machine, [FAR])
    assert machine.run("config", "import", "--yes", "--clear-keys").returncode == 0
    assert json.loads(config(machine).read_text())["Providers"][0]["api_key"] == "the-key-of-far-in-clear"
    assert not config(machine).with_name(".env").exists()


def test_all_can_be_replaced(machine: Machine) -> None:
    database(machine, [FAR])
    path = machine.configure(CONFIG)
    assert machine.run("config", "import", "--yes", "--replace").returncode == 0
    written = json.loads(path.read_text())
    assert [one["name"] for one in written["Providers"]] == ["far"]
    assert written["$schema"] == "./config.schema.json"
    assert path.with_name("config.schema.json").exists()


def test_saying_no_or_nothing_writes_nothing(machine: Machine) -> None:
    database(machine, [FAR])
    assert Session(machine, "config", "import").until("Write it?").type("n\r").end()[0] == 1
    done = machine.run("config", "import")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert not config(machine).exists()


def test_the_originals_own_file_is_checked_and_explained(machine: Machine) -> None:
    path = machine.configure('{"transformers": [], "HOST": "0.0.0.0", "Providers": []}')
    code, shown = Session(machine, "config", "import").end()
    assert code == 0
    assert "Without an APIKEY the router listens on this machine only" in shown
    assert f"{path} can be used as it is" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "None was found. Looked for"),
        (["/nowhere/config.yaml"], "There is no file"),
        (["--from", "litellm"], ".litellm/config.yaml"),
    ],
)
def test_what_is_not_there_is_told(machine: Machine, arguments: list[str], words: str) -> None:
    done = machine.run("config", "import", *arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr


def test_a_file_of_an_unknown_kind_is_asked_for(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "what").write_text("{}")
    done = machine.run("config", "import", str(tmp_path / "what"))
    assert done.returncode == 2
    assert "--from original|v3|litellm|cc-switch" in done.stderr
    done = machine.run("config", "import", "--from", "litellm", str(tmp_path / "what"))
    assert "no model_list" in done.stderr
