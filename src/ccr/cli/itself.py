"""How others call this very program: shells, Claude Code, service managers."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

NAME = "ccr"


def by_name() -> list[str]:
    """The words of a command line: ``ccr`` where a shell finds this installation so, else with full paths."""
    found = which(NAME)
    return [NAME] if found and _is_ours(Path(found)) else by_path()


def by_path() -> list[str]:
    """The same, whatever the PATH is."""
    script = next((file for file in _scripts() if file.is_file()), None)
    # -P: a folder named ccr where the caller happens to be is not us.
    return [str(script)] if script else [sys.executable, "-P", "-m", NAME]


def _is_ours(found: Path) -> bool:
    return any(file.exists() and found.samefile(file) for file in (*_scripts(), _called()))


def _scripts() -> list[Path]:
    """What the installation has put beside its Python."""
    folder = Path(sys.executable).parent
    return [folder / f"{NAME}.exe", folder / NAME]


def _called() -> Path:
    """What was called, if that was ours and not a module."""
    called = Path(sys.argv[0])
    return called if called.stem == NAME else Path("/nowhere")
