"""The configuration, read by a process of its own: the one that serves stays small (`ccr.config.apart`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ccr.cli.reading import Options
from ccr.cli.reading import read as read_here

if TYPE_CHECKING:
    from ccr.config import Settings


ALONE = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}
"""The validator need not look through all packages for plugins of its own."""


def read(options: Options, meanwhile: Callable[[], object] | None = None) -> Settings:
    """What `options.read` gives. Raises ``ConfigError``. ``meanwhile`` is done while the other process reads.

    Where there can be no such process, this one reads.
    """
    # -P: a folder named ccr where the user happens to be is not us.
    command = [sys.executable, "-P", "-m", __name__, json.dumps(asdict(options))]
    try:
        # Whatever a user's own file prints is shown when this process imports it.
        child = subprocess.Popen(  # noqa: S603  # our own program, and no shell
            command,
            env=os.environ | ALONE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return read_here(options)
    with child:
        if meanwhile is not None:
            meanwhile()
        data = child.communicate()[0]
    if child.returncode:
        return read_here(options)
    from ccr.config.apart import unpacked

    return unpacked(data)


def _main() -> None:
    """In the other process."""
    from ccr.config.apart import packed

    answer = os.dup(1)
    os.dup2(2, 1)  # a user's own file may print
    data = packed(lambda: read_here(Options(**json.loads(sys.argv[1]))))
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(data)


if __name__ == "__main__":
    _main()
