"""The installer that is here is asked for the newest version; nothing is ever installed."""

from __future__ import annotations

import http.server
import io
import os
import shutil
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr.cli import newer

FILES = (
    "ccrouter-9.8.7-py3-none-any.whl",
    "ccrouter-9.10.0-py3-none-any.whl",
    "ccrouter-10.0rc1-py3-none-any.whl",
)


def wheel(version: str) -> bytes:
    """A package without anything in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        folder = f"ccrouter-{version}.dist-info"
        made.writestr(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: ccrouter\nVersion: {version}\n")
        made.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{folder}/RECORD", "")
    return file.getvalue()


class Index(http.server.BaseHTTPRequestHandler):
    """A package index (PEP 503) that knows one package."""

    def do_GET(self) -> None:
        body = self._body()
        self.send_response(200 if body else 404)
        self.send_header("content-type", "application/zip" if body[:2] == b"PK" else "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _body(self) -> bytes:
        if self.path == "/simple/ccrouter/":
            links = "".join(f'<a href="/files/{name}">{name}</a>' for name in FILES)
            return f"<!DOCTYPE html><html><body>{links}</body></html>".encode()
        name = self.path.rpartition("/")[2]
        return wheel(name.split("-")[1]) if name in FILES else b""

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/simple"
        monkeypatch.setenv("PIP_INDEX_URL", url)
        monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
        monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
        yield url
        server.shutdown()
        thread.join(20)


@pytest.mark.skipif(not newer._has_pip(), reason="pip is not here")
@pytest.mark.usefixtures("index")
def test_pip_is_asked_with_the_user_s_index_and_drafts_do_not_count() -> None:
    assert newer.newest() == "9.10.0"


def test_uv_is_asked_where_there_is_no_pip(
    index: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    beside = str(Path(sys.executable).parent)
    if shutil.which("uv", path=f"{os.environ['PATH']}{os.pathsep}{beside}") is None:
        pytest.skip("uv is not here")
    monkeypatch.setenv("PATH", beside, prepend=os.pathsep)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    monkeypatch.setattr(newer, "_has_pip", lambda: False)
    assert newer.newest() == "9.10.0"


@pytest.mark.skipif(not newer._has_pip(), reason="pip is not here")
def test_an_index_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(newer.Unanswered):
        newer.newest()


def test_without_an_installer_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newer, "_has_pip", lambda: False)
    monkeypatch.setattr(newer, "_has_uv", lambda: False)
    with pytest.raises(newer.Unanswered, match="Neither pip nor uv"):
        newer.newest()


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.10", "1.9"), ("1.0", "1.0rc1"), ("1.0.1", "1.0"), ("2", "1.99.99"), ("v1.1", "1.0")],
)
def test_versions_are_compared_as_versions(one: str, other: str) -> None:
    assert newer.is_newer(one, other)
    assert not newer.is_newer(other, one)


def test_the_same_version_is_not_newer() -> None:
    assert not newer.is_newer("1.0", "1.0.0")


def test_the_command_is_that_by_which_it_was_installed() -> None:
    home = Path("/home/me/.local/share")
    assert newer.command(str(home / "pipx" / "venvs" / "ccrouter"), "") == "pipx upgrade ccrouter"
    assert newer.command(str(home / "uv" / "tools" / "ccrouter"), "") == "uv tool upgrade ccrouter"
    assert newer.command("/usr", "/a b/ccr") == "git -C '/a b/ccr' pull"
    assert sys.executable in newer.command("/usr", "")
