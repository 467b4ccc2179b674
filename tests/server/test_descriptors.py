"""As many descriptors as the system allows, and no more requests than they are enough for."""

from __future__ import annotations

import subprocess
import sys

from ccr.server import descriptors

CHILD = """
import resource
from ccr.server import descriptors
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1_024))
descriptors.raise_limit()
print(descriptors.limit(), descriptors.within(10_000), descriptors.within(5))
"""


def test_the_limit_is_raised_to_what_the_system_allows_and_bounds_the_requests() -> None:
    told = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["1024", str((1_024 - descriptors.OURS) // 2), "5"]


def test_there_is_always_room_for_one() -> None:
    assert descriptors.within(1) == 1
