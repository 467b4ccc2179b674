"""The branch that git's own files name is the branch that git names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ccr.cli.statusline.branch import branch_of


def git(folder: Path, *args: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *who, *args], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    (made / "deep" / "er").mkdir(parents=True)
    git(made, "init", "-q")
    git(made, "commit", "-q", "--allow-empty", "-m", "first")
    return made


def test_it_is_git_s_own_answer_anywhere_in_the_repository(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "feature/a-b")
    for folder in (repository, repository / "deep", repository / "deep" / "er"):
        assert branch_of(str(folder)) == git(folder, "branch", "--show-current") == "feature/a-b"


def test_packed_references_change_nothing(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    assert branch_of(str(repository)) == "main"


def test_a_branch_without_a_commit_has_its_name(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "fresh")
    assert branch_of(str(tmp_path)) == "fresh"


def test_a_worktree_has_its_own_branch(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    assert branch_of(str(tmp_path / "tree")) == "other"
    assert branch_of(str(repository)) == "main"


def test_without_a_branch_it_is_the_commit(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    assert branch_of(str(repository)) == git(repository, "rev-parse", "HEAD")[:7]


@pytest.mark.parametrize("head", ["", "ref: refs/heads/.invalid\n", "nonsense", "\0\xff" * 9_000])
def test_a_head_that_says_nothing_is_no_branch(head: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(head)
    assert branch_of(str(tmp_path)) == ""


@pytest.mark.parametrize("folder", ["", "/gone/for/good", "relative", "/a\0b", "//", "C:\\Users\\me"])
def test_a_folder_that_is_not_there_has_none(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert branch_of(folder) == ""


def test_a_git_file_that_leads_nowhere_is_no_branch(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: ../nowhere\n")
    assert branch_of(str(tmp_path)) == ""
