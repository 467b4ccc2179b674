"""A file is read, changed, checked and saved, and never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccr.config import ConfigError
from ccr.config.saving import backups, document
from ccr.config.saving.document import Changed

TEXT = """{
  "Providers": [{ "name": "lab", "api_base_url": "http://127.0.0.1:9/v1", "models": ["m"] }], // mine
  "Router": { "default": "lab,m" }
}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(TEXT)
    return path


def test_saving_keeps_what_was_there_as_a_backup(path: Path) -> None:
    backup = document.save(document.read(path).put(["PORT"], 4000))
    assert backup is not None
    assert backup.path.read_text() == TEXT
    assert path.read_text() == TEXT.replace('"lab,m" }\n', '"lab,m" },\n  "PORT": 4000\n')


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.json"
    assert document.save(document.read(path).become({"PORT": 4000})) is None
    assert json.loads(path.read_text()) == {"PORT": 4000}


def test_what_another_program_wrote_meanwhile_is_not_overwritten(path: Path) -> None:
    read = document.read(path)
    path.write_text("{}")
    with pytest.raises(Changed, match="try again"):
        document.save(read.put(["PORT"], 4000))
    assert path.read_text() == "{}"


def test_a_file_that_cannot_be_parsed_is_refused_and_stays(path: Path) -> None:
    path.write_text("{ broken")
    with pytest.raises(ConfigError, match="Syntax error"):
        document.read(path)
    assert path.read_text() == "{ broken"


def test_a_report_has_settings_or_mistakes_and_warnings_in_any_case(path: Path) -> None:
    good = document.report(document.read(path).put(["Router", "think"], "lab,other"), {})
    assert good.settings is not None
    assert [warning.path for warning in good.warnings] == ["Router.think"]
    bad = document.report(document.read(path).put(["PORT"], 0).put(["fallbak"], {}), {})
    assert bad.settings is None
    assert [problem.path for problem in bad.problems] == ["PORT"]
    assert [warning.path for warning in bad.warnings] == ["fallbak"]


def test_the_variables_beside_the_file_are_seen(path: Path) -> None:
    path.with_name(".env").write_text("LAB_PORT=4001\n")
    report = document.report(document.read(path).put(["PORT"], "$LAB_PORT"), {})
    assert report.settings is not None
    assert report.settings.port == 4001


def test_restoring_brings_the_old_text_back_and_keeps_the_new(path: Path) -> None:
    document.save(document.read(path).put(["PORT"], 4000))
    changed = path.read_text()
    restored, made = document.restore(path, "")
    assert path.read_text() == TEXT
    assert made is not None
    assert made.path.read_text() == changed
    assert restored.name != made.name


def test_a_broken_file_can_be_restored_over_and_is_kept_too(path: Path) -> None:
    backups.make(path)
    path.write_text("{ broken")
    _, made = document.restore(path, "")
    assert path.read_text() == TEXT
    assert made is not None
    assert made.path.read_text() == "{ broken"


def test_a_broken_backup_is_refused(path: Path) -> None:
    backup = backups.make(path)
    assert backup is not None
    backup.path.write_text("{ broken")
    with pytest.raises(ConfigError, match="Syntax error"):
        document.restore(path, "")
    assert path.read_text() == TEXT


def test_the_file_says_how_many_backups_are_kept(path: Path) -> None:
    for port in range(4000, 4006):
        document.save(document.read(path).put(["PORT"], port).put(["BACKUPS"], 2))
    assert len(backups.listed(path)) == 2


def test_a_file_of_windows_shells_is_read_and_written_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(TEXT.encode("utf-16"))
    document.save(document.read(path).put(["PORT"], 4000))
    assert '"PORT": 4000' in path.read_text("utf-8")
