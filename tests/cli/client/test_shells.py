"""Variables as lines for a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from ccr.cli.client import shells

NASTY = """a b $HOME `id` "q" 'it''s' \\ ! %PATH% ;#"""
PRINT = {"powershell": "Write-Output $env:NASTY"}
PROGRAMS = {"powershell": "pwsh"}


@pytest.mark.parametrize("shell", list(shells.SHELLS))
def test_a_shell_gets_the_value_back_whatever_is_in_it(shell: str) -> None:
    program = PROGRAMS.get(shell, shell)
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    script = "\n".join(shells.lines({"GONE": None, "NASTY": NASTY}, shell))
    script += "\n" + PRINT.get(shell, 'printf "%s\\n" "$NASTY"')
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == NASTY + "\n"


def test_each_shell_has_its_own_words() -> None:
    both = {"K": "it's", "GONE": None}
    assert shells.lines(both, "zsh") == ["""export K='it'"'"'s'""", "unset GONE"]
    assert shells.lines(both, "fish") == ["set -gx K 'it\\'s';", "set -e GONE;"]
    assert shells.lines(both, "powershell") == [
        "$env:K = 'it''s'",
        "Remove-Item Env:GONE -ErrorAction SilentlyContinue",
    ]


@pytest.mark.parametrize(
    ("parent", "shell", "platform", "expected"),
    [
        ("fish\n", "/bin/bash", "linux", "fish"),
        ("make", "/usr/bin/zsh", "darwin", "zsh"),
        ("-bash", "", "linux", "bash"),
        ("pwsh.exe", "", "win32", "powershell"),
        ("sh", "/usr/bin/fish", "linux", "bash"),
        ("", "", "win32", "powershell"),
        ("", "/bin/tcsh", "linux", "bash"),
    ],
)
def test_the_shell_is_the_one_that_called_us(parent: str, shell: str, platform: str, expected: str) -> None:
    assert shells.detect(parent, {"SHELL": shell}, platform) == expected
