"""A service whose paths and names have everything in them that a system may misread."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from ccr.cli.autostart.definition import Definition

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture
def unix() -> Definition:
    words = ["/home/a b/py\"th'on$HOME", "-P", "-m", "ccr", "start", "--config", "/home/é/100%n\\x <&>.json"]
    env = {"PATH": "/usr/bin:/a b", "NO_PROXY": 'x"%h$y'}
    return Definition("claude-code-router", words, env, Path(PurePosixPath("/home/a b/out")))


@pytest.fixture
def windows() -> Definition:
    words = [
        *("C:\\Program Files\\Python\\python.exe", "-P", "-m", "ccr", "start"),
        *("--config", 'C:\\Users\\Zoë & <Co>\\a "b"\\', "--port", "4000"),
    ]
    return Definition("claude-code-router-4000", words, {}, Path("out"))


def agrees(name: str, text: str) -> bool:
    """Whether the text is that of the golden file."""
    return (GOLDEN / name).read_text(encoding="utf-8") == text
