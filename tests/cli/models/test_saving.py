"""A change on its way into the file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ccr.cli.models import saving
from ccr.cli.models.saving import Plan
from ccr.config.saving import document

ENTRY = '{"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"]}'


def plan(folder: Path, text: str, **changes: object) -> Plan:
    path = folder / "config.json"
    path.write_text(text)
    old = document.read(path)
    return Plan(old, old.become({**old.value, **changes}))


def test_mistakes_that_were_there_are_told_from_those_that_come(tmp_path: Path) -> None:
    found = saving.judged(
        plan(tmp_path, f'{{"PORT": 0, "Providers": [{ENTRY}]}}', Router={"default": "nobody,m"})
    )
    assert [one.path for one in found.fresh] == ["Router.default"]
    assert [one.path for one in found.stale] == ["PORT"]


def test_a_key_beside_the_file_counts_as_soon_as_it_is_planned(tmp_path: Path) -> None:
    entry = {"name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"], "api_key": "$LAB_K"}
    made = plan(tmp_path, "{}", Providers=[entry])
    assert [one.path for one in saving.judged(made).fresh] == ["Providers[0].api_key"]
    with_key = Plan(made.old, made.new, {"LAB_K": "a-secret"})
    assert not saving.judged(with_key).fresh
    assert "a-secret" not in "".join(with_key.words)
    saving.write(with_key)
    assert (tmp_path / ".env").read_text() == "LAB_K=a-secret\n"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    made = plan(tmp_path, "{}", PORT=4000)
    (tmp_path / "config.json").write_text("{ }")
    with pytest.raises(document.Changed):
        saving.write(made)
    assert (tmp_path / "config.json").read_text() == "{ }"


def test_a_first_file_brings_its_schema_and_a_later_one_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    old = document.read(path)
    assert saving.write(Plan(old, old.become({"PORT": 4000}))) is None
    assert (tmp_path / "config.schema.json").exists()
    assert path.read_text().startswith('{\n  "$schema": "./config.schema.json",')
    old = document.read(path)
    backup = saving.write(Plan(old, old.become({"PORT": 4001})))
    assert backup is not None
    assert "4000" in backup.path.read_text()


@pytest.mark.parametrize(
    ("reload", "words"),
    [
        ({}, ""),
        ({"state": "ok", "at": 9.0}, ""),
        ({"state": "ok", "at": 11.0}, "The running service uses it now."),
        ({"state": "refused", "why": "that", "at": 11.0}, "refuses it and goes on as before: that"),
        ({"state": "ok", "restart_for": ["PORT"], "at": 11.0}, "PORT count after `ccr restart`"),
    ],
)
def test_what_a_service_says_counts_when_it_is_of_this_change(reload: dict[str, object], words: str) -> None:
    said = saving.said(reload, 10.0)
    assert words in said
    assert bool(said) == bool(words)
