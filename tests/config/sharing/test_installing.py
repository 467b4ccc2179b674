"""Presets are installed whole or not at all, privately, and taken away with all they have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccr.config import installed
from ccr.config.sharing import limits
from ccr.config.sharing.details import details
from ccr.config.sharing.installing import Taken, about, answer, code_in, manifest_in, put, remove, shown
from ccr.config.sharing.limits import NotUsable


def source(folder: Path) -> Path:
    (folder / "files").mkdir(parents=True)
    (folder / "manifest.json").write_text("{name: 'team', version: '2'}")
    (folder / "files" / "r.js").write_text("//")
    (folder / ".env").write_text("SECRET=1")
    (folder / "out").symlink_to("/etc")
    return folder


def test_manifest_and_files_are_copied_for_the_user_alone(tmp_path: Path) -> None:
    presets = tmp_path / "home" / "presets"
    folder = source(tmp_path / "from")
    path = put(presets, "team", manifest_in(folder), folder, over=False)
    assert path == installed.find(presets, "team")
    assert json.loads(path.read_text()) == {"name": "team", "version": "2"}
    assert {p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*")} == {
        "files",
        "files/r.js",
        "manifest.json",
    }
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [p.name for p in presets.parent.iterdir()] == ["presets"]
    assert code_in(path.parent) == ["files/r.js"]
    assert about(path) == {"name": "team", "version": "2"}


def test_a_preset_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    put(tmp_path / "presets", "team", {"name": "old"}, None, over=False)
    with pytest.raises(Taken):
        put(tmp_path / "presets", "team", {"name": "new"}, None, over=False)
    path = put(tmp_path / "presets", "team", {"name": "new"}, None, over=True)
    assert about(path) == {"name": "new"}


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\\b", ".hidden", "a" * 65, "a\0", "x.", "a..b"])
def test_names_that_are_no_folder_beside_the_others_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotUsable):
        put(tmp_path / "presets", name, {}, None, over=True)
    assert not (tmp_path / "presets").exists()


def test_a_folder_that_is_too_large_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = source(tmp_path / "from")
    monkeypatch.setattr(limits, "MOST_FILES", 1)
    with pytest.raises(NotUsable, match="too large"):
        put(tmp_path / "home" / "presets", "team", {}, folder, over=False)
    assert not list((tmp_path / "home" / "presets").iterdir())


def test_answers_are_kept_and_comments_stay(tmp_path: Path) -> None:
    path = put(tmp_path / "presets", "team", {}, None, over=False)
    path.write_text("{\n  // mine\n  name: 'team',\n}\n")
    answer(path, {"key": "k"})
    assert "// mine" in path.read_text()
    assert manifest_in(path.parent)["userValues"] == {"key": "k"}


def test_a_link_is_taken_away_without_what_it_leads_to(tmp_path: Path) -> None:
    folder = source(tmp_path / "from")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "team").symlink_to(folder)
    remove(tmp_path / "presets" / "team" / "manifest.json")
    assert folder.is_dir()
    assert not (tmp_path / "presets" / "team").exists()
    path = put(tmp_path / "presets", "other", {}, None, over=False)
    remove(path)
    assert not path.parent.exists()


def test_nothing_that_is_told_holds_an_answer_that_is_secret(tmp_path: Path) -> None:
    manifest = {
        "Providers": [{"name": "p", "api_base_url": "https://h/#{word}", "api_key": "#{key}"}],
        "schema": [{"id": "word"}, {"id": "key"}],
        "userValues": {"word": "open-sesame", "key": "$KEY"},
    }
    assert "open-sesame" not in json.dumps(shown(manifest))
    told = details(manifest, tmp_path, [])
    assert "open-sesame" not in json.dumps(told)
    assert told["config"]["Providers"][0]["api_key"] == "$KEY"


def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(NotUsable, match="cannot be read"):
        manifest_in(tmp_path)
    assert about(tmp_path / "manifest.json") == {}
