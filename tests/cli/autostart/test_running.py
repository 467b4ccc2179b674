"""Programs of a manager: what they say is passed on, whatever goes wrong."""

from __future__ import annotations

import sys

import pytest

from ccr.cli.autostart.running import Refused, Told, ask, run


def test_what_it_says_is_told() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert ask([sys.executable, "-c", code]) == Told(3, "out\nerr")


def test_a_failure_is_told_with_the_command() -> None:
    with pytest.raises(Refused, match="failed: no bus"):
        run([sys.executable, "-c", "import sys; sys.exit('no bus')"])
    with pytest.raises(Refused, match="exit code 4"):
        run([sys.executable, "-c", "import sys; sys.exit(4)"])


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(Refused, match="no program no-such-manager"):
        run(["no-such-manager", "--user"])
