"""Which project a session is of."""

from __future__ import annotations

from pathlib import Path

from ccr.telemetry.projects import AGAIN, Projects


def test_a_session_is_of_the_folder_with_its_transcript(tmp_path: Path) -> None:
    (tmp_path / "-home-ann-shop").mkdir()
    (tmp_path / "-home-ann-shop" / "s1.jsonl").touch()
    projects = Projects(tmp_path)
    assert projects.of("s1") == "-home-ann-shop"
    assert projects.of("s2") == ""


def test_a_transcript_that_comes_late_is_found_and_then_remembered(tmp_path: Path) -> None:
    now = 0.0
    projects = Projects(tmp_path, lambda: now)
    assert projects.of("s1") == ""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "s1.jsonl").touch()
    assert projects.of("s1") == "", "not looked for at every request"
    now = AGAIN
    assert projects.of("s1") == "shop"
    (tmp_path / "shop" / "s1.jsonl").unlink()
    now = AGAIN * 3
    assert projects.of("s1") == "shop"


def test_a_session_cannot_look_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.jsonl").touch()
    (tmp_path / "home" / "shop").mkdir(parents=True)
    assert Projects(tmp_path / "home").of("../../secret") == ""
    assert Projects(tmp_path / "home").of("*") == ""
