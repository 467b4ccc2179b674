"""A preset from somewhere else: no zip leads out of its folder or fills the disk, git is not fooled."""

from __future__ import annotations

import stat
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ccr.config.sharing import fetching, limits
from ccr.config.sharing.fetching import fetched, is_git, unpack_bytes
from ccr.config.sharing.limits import NotUsable


def zipped(**entries: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("inside", ["", "team-main/"])
def test_a_zip_is_unpacked_with_or_without_a_folder_of_its_own(tmp_path: Path, inside: str) -> None:
    data = zipped(**{f"{inside}manifest.json": "{}", f"{inside}files/r.js": "//"})
    (tmp_path / "team.zip").write_bytes(data)
    with fetched(str(tmp_path / "team.zip")) as found:
        assert (found.name, (found.folder / "files" / "r.js").read_text()) == ("team", "//")


AWAY = ["../x", "a/../../x", "/x", "..\\x", "C:/x", "a/..", "\\\\host\\x"]


@pytest.mark.parametrize("name", AWAY)
def test_a_zip_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotUsable, match="leads out"):
        unpack_bytes(zipped(**{"manifest.json": "{}", name: "x"}), tmp_path / "in" / "it")
    assert not list(tmp_path.glob("x"))
    assert not (tmp_path / "in" / "x").exists()


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("manifest.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(NotUsable):
        unpack_bytes(data.getvalue(), tmp_path / "it")


def test_a_zip_that_is_too_large_is_refused_whatever_it_says_of_its_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotUsable, match="too large"):
        unpack_bytes(zipped(**{f"{n}": "" for n in range(limits.MOST_FILES + 1)}), tmp_path / "a")
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    with pytest.raises(NotUsable, match="too large"):
        unpack_bytes(zipped(**{"manifest.json": "{}", "big": "x" * 1000}), tmp_path / "b")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", zipped(other="x")])
def test_what_is_no_zip_with_a_manifest_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotUsable):
        unpack_bytes(data, tmp_path / "it")


def repository(folder: Path) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text('{"name": "team"}')
    (folder / "link").symlink_to("/etc/passwd")
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder)]
    subprocess.run([*run, "init", "-q"], check=True)
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "-q", "-m", "one"], check=True)
    return folder


def test_a_repository_is_cloned_without_its_links(tmp_path: Path) -> None:
    url = repository(tmp_path / "team.git").as_uri()
    with fetched(url) as found:
        assert found.name == "team"
        assert found.origin == url
        assert not (found.folder / "link").is_symlink()
        assert (found.folder / "manifest.json").exists()


def test_a_repository_that_is_not_there_is_told_in_git_s_words(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="git cannot fetch it"), fetched((tmp_path / "gone").as_uri()):
        pass


@pytest.mark.parametrize("source", ["--upload-pack=x", "ext::sh -c id", "-x", "a b", "host:path"])
def test_what_is_no_address_never_reaches_git(source: str) -> None:
    assert not is_git(source)
    with pytest.raises(NotUsable), fetched(source):
        pass


def test_a_folder_is_taken_as_it_is_and_words_help_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with fetched(str(tmp_path)) as found:
        assert found.folder == tmp_path
    with pytest.raises(NotUsable, match=r"https://github\.com/who/what"), fetched("who/what"):
        pass
