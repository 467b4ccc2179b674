"""Is there a newer version? The installer that is here is asked: it knows the user's index and proxy."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata, util
from pathlib import Path
from shutil import which

PACKAGE = "ccrouter"
PATIENCE = 5.0
"""Seconds for the package index."""

LONGEST = 4 * PATIENCE
"""Seconds for the installer as a whole, which takes some to start."""


class Unanswered(Exception):
    """The index could not be asked; the message says why."""


def newest() -> str:
    """The newest released version. Raises ``Unanswered``."""
    for is_there, ask in ((_has_pip, _by_pip), (_has_uv, _by_uv)):
        if is_there():
            return ask()
    raise Unanswered("Neither pip nor uv is here to ask the package index.")


def is_newer(one: str, other: str) -> bool:
    """Whether a version comes after another (1.10 after 1.9, 1.0 after 1.0rc1)."""
    return _order(one) > _order(other)


def command(prefix: str = sys.prefix, place: str | None = None) -> str:
    """What installs it, by the way in which this one was installed. ``place``: of a checkout."""
    place = _checkout() if place is None else place
    if place:
        return f"git -C {_quoted(place)} pull"
    parts = Path(prefix).parts
    if "pipx" in parts:
        return f"pipx upgrade {PACKAGE}"
    if "uv" in parts and "tools" in parts:
        return f"uv tool upgrade {PACKAGE}"
    python = _quoted(sys.executable)
    if _has_uv() and not _has_pip():
        return f"uv pip install --python {python} --upgrade {PACKAGE}"
    return f"{python} -m pip install --upgrade {PACKAGE}"


def _by_pip() -> str:
    said = _said(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"),
            *("--timeout", f"{PATIENCE:.0f}", "--retries", "0", "index", "versions", PACKAGE),
        ]
    )
    return _found(re.search(rf"^{PACKAGE} \(([^)\s]+)\)", said, re.MULTILINE), said)


def _by_uv() -> str:
    said = _said(
        ["uv", "pip", "compile", "--no-deps", "--no-header", "--quiet", "--python", sys.executable, "-"],
        PACKAGE,
    )
    return _found(re.search(rf"^{PACKAGE}==(\S+)", said, re.MULTILINE), said)


def _found(match: re.Match[str] | None, said: str) -> str:
    if match is None:
        raise Unanswered(_last(said) or "The package index knows no version.")
    return match[1]


def _said(words: Sequence[str], told: str = "") -> str:
    """What an installer prints. Raises ``Unanswered``."""
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program, and no shell
            words, input=told, capture_output=True, text=True, errors="replace", timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unanswered("The package index does not answer.") from None
    except OSError as error:
        raise Unanswered(f"{words[0]} cannot be called: {error.strerror or error}.") from None
    if done.returncode:
        raise Unanswered(_last(done.stderr) or "The package index does not answer.")
    return done.stdout


def _last(text: str) -> str:
    """The line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or [""])[-1][:300]


def _has_pip() -> bool:
    return util.find_spec("pip") is not None


def _has_uv() -> bool:
    return which("uv") is not None


def _checkout() -> str:
    """The folder of a checkout in which this runs (PEP 610); "" where it was installed."""
    try:
        text = metadata.distribution(PACKAGE).read_text("direct_url.json")
        told = json.loads(text) if text else {}
    except (metadata.PackageNotFoundError, ValueError):
        return ""
    editable = told.get("dir_info", {}).get("editable")
    return str(told.get("url", "")).removeprefix("file://") if editable else ""


def _order(version: str) -> tuple[list[int], bool, str]:
    release = re.match(r"[vV]?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in release[1].split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    rest = version[release.end() :] if release else version
    return numbers, not rest or rest.startswith((".post", "+")), rest


def _quoted(word: str) -> str:
    if not re.search(r"[^\w./:\\-]", word):
        return word
    return f'"{word}"' if sys.platform == "win32" else shlex.quote(word)
